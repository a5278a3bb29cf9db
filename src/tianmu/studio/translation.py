"""What is said, in a second language: by a language model, where the script has it in one.

    translate(project, cut, "zh", model) -> Translated      every line once; what was answered is kept in the project
    kept_translation(project, cut, "zh")  -> Translated     without asking anybody

A scene's lines go together, with who says them and what was said before, and come back as JSON. An answer counts where
it has every line once, each in the wanted language, in one piece, and no longer than can be read in its time; what does
not count is left out of the subtitles and told.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from tianmu.core.text import say
from tianmu.film.cut import Cut, Dialogue
from tianmu.film.schema import digest
from tianmu.film.subtitle import spoken_lines
from tianmu.film.wording import READING, Language, count_characters, foreign_script, language_of, split_languages
from tianmu.studio.documents import keep
from tianmu.studio.planner.endpoint import endpoint_from
from tianmu.studio.planner.language import LanguagePlanner, PlanFailed

if TYPE_CHECKING:
    from tianmu.studio.store import Project
    from tianmu.studio.takes import FilmSettings

AT_ONCE = 24
"""Lines of one question: a scene has about as many."""
BEFORE = 4
"""Lines before them that go along, so that the model knows what is answered."""
_ROOM = 40
"""Characters that any translation may have, however short its line is."""
_NAMES: Mapping[Language, tuple[str, str]] = {"en": ("English", "英语"), "zh": ("Simplified Chinese", "简体中文")}


@dataclass(frozen=True, kw_only=True)
class KeptLine:
    """A line as a model has translated it."""

    text: str
    model: str


@dataclass(frozen=True, kw_only=True)
class Translation:
    """What a project's lines are in a language; kept under that language."""

    SCHEMA: ClassVar[str] = "tianmu.translation.1"

    language: Language
    lines: Mapping[str, KeptLine] = field(default_factory=dict[str, KeptLine])
    """By the key of the line, see `line_key`."""


@dataclass(frozen=True, kw_only=True)
class Translated:
    """The lines of a cut in a language that they are not written in."""

    language: Language
    lines: Mapping[str, str] = field(default_factory=dict[str, str])
    """By `line_key`."""
    models: tuple[str, ...] = ()
    """Who has translated them."""
    missing: int = 0
    """Lines that are there in no translation."""
    notes: tuple[str, ...] = ()

    def text(self, line: Dialogue) -> str | None:
        """The translation of a line, where there is one."""
        return self.lines.get(line_key(line, self.language))


def line_key(line: Dialogue, language: Language) -> str:
    """The name of a line's translation: the same words of the same person are asked for once."""
    return digest([language, line.character, line.parenthetical, line.text])


def translate(project: Project, cut: Cut, language: Language, model: LanguagePlanner | None) -> Translated:
    """The lines of a cut in a language, those that the script has in another one only; new ones are asked for.

    Args:
        model: who translates; None leaves lines that nobody has translated yet to the script, and says so.

    Raises:
        Conflict: somebody else translated the project in the meantime.
    """
    stored = project.read(Translation, language)
    known = dict(stored.value.lines) if stored else {}
    wanted = _wanted(cut, language)
    notes: list[str] = []
    fresh = {key: line for key, line in wanted.items() if key not in known}
    if fresh and model is not None:
        spoken = [line for _, line in spoken_lines(cut)]
        for group in _groups(list(fresh.values())):
            try:
                answered, refused = _ask(model, group, spoken[: spoken.index(group[0])][-BEFORE:], language)
            except PlanFailed as error:
                notes.append(_failed(model.name, language, len(group), error))
                continue
            known |= {line_key(line, language): KeptLine(text=said, model=model.name) for line, said in answered}
            notes += refused
            keep(project, Translation(language=language, lines=known), language)  # group by group: none is asked twice
    elif fresh:
        notes.append(_nobody(language, len(fresh)))
    return _translated(language, wanted, known, notes)


def kept_translation(project: Project, cut: Cut, language: Language) -> Translated:
    """What has been translated of a cut; nobody is asked."""
    stored = project.read(Translation, language)
    return _translated(language, _wanted(cut, language), dict(stored.value.lines) if stored else {}, [])


def film_translations(
    project: Project, cut: Cut, settings: FilmSettings, model: LanguagePlanner | None = None
) -> tuple[Translated, ...]:
    """What a film's settings ask for; without a model, what is kept, with a note where that is not all of it."""
    if settings.subtitles_in is None or not settings.subtitles:
        return ()
    return (translate(project, cut, settings.subtitles_in, model),)


def lacks_translation(project: Project, cut: Cut, settings: FilmSettings) -> bool:
    """Whether there are lines that a model has not translated yet."""
    return any(each.missing for each in film_translations(project, cut, settings))


def translator(settings: FilmSettings) -> LanguagePlanner | None:
    """The language model that the environment names; None where none is, or none is needed.

    Raises:
        InputError: what the environment names is none.
    """
    if settings.subtitles_in is None or not os.environ.get("TIANMU_LLM_URL", "").strip():
        return None
    return endpoint_from(os.environ)


def wordings(translated: Sequence[Translated]) -> dict[Language, Callable[[Dialogue], str | None]]:
    """How each line reads in every further language, as `film.subtitle.make_cues` asks for it."""
    return {each.language: each.text for each in translated}


def translators_of(translated: Sequence[Translated]) -> dict[Language, list[str]]:
    """The models that have translated, by the language into which."""
    return {each.language: list(each.models) for each in translated if each.models}


def _translated(
    language: Language, wanted: Mapping[str, Dialogue], known: Mapping[str, KeptLine], notes: Sequence[str]
) -> Translated:
    found = {key: known[key] for key in wanted if key in known}
    return Translated(
        language=language,
        lines={key: line.text for key, line in found.items()},
        models=tuple(dict.fromkeys(line.model for line in found.values())),
        missing=len(wanted) - len(found),
        notes=tuple(dict.fromkeys(notes)),
    )


def _wanted(cut: Cut, language: Language) -> dict[str, Dialogue]:
    """The lines that the script has in another language only, each once."""
    found: dict[str, Dialogue] = {}
    for _, line in spoken_lines(cut):
        if all(own != language or foreign_script(text) for own, text in split_languages(line.text)):
            found.setdefault(line_key(line, language), line)
    return found


def _groups(lines: Sequence[Dialogue]) -> list[Sequence[Dialogue]]:
    return [lines[at : at + AT_ONCE] for at in range(0, len(lines), AT_ONCE)]


def _ask(
    model: LanguagePlanner, lines: Sequence[Dialogue], before: Sequence[Dialogue], language: Language
) -> tuple[list[tuple[Dialogue, str]], list[str]]:
    """Lines with their translations, and a sentence for each that cannot be used.

    Raises:
        PlanFailed: there is no answer, or it is not of as many lines.
    """
    rows = _parse(model.complete(_prompt(lines, before, language), schema()), len(lines))
    answered: list[tuple[Dialogue, str]] = []
    refused: list[str] = []
    for line, text in zip(lines, rows, strict=True):
        if (fault := _fault(line, text, language)) is None:
            answered.append((line, text))
        else:
            refused.append(
                say(
                    f"{model.name} translated “{line.text[:40]}” as “{text[:40]}”, {fault[0]}; it has no subtitle in "
                    f"{_NAMES[language][0]}.",
                    f"{model.name} 把“{line.text[:20]}”译成“{text[:20]}”，{fault[1]}；"
                    f"这句没有{_NAMES[language][1]}字幕。",
                )
            )
    return answered, refused


def _prompt(lines: Sequence[Dialogue], before: Sequence[Dialogue], language: Language) -> str:
    """What a model is told: its task, what was said before, the lines by number."""
    told = "\n".join(_told(str(number), line) for number, line in enumerate(lines))
    context = "\n".join(_told("before", line) for line in before) or "- nothing"
    width = READING[language].widest
    return (
        f"You translate the dialogue of a film into {_NAMES[language][0]} for its subtitles. Answer with a JSON object "
        "of the given schema.\n"
        f"What was said before, which is not to be translated:\n{context}\n"
        f"Lines:\n{told}\n"
        f"Rules: `lines` has exactly {len(lines)} texts, in the order of the numbers; each is one line without "
        f"numbers, names of speakers or notes, as short as it can be said (at best within {width} characters), in the "
        "tone of who says it; names of people stay the same person's everywhere."
    )


def _told(number: str, line: Dialogue) -> str:
    manner = f" ({line.parenthetical})" if line.parenthetical else ""
    return f"{number}. {line.character}{manner}: {json.dumps(line.text, ensure_ascii=False)}"


def schema() -> dict[str, Any]:
    """The JSON schema of an answer."""
    text = {"type": "string", "minLength": 1, "maxLength": 500}
    return {
        "title": "Translation",
        "type": "object",
        "additionalProperties": False,
        "required": ["lines"],
        "properties": {"lines": {"type": "array", "items": text}},
    }


def _parse(answer: str, count: int) -> list[str]:
    """The texts of an answer.

    Raises:
        PlanFailed: it is no such object, or not of as many lines.
    """
    try:
        rows: Any = json.loads(answer)["lines"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PlanFailed("its answer is no JSON object with lines", "它的回答不是含 lines 的 JSON 对象") from error
    if not isinstance(rows, list) or not all(isinstance(row, str) for row in rows):
        raise PlanFailed("its answer is no list of texts", "它的回答不是文本列表")
    if len(rows) != count:
        raise PlanFailed(
            f"it was asked for {count} lines and gave {len(rows)}", f"要求 {count} 句，而它给出 {len(rows)} 句"
        )
    return [" ".join(row.split()) for row in rows]


def _fault(line: Dialogue, text: str, language: Language) -> tuple[str, str] | None:
    """Why a translation cannot be used: nothing in it, another language, signs that are no text, far too long."""
    if not any(letter.isalnum() for letter in text):
        said = any(letter.isalnum() for letter in line.text)
        return ("which has no word in it", "其中没有文字") if said else None
    if not text.isprintable():
        return "which has signs in it that cannot be shown", "含有无法显示的字符"
    if language_of(text) != language or foreign_script(text) is not None:
        return f"which is not {_NAMES[language][0]}", f"不是{_NAMES[language][1]}"
    source = language_of(line.text)
    # As long to read as the line itself, three times over: a translation may be wordy, a story may not.
    longest = 3 * count_characters(line.text, source) * READING[language].fastest / READING[source].fastest
    if count_characters(text, language) > max(_ROOM, longest):
        return "which is far too long", "过长"
    return None


def _nobody(language: Language, count: int) -> str:
    return say(
        f"Nobody translates: {count} lines have no subtitle in {_NAMES[language][0]}. Write them into the script in "
        "both languages, or set TIANMU_LLM_URL and TIANMU_LLM_MODEL.",
        f"没有翻译：{count} 句台词没有{_NAMES[language][1]}字幕。请在剧本中写上两种语言，"
        "或设置 TIANMU_LLM_URL 与 TIANMU_LLM_MODEL。",
    )


def _failed(name: str, language: Language, count: int, error: PlanFailed) -> str:
    return say(
        f"{name} has not translated {count} lines into {_NAMES[language][0]} ({error.en}); make the film again to "
        "ask once more.",
        f"{name} 未能把 {count} 句台词译成{_NAMES[language][1]}（{error.zh}）；再次制作影片会重新询问。",
    )

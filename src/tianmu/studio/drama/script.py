"""A screenplay as a script for listening: who says what, in which order, after how long a pause.

The scenes are those of the cut, in its order; what is said of them comes from the screenplay. Transitions, notes and
the outline are not read. Pauses follow the text: long before a scene, short between two who speak to each other,
shorter still where one breaks off (`—`), longer where one trails off (`…`) and where a parenthetical asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.cut import Dialogue
from tianmu.film.screenplay import Action, Screenplay, ScriptScene, Speech
from tianmu.film.sound import SpokenLanguage
from tianmu.film.wording import language_of
from tianmu.studio.drama.narration import Names, find_names, group, name_heading, say_action, say_heading
from tianmu.studio.planner.company import Company, gather
from tianmu.studio.planner.timing import paragraphs, pause_seconds, plain
from tianmu.studio.sound.dialogue import spoken_texts
from tianmu.studio.sound.timeline import Said
from tianmu.studio.sound.words import sounds_in

Kind = Literal["notice", "title", "heading", "action", "line"]

NOTICE = {
    "en": "You are listening to an AI generated audio drama. Its voices were made by artificial intelligence.",
    "zh": "您正在收听人工智能生成的广播剧。语音为人工智能合成。",
}
"""The spoken label. GB 45438-2025 wants 人工智能 or AI, and 生成 or 合成, in a sound's own words at a usual pace;
of four wordings in Chinese, a recogniser heard 生成 and 合成 in this one alone, from each of three narrators."""
_BY = {"en": "Written by {}.", "zh": "编剧：{}。"}

BEFORE_TITLE = Fraction(4, 5)
BEFORE_SCENE = Fraction(8, 5)
"""Seconds for which a place is heard before it is named."""
AFTER_HEADING = Fraction(4, 5)
BETWEEN_SENTENCES = Fraction(2, 5)
BETWEEN_PARAGRAPHS = Fraction(3, 5)
BETWEEN_SPEAKERS = Fraction(7, 20)
_BROKEN_OFF = Fraction(1, 10)
_TRAILED_OFF = Fraction(7, 10)
_BREAKS = re.compile(r"(?:—+|–|--)[\"'”’」』]*$")
_TRAILS = re.compile(r"(?:…+|\.\.\.+)[\"'”’」』]*$")


@dataclass(frozen=True, kw_only=True)
class Part:
    """Something that is said at one go."""

    kind: Kind
    scene: str = ""
    """The number of the scene; empty before the first."""
    text: str
    character: str = ""
    """Empty for the narrator."""
    asset: str | None = None
    parenthetical: str = ""
    pause: Fraction
    """Seconds of silence before it."""
    effects: tuple[str, ...] = ()
    """Sounds that it names, which are heard behind it."""


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A scene of the drama."""

    scene: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Script:
    """What is said in a drama."""

    parts: tuple[Part, ...]
    chapters: tuple[Chapter, ...]
    language: SpokenLanguage
    """Of the narrator, and of lines that are there in both."""
    notes: tuple[str, ...] = ()


def write_script(
    screenplay: Screenplay,
    scenes: Sequence[str],
    assets: Mapping[str, Asset],
    wanted: SpokenLanguage | None,
    *,
    labelled: bool,
) -> Script:
    """The script of a drama.

    Args:
        screenplay: what it is made of.
        scenes: the numbers of the scenes that are heard, in their order.
        assets: characters by id, for who speaks.
        wanted: the language, where the script has everything in two.
        labelled: whether the drama says at its beginning that a machine made it.
    """
    company, names = gather(tuple(assets.values())), find_names(screenplay)
    by_number = {scene.number: scene for scene in screenplay.scenes}
    heard = [by_number[number] for number in scenes if number in by_number]
    lines = [line for scene in heard for line in _lines(scene, company)]
    texts, notes = spoken_texts([_said(line) for line in lines], wanted)
    language, both = _language(screenplay, heard, texts, wanted), bool(notes)
    spoken = iter([replace(line, text=text) for line, text in zip(lines, texts, strict=True)])
    parts = list(_opening(screenplay, language, labelled=labelled))
    for scene in heard:
        parts += _scene(scene, names, language, spoken, both=both)
    told = _told(language, parts, both=both)
    chapters = [
        Chapter(scene=scene.number, title=f"{scene.number}. {name_heading(scene.heading, names, language)}")
        for scene in heard
    ]
    return Script(parts=tuple(parts), chapters=tuple(chapters), language=language, notes=tuple(told))


def _told(language: SpokenLanguage, parts: Sequence[Part], *, both: bool) -> list[str]:
    """What a person should know of the languages."""
    notes: list[str] = []
    if both:
        spoken = say("English", "英语") if language == "en" else say("Chinese", "中文")
        notes.append(
            say(
                f"The lines are there in two languages, and {spoken} is spoken; --language at the making chooses.",
                f"台词有两种语言，本剧使用{spoken}；制作影片时可用 --language 选择。",
            )
        )
    if any(part.kind == "action" and language_of(part.text) != language for part in parts):
        notes.append(
            say(
                "Action that is there in one language alone is narrated in that one.",
                "只有一种语言的动作描写，以该语言朗读。",
            )
        )
    return notes


def _opening(screenplay: Screenplay, language: SpokenLanguage, *, labelled: bool) -> Iterator[Part]:
    if labelled:
        yield Part(kind="notice", text=NOTICE[language], pause=Fraction(0))
    pause = BEFORE_TITLE
    for words in (_in(screenplay.title, language), _by(screenplay.author)):
        if words:
            ended = words[-1] in ".!?。！？…"
            text = words if ended else words + ("。" if language_of(words) == "zh" else ".")
            yield Part(kind="title", text=text, pause=pause)
            pause = BETWEEN_SENTENCES


def _in(title: str, language: SpokenLanguage) -> str:
    """`The Guest / 月亮上的客人` in one of its languages."""
    parts = [part.strip() for part in re.split(r"\s[/|·]\s", plain(title)) if part.strip()]
    return next((part for part in parts if language_of(part) == language), plain(title))


def _by(author: str) -> str:
    """Who wrote it, in the language of the name."""
    return _BY[language_of(author)].format(author) if author else ""


def _scene(
    scene: ScriptScene, names: Names, language: SpokenLanguage, spoken: Iterator[Part], *, both: bool
) -> Iterator[Part]:
    """The parts of a scene; `spoken` gives its lines, an empty text for what is said in the other language."""
    heading = say_heading(scene.heading, names, language)
    yield Part(kind="heading", scene=scene.number, text=heading, pause=BEFORE_SCENE)
    before: Part | None = None
    pause = AFTER_HEADING
    for element in scene.elements:
        if isinstance(element, Action):
            for index, part in enumerate(_action(element, scene, names, language, both=both)):
                yield replace(part, pause=BETWEEN_SENTENCES if index else pause)
                before, pause = part, BETWEEN_PARAGRAPHS
        elif isinstance(element, Speech):
            for _ in paragraphs(element):
                line = next(spoken)
                if line.text:
                    yield replace(line, pause=max(pause if before is None else _between(before, line), line.pause))
                    before, pause = line, BETWEEN_PARAGRAPHS


def _action(
    element: Action, scene: ScriptScene, names: Names, language: SpokenLanguage, *, both: bool
) -> Iterator[Part]:
    said = say_action(element.text, names, language, both=both)
    effects = [_effects(sentence) for sentence in said]
    for text, _ in group(said, apart=[bool(each) for each in effects]):
        # What ends an utterance is what is heard behind it; a sound named before that would come late.
        yield Part(kind="action", scene=scene.number, text=text, pause=Fraction(0), effects=_effects(text))


def _effects(text: str) -> tuple[str, ...]:
    found = [sense.key for hit, _ in sounds_in(text) for sense in hit.value if sense.section == "effect"]
    return tuple(dict.fromkeys(found))


def _lines(scene: ScriptScene, company: Company) -> Iterator[Part]:
    """The paragraphs of a scene's speeches, each with the pause that its parenthetical asks for."""
    for speech in scene.speeches:
        asset = company.speaker(speech.character, scene)
        for text, parenthetical, _ in paragraphs(speech):
            yield Part(
                kind="line",
                scene=scene.number,
                text=text,
                character=speech.character,
                asset=asset,
                parenthetical=parenthetical,
                pause=pause_seconds(parenthetical),
            )


def _said(line: Part) -> Said:
    dialogue = Dialogue(character=line.character, asset=line.asset, text=line.text, num_frames=1)
    return Said("A1", 0, dialogue, 0)


def _between(before: Part, line: Part) -> Fraction:
    """How long it is silent between what was said and a line."""
    if before.kind != "line":
        return BETWEEN_PARAGRAPHS
    if before.asset != line.asset and _BREAKS.search(before.text):
        return _BROKEN_OFF
    if _TRAILS.search(before.text):
        return _TRAILED_OFF
    return BETWEEN_SENTENCES if before.asset == line.asset else BETWEEN_SPEAKERS


def _language(
    screenplay: Screenplay, scenes: Sequence[ScriptScene], texts: Sequence[str], wanted: SpokenLanguage | None
) -> SpokenLanguage:
    """The narrator's: that of most of what is said, else of what is seen; where all is there in both, the one asked
    for."""
    said = [text for text in texts if text]
    said += [plain(action.text) for scene in scenes for action in scene.actions] if not said else []
    said = said or [screenplay.title]
    chinese = sum(language_of(text) == "zh" for text in said)
    found: SpokenLanguage = "zh" if 2 * chinese > len(said) else "en"
    return wanted if wanted is not None and any(language_of(text) == wanted for text in said) else found

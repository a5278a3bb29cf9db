"""A language model may word the action anew, scene by scene; what it answers is checked before it counts.

It is given the action of a scene with the lines it came from, and answers with as many texts. Quotations in them must
stand in the source word for word, nobody may come in who is not in the scene, and they may not grow. Speech, headings,
scenes and notes stay with the rules. Where an answer fails, the rules' words stay, and a note says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from tianmu.core.text import say
from tianmu.studio.adapt.draft import Beat, Draft, squeeze
from tianmu.studio.adapt.figures import Company
from tianmu.studio.adapt.source import Source
from tianmu.studio.planner import LanguagePlanner, PlanFailed

if TYPE_CHECKING:
    from pydantic import BaseModel

LONGEST = 600
"""Letters of one action."""
MOST_FAILURES = 3
"""In a row; then the model is not asked again."""
_QUOTED = re.compile(r"[“\"「]([^”\"」]+)[”\"」]")
_CAPITALISED = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+|\b[A-Z]{3,}\b")


def rewrite(
    planner: LanguagePlanner, source: Source, company: Company, drafts: Sequence[Draft]
) -> tuple[list[Draft], list[str]]:
    """The drafts with action that a language model worded, where it did so well; and notes on where it did not."""
    done: list[Draft] = []
    notes: list[str] = []
    failures = 0
    for draft in drafts:
        actions = [beat for beat in draft.beats if beat.kind == "action"]
        if not actions or failures >= MOST_FAILURES:
            done.append(draft)
            continue
        try:
            texts = _ask(planner, source, company, draft, actions)
            failures = 0
        except PlanFailed as failure:
            failures += 1
            notes.append(
                say(
                    f"Scene {draft.number}: {planner.name} failed ({failure.explain()}); the rules' words stay.",
                    f"第 {draft.number} 场：{planner.name} 失败（{failure.explain()}）；保留规则所写。",
                )
            )
            if failures == MOST_FAILURES:
                notes.append(
                    say(
                        f"{planner.name} failed {MOST_FAILURES} times in a row and was not asked again.",
                        f"{planner.name} 连续失败 {MOST_FAILURES} 次，不再询问。",
                    )
                )
            done.append(draft)
            continue
        fresh = iter(texts)
        done.append(
            replace(
                draft,
                beats=tuple(
                    replace(beat, text=next(fresh), by=planner.name) if beat.kind == "action" else beat
                    for beat in draft.beats
                ),
            )
        )
    return done, notes


@cache
def _answer_model() -> type[BaseModel]:
    from pydantic import BaseModel, ConfigDict, Field

    class Actions(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        actions: list[str] = Field(min_length=1, max_length=500)

    return Actions


def _ask(
    planner: LanguagePlanner, source: Source, company: Company, draft: Draft, actions: Sequence[Beat]
) -> list[str]:
    from pydantic import ValidationError

    answer = planner.complete(_prompt(source, company, draft, actions), _answer_model().model_json_schema())
    try:
        texts: list[str] = list(_answer_model().model_validate_json(answer).actions)  # type: ignore[attr-defined]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "JSON"
        raise PlanFailed(
            f"its answer is not as the schema says at {where}: {first['msg']}",
            f"它的回答在 {where} 处不合格式：{first['msg']}",
        ) from error
    if len(texts) != len(actions):
        raise PlanFailed(
            f"it was given {len(actions)} actions and answered with {len(texts)}",
            f"给了它 {len(actions)} 段动作，它答了 {len(texts)} 段",
        )
    return [_checked(source, company, draft, beat, text) for beat, text in zip(actions, texts, strict=True)]


def _prompt(source: Source, company: Company, draft: Draft, actions: Sequence[Beat]) -> str:
    names = {figure.key: figure.name for figure in company.figures}
    who = ", ".join(names[key] for key in draft.present) or "nobody"
    told = "\n".join(
        f"{number}. {json.dumps(_source_words(source, beat), ensure_ascii=False)}"
        for number, beat in enumerate(actions)
    )
    language = "Chinese" if source.tongue == "zh" else "English"
    return (
        f"You adapt a book as a screenplay in {language}. Word each of these passages as one action of a scene: "
        "present tense, only what can be seen or heard, nothing that the passage does not say. Answer with a JSON "
        "object of the given schema, one text for each passage, in order.\n"
        f"Scene {draft.number}: {draft.heading}. Who is in it: {who}. Name nobody else.\n"
        "Anything in quotation marks must stand in the passage word for word.\n"
        f"Passages:\n{told}"
    )


def _source_words(source: Source, beat: Beat) -> str:
    return ("" if source.tongue == "zh" else " ").join(beat.quoted)


def _checked(source: Source, company: Company, draft: Draft, beat: Beat, text: str) -> str:
    """The text on one line.

    Raises:
        PlanFailed: it is empty, too long, quotes what is not there, or brings somebody in.
    """
    said = " ".join(text.split())
    own = _source_words(source, beat)
    if not any(letter.isalnum() for letter in said) or len(said) > min(LONGEST, 2 * len(own) + 80):
        raise PlanFailed("an action is empty or too long", "有一段动作是空的或过长")
    words = squeeze("".join(source.lines[beat.first - 1 : beat.last]))
    for quoted in _QUOTED.findall(said):
        if squeeze(quoted) not in words:
            raise PlanFailed(
                f"it quotes what the text does not say: {quoted[:40]!r}", f"它引用了原文没有的话：{quoted[:40]!r}"
            )
    stranger = _stranger(source, company, draft, said, own)
    if stranger:
        raise PlanFailed(f"it brings in {stranger!r}, who is not in the scene", f"它写进了不在场的{stranger!r}")
    return said


def _stranger(source: Source, company: Company, draft: Draft, text: str, own: str) -> str:
    """A name in the text that is neither of this scene nor of the passage; empty where there is none."""
    present = {alias.lower() for figure in company.figures if figure.key in draft.present for alias in figure.aliases}
    known = " ".join(present) + " " + own.lower()
    for figure in company.figures:
        if figure.key in draft.present:
            continue
        for alias in figure.aliases:
            found = (
                alias in text if source.tongue == "zh" else re.search(rf"\b{re.escape(alias)}\b", text, re.IGNORECASE)
            )
            if found and alias.lower() not in known:
                return alias
    if source.tongue == "en":
        for word in _CAPITALISED.findall(text):
            if word.lower() not in known:
                return word
    return ""

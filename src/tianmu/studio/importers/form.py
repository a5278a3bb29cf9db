"""The one form of a screenplay that every importer gives and every exporter writes.

What formats cannot say is brought to the nearest that they can: no control characters, no spaces at the ends of rows,
headings and cues on one line, brackets out of names. `tidy(tidy(s))` is `tidy(s)`, and what an importer read is tidy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import count

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.screenplay import (
    Action,
    Element,
    Line,
    Note,
    PageBreak,
    Screenplay,
    ScriptScene,
    Section,
    Speech,
    Synopsis,
    Transition,
)
from tianmu.studio.importers.grammar import find_key, read_cue
from tianmu.studio.importers.headings import read_heading
from tianmu.studio.importers.rows import clean, one_line, tidy_note

DEEPEST_SECTION = 6
_LONGEST_NUMBER = 20
_SPARE_KEY = "Notes"


def tidy(screenplay: Screenplay) -> Screenplay:
    """The screenplay in its one form; scenes without a number of their own are counted.

    Raises:
        InputError: there is no scene, a scene has no heading, or two have one number.
    """
    if not screenplay.scenes:
        raise InputError(
            say(
                "There is no scene in this screenplay; begin each with a heading on a line of its own and a blank "
                'line before and after it, such as "INT. LIGHTHOUSE - NIGHT".',
                "这份剧本里没有场次；请为每一场写一行场景标题，前后各空一行，例如“内景. 灯塔 - 夜”。",
            )
        )
    return Screenplay(
        title_page=tuple(_tidy_entry(key, value) for key, value in screenplay.title_page),
        opening=tuple(_tidy_elements(screenplay.opening)),
        scenes=tuple(_tidy_scenes(screenplay.scenes)),
    )


def tidy_number(text: str) -> str:
    """A scene number of letters, digits, hyphens and full stops; empty where nothing of it is left."""
    return "".join(letter for letter in text if letter.isalnum() or letter in "-.")[:_LONGEST_NUMBER]


def _tidy_scenes(scenes: Iterable[ScriptScene]) -> Iterator[ScriptScene]:
    given: dict[str, ScriptScene] = {}
    told = [(scene, tidy_number(clean(scene.number)) if scene.numbered else "") for scene in scenes]
    for scene, number in told:
        if number in given:
            raise _two_of(number, given[number], scene)
        if number:
            given[number] = scene
    counted = (str(number) for number in count(1) if str(number) not in given)
    for scene, number in told:
        heading = read_heading(clean(scene.heading.text))
        number = number or next(counted)
        if not heading.text:
            raise InputError(
                say(
                    f'Scene {number} has no heading; say where and when it plays, such as "EXT. HARBOUR - DAY".',
                    f"第 {number} 场没有场景标题；请写明地点和时间，例如“外景. 港口 - 日”。",
                )
            )
        yield replace(
            scene,
            number=number,
            numbered=number in given,
            heading=heading,
            elements=tuple(_tidy_elements(scene.elements)),
        )


def _two_of(number: str, first: ScriptScene, second: ScriptScene) -> InputError:
    if first.line and second.line:
        where, wo = f", in lines {first.line} and {second.line}", f"（第 {first.line} 行和第 {second.line} 行）"
    else:
        where, wo = "", ""
    return InputError(
        say(
            f"Two scenes have the number {number}{where}: {one_line(first.heading.text)[:60]!r} and "
            f"{one_line(second.heading.text)[:60]!r}; give one of them another, such as {number}A.",
            f"有两场的编号都是 {number}{wo}：{one_line(first.heading.text)[:60]!r} 和 "
            f"{one_line(second.heading.text)[:60]!r}；请改动其中一个，例如 {number}A。",
        )
    )


def _tidy_entry(key: str, value: str) -> tuple[str, str]:
    tidied = "\n".join(row for row in (row.strip() for row in clean(value).split("\n")) if row)
    name = one_line(key)
    if find_key(f"{name}:") == (name, "") and find_key(f"{name}: x") == (name, "x"):
        return name, tidied
    return _SPARE_KEY, "\n".join(part for part in (name, tidied) if part)


def _tidy_elements(elements: Iterable[Element]) -> Iterator[Element]:
    for element in elements:
        match element:
            case Action():
                if text := _tidy_action(element):
                    yield replace(element, text=text)
            case Speech():
                if (speech := _tidy_speech(element)) is not None:
                    yield speech
            case Transition() | Synopsis():
                if text := one_line(element.text):
                    yield replace(element, text=text)
            case Section():
                if text := one_line(element.text):
                    yield replace(element, text=text, level=min(max(element.level, 1), DEEPEST_SECTION))
            case Note():
                if text := tidy_note(element.text):
                    yield replace(element, text=text)
            case PageBreak():
                yield element


def _tidy_action(action: Action) -> str:
    rows = [row.strip() if action.centered else row.rstrip() for row in clean(action.text).split("\n")]
    return "\n".join(rows).strip("\n")


def _tidy_speech(speech: Speech) -> Speech | Action | None:
    """A speech without words is a name that stands in the action."""
    cue = read_cue(one_line(speech.character).rstrip("^ "))
    inner = "".join(f" ({_tidy_extension(extension)})" for extension in speech.extensions)
    lines = tuple(_tidy_lines(speech.lines))
    if cue is None or not lines:
        words = [one_line(speech.character) + inner, *(line.text for line in lines)]
        text = _tidy_action(Action(text="\n".join(words)))
        return Action(text=text) if text else None
    kept = tuple(text for text in map(_tidy_extension, speech.extensions) if text)
    return replace(speech, character=cue.name, extensions=cue.extensions + kept, lines=lines)


def _tidy_extension(text: str) -> str:
    return one_line("".join(letter for letter in text if letter not in "()（）"))


def _tidy_lines(lines: Iterable[Line]) -> Iterator[Line]:
    """Every paragraph by itself: a blank row ends one."""
    for line in lines:
        if line.manner == "parenthetical":
            if text := one_line(line.text):
                yield replace(line, text=text)
            continue
        rows: list[str] = []
        for row in [*clean(line.text).split("\n"), ""]:
            if row.strip():
                rows.append(row.strip())
            elif rows:
                yield replace(line, text="\n".join(rows))
                rows = []

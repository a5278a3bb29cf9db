"""The screenplay with the place of every shot in it: before the words that the shot shows first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.screenplay import Action, Element, Heading, Screenplay, ScriptScene, Speech
from tianmu.film.shot import Shot
from tianmu.film.wording import Language, split_languages
from tianmu.studio.boards.terms import plain

if TYPE_CHECKING:
    from tianmu.studio.edition import Edition


@dataclass(frozen=True, kw_only=True)
class Passage:
    """An element of the screenplay, or only a place in it, and the shots of the cut that begin there."""

    slates: tuple[str, ...] = ()
    element: Element | None = None


@dataclass(frozen=True, kw_only=True)
class Chapter:
    """A scene: its heading and its passages."""

    number: str
    heading: Heading
    passages: tuple[Passage, ...]

    @property
    def slates(self) -> tuple[str, ...]:
        """The shots of it, in the order of its text."""
        return tuple(slate for passage in self.passages for slate in passage.slates)


def shots_by_slate(edition: Edition) -> dict[str, Shot]:
    """The shots of a film's cut, as they are planned.

    Raises:
        InputError: the cut has a shot that is no longer planned.
    """
    from tianmu.studio.edition import clips_of

    planned = {shot.slate: shot for shot in edition.plan.shots.shots}
    for clip in clips_of(edition.cut):
        if clip.slate not in planned:
            raise InputError(
                say(
                    f"The film has a shot {clip.slate} that is no longer planned; run tianmu film again.",
                    f"影片中的镜头 {clip.slate} 已不在计划里；请重新运行 tianmu film。",
                )
            )
    return {clip.slate: planned[clip.slate] for clip in clips_of(edition.cut)}


def chapters_of(screenplay: Screenplay, shots: Mapping[str, Shot], order: Sequence[str]) -> tuple[Chapter, ...]:
    """The scenes of a screenplay with each slate of `order`, the cut's, at its place in one of them, once.

    Scenes stay in the order of the screenplay. A shot goes before the element whose words it shows; one that shows no
    words goes where the shot before it of its scene went, and to the scene's beginning where it is the first.
    """
    chapters: list[Chapter] = []
    known = {scene.number for scene in screenplay.scenes}
    for position, scene in enumerate(screenplay.scenes):
        here = [slate for slate in dict.fromkeys(order) if shots[slate].scene == scene.number]
        if position == 0:
            here += [slate for slate in dict.fromkeys(order) if shots[slate].scene not in known]
        chapters.append(Chapter(number=scene.number, heading=scene.heading, passages=_passages(scene, here, shots)))
    return tuple(chapters)


def _passages(scene: ScriptScene, slates: Sequence[str], shots: Mapping[str, Shot]) -> tuple[Passage, ...]:
    shown = [element for element in scene.elements if is_read(element)]
    words = [_key(text_of(element)) for element in shown]
    places: dict[int, list[str]] = {}
    last = 0
    for slate in slates:
        found = _place(shots[slate], words, last)
        last = last if found is None else found
        places.setdefault(last, []).append(slate)
    passages = [Passage(slates=tuple(places.pop(at, ())), element=element) for at, element in enumerate(shown)]
    rest = tuple(slate for left in places.values() for slate in left)
    return (*passages, Passage(slates=rest)) if rest else tuple(passages)


def _place(shot: Shot, words: Sequence[str], last: int) -> int | None:
    """The element that a shot shows first: at or after `last` where there is one, else anywhere."""
    wanted = [key for text in (shot.action, *(line.text for line in shot.lines)) if (key := _key(text))]
    for order in (range(last, len(words)), range(last)):
        for at in order:
            if any(key[:40] in words[at] or (len(words[at]) > 3 and words[at] in key) for key in wanted):
                return at
    return None


def _key(text: str) -> str:
    """Words as they are compared: without spaces, marks and case."""
    return "".join(character for character in plain(text).casefold() if character.isalnum())


def is_read(element: Element) -> bool:
    """Whether an element is for readers: notes, outlines and page breaks are the writer's own."""
    return isinstance(element, Action | Speech) or element.kind == "transition"


def text_of(element: Element) -> str:
    """All words of an element, as they are written."""
    if isinstance(element, Speech):
        return "\n".join(line.text for line in element.lines if line.manner != "parenthetical")
    return getattr(element, "text", "")


def paragraphs_of(text: str) -> Iterator[tuple[Language, str]]:
    """A text as runs of one language each, in order: a line in both languages is two."""
    for line in text.split("\n"):
        yield from split_languages(line)


def main_language(screenplay: Screenplay) -> Language:
    """The language of the screenplay: that of most of its headings, action and speeches; English first in a tie.

    A text in both languages counts for the one that it begins with.
    """
    counts: dict[Language, int] = {"en": 0, "zh": 0}
    for scene in screenplay.scenes:
        for text in (scene.heading.text, *(text_of(element) for element in scene.elements if is_read(element))):
            for language, _ in list(paragraphs_of(plain(text)))[:1]:
                counts[language] += 1
    return "zh" if counts["zh"] > counts["en"] else "en"


def languages_of(screenplay: Screenplay) -> tuple[Language, ...]:
    """Those that something of it is written in, the main one first."""
    texts = [text_of(element) for scene in screenplay.scenes for element in scene.elements if is_read(element)]
    found = {language for text in texts for language, _ in paragraphs_of(plain(text))}
    main = main_language(screenplay)
    other: Language = "en" if main == "zh" else "zh"
    return (main, other) if other in found else (main,)


def title_of(screenplay: Screenplay, name: str) -> str:
    """What the film is called."""
    return plain(screenplay.title).strip() or plain(name).strip() or say("Untitled", "未命名")

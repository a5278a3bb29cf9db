"""A scene as beats: pieces of speech and moments of action, each read for who is in it and what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from tianmu.film.screenplay import Action, ScriptScene, Speech
from tianmu.studio.planner.company import Company
from tianmu.studio.planner.timing import (
    action_seconds,
    cut_speech,
    paragraphs,
    pause_seconds,
    plain,
    sentences,
    spoken_seconds,
)
from tianmu.studio.planner.vocabulary import Token, finder_of, sensible, tokens, vocabulary, word_set

MOVING = frozenset(("walks", "runs", "jumps", "bounces", "flies", "floats", "rolls"))
"""Actions that take somebody across the frame or about it."""
_ONE_BEAT = Fraction(5)
"""Sentences about the same people are one beat as long as they take at most this many seconds."""
_FLAGS = frozenset(("entering", "leaving", "meeting", "following", "rising", "sinking", "tender", "fierce"))


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A part of a speech that fits into one shot."""

    speech: int
    """Counts the speeches of the scene."""
    part: int
    parts: int
    """This is `part` (from 0) of so many pieces of its speech."""
    character: str
    asset: str
    text: str
    parenthetical: str
    pause: Fraction
    """Seconds of silence before it."""
    seconds: Fraction
    """Of speech alone."""
    on_screen: bool
    tone: str
    """`tender`, `fierce` or nothing."""
    dual: bool


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A beat of action."""

    text: str
    doers: tuple[tuple[str, str], ...] = ()
    """Who is seen and what they do: ids of assets with actions of the world."""
    props: tuple[str, ...] = ()
    """Ids of things that are named and do nothing."""
    flags: frozenset[str] = frozenset()
    """Of `entering`, `leaving`, `meeting`, `following`, `rising`, `sinking`, `tender`, `fierce`."""
    heading: str | None = None
    """`left` or `right` where the script says which way they go."""
    seconds: Fraction

    @property
    def moving(self) -> bool:
        return any(action in MOVING for _, action in self.doers)


Beat = Piece | Moment


def read_beats(scene: ScriptScene, company: Company) -> list[Beat]:
    """The beats of a scene, in its order."""
    beats: list[Beat] = []
    last: list[str] = []
    count = 0
    for element in scene.elements:
        if isinstance(element, Speech):
            asset = company.speaker(element.character, scene)
            pieces = list(_pieces(element, asset, count))
            beats += pieces
            count += bool(pieces)
            last = [*(id for id in last if id != asset), asset]
        elif isinstance(element, Action):
            beats += _moments(element, company, last)
    return beats


def _pieces(speech: Speech, asset: str, number: int) -> Iterator[Piece]:
    said = [
        (text, manner if index == 0 else "")
        for paragraph, manner, _ in paragraphs(speech)
        for index, text in enumerate(cut_speech(paragraph))
    ]
    for part, (text, manner) in enumerate(said):
        yield Piece(
            speech=number,
            part=part,
            parts=len(said),
            character=speech.character,
            asset=asset,
            text=text,
            parenthetical=manner,
            pause=pause_seconds(manner),
            seconds=spoken_seconds(text),
            on_screen=not speech.off_screen,
            tone=_tone(text, manner),
            dual=speech.dual,
        )


def _tone(text: str, manner: str) -> str:
    """How a piece is said: by its parenthetical, else by its marks and capitals."""
    if manner:
        for hit in finder_of("tender", "fierce").find(tokens(manner)):
            return hit.value.section
    if "!!" in text or "！！" in text or "?!" in text or "！？" in text or text.endswith(("!", "！")):
        return "fierce"
    letters = [letter for letter in text if letter.isalpha() and letter.isascii()]
    return "fierce" if len(letters) >= 6 and all(letter.isupper() for letter in letters) else ""


def _moments(action: Action, company: Company, last: list[str]) -> list[Moment]:
    """The beats of a paragraph of action; `last` are those who were named last, and is kept up to date."""
    found: list[Moment] = []
    for sentence in sentences(plain(action.text)):
        moment = _read(sentence, company, last)
        if found and (joined := _join(found[-1], moment)) is not None:
            found[-1] = joined
        else:
            found.append(moment)
    return found


def _join(first: Moment, second: Moment) -> Moment | None:
    """Two sentences as one beat, where the second only goes on with the same people in the same place."""
    same = {id for id, _ in first.doers} == {id for id, _ in second.doers} or not second.doers
    if not same or second.props or first.moving != second.moving or (second.flags & _FLAGS) - first.flags:
        return None
    text = f"{first.text}{' ' if first.text[-1] < chr(0x2E80) else ''}{second.text}"
    seconds = action_seconds(text, moving=first.moving)
    return replace(first, text=text, seconds=seconds) if seconds <= _ONE_BEAT else None


def _read(sentence: str, company: Company, last: list[str]) -> Moment:
    """Who is in a sentence, what each of them does, and what is named besides."""
    words = tokens(sentence)
    people = company.names.find(sentence, words)
    taken = {at for hit in people for at in range(hit.first, hit.last + 1)}
    marks: list[tuple[int, str, str]] = [(hit.first, "who", hit.value) for hit in people]
    flags: set[str] = set()
    for hit in vocabulary().find(words):
        if hit.first in taken or not sensible(words, hit):
            continue
        for sense in hit.value:
            if sense.section == "subject":
                if (id := company.players.get(sense.key)) is not None:
                    marks += [(hit.first, "who", id)] if id not in {person.value for person in people} else []
                elif (id := company.props.get(sense.key)) is not None:
                    marks.append((hit.first, "thing", id))
            elif sense.section == "actions":
                marks.append((hit.first, "does", sense.key))
            elif sense.section in _FLAGS:
                flags.add(sense.section)
    marks.sort()
    if not any(kind == "who" for _, kind, _ in marks):
        marks = [*((-1, "who", id) for id in _meant(words, last)), *marks]
    along = bool(flags & {"following", "meeting"}) or bool(finder_of("along").find(words))
    doers, props = _assign(marks, company, along=along)
    if "following" in flags and len(doers) == 1:  # "Ju follows her": whom, is who was named before
        followed = _meant(words, [id for id in last if id != doers[0][0]])
        doers += [(id, doers[0][1]) for id in followed[-1:]]
    for id, _ in doers:
        if company.by_id[id].kind == "character":
            last[:] = [*(other for other in last if other != id), id]
    ways = finder_of("goes_left", "goes_right").find(words)
    moving = any(action in MOVING for _, action in doers)
    return Moment(
        text=sentence,
        doers=tuple(doers),
        props=tuple(props),
        flags=frozenset(flags),
        heading=ways[0].value.section.removeprefix("goes_") if ways else None,
        seconds=action_seconds(sentence, moving=moving),
    )


def _meant(words: list[Token], last: list[str]) -> list[str]:
    """Whom a pronoun means: the last one named, or the last two."""
    said = {word.text for word in words}
    pairs = {word.text + other.text for word, other in pairwise(words)}
    if (said | pairs) & word_set("pronouns_many"):
        return last[-2:]
    return last[-1:] if said & word_set("pronouns_one") else []


def _assign(
    marks: list[tuple[int, str, str]], company: Company, *, along: bool
) -> tuple[list[tuple[str, str]], list[str]]:
    """Give every action to those who stand before it; an animal or a vehicle acts only where a verb follows it.

    Who is named after the verb does the same only where they go `along`: Ju follows Sui. Else they stand there: Ju
    jumps onto the bus.
    """
    doers: dict[str, str | None] = {}
    waiting: list[str] = []
    candidates: list[str] = []
    first: str | None = None
    for _, kind, value in marks:
        if kind == "who":
            if not waiting or any(doers[id] is not None for id in waiting):
                waiting = []
            doers.setdefault(value, None)
            waiting.append(value)
            candidates = []
        elif kind == "thing":
            candidates = [value] if company.group(value) in ("animal", "vehicle") else []
            doers.setdefault(value, "prop") if not candidates else doers.setdefault(value, "maybe")
        else:
            first = first or value
            for id in candidates:
                if doers[id] == "maybe" and not waiting:
                    doers[id] = value
            for id in waiting:
                doers[id] = doers[id] or value
            candidates = []
    acts = any(action not in (None, "prop", "maybe") for action in doers.values())
    same = first if along or not acts else None
    acting = [(id, action or same or "stands") for id, action in doers.items() if action not in ("prop", "maybe")]
    return acting[:3], [id for id, action in doers.items() if action in ("prop", "maybe")]

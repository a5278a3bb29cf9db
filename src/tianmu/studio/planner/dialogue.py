"""How dialogue is covered: a two-shot first, then over the shoulder, then singles that come closer as it goes on.

A short exchange stays in the two-shot; a long speech is cut to the face of who listens; what is said with force is
seen closer, what is said tenderly is pushed in on; after a while the two-shot lets the scene breathe. Voices that
nobody is seen to speak lie over the listener, or over the set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from tianmu.film.shot import Move, Reason, ShotSize, SpokenLine
from tianmu.studio.planner.beats import Piece
from tianmu.studio.planner.company import Company
from tianmu.studio.planner.draft import BY_SPEECH, LINE, STILL_DIALOGUE, WIDE_ENOUGH, Draft, speak, why
from tianmu.studio.planner.staging import Side, looking, two_shot

SHORT = Fraction(3, 2)
"""Seconds: a speech that is shorter is an answer, and needs no shot of its own."""
LONGEST_EXCHANGE = Fraction(6)
BREATH = 10
"""After so many closer shots, the scene goes back to the two-shot."""


@dataclass(kw_only=True)
class Coverage:
    """What a scene has shown so far, and how close it has come."""

    company: Company
    sides: dict[str, Side]
    present: list[str] = field(default_factory=list[str])
    """Those who are there, who was seen or heard last at the end."""
    mastered: frozenset[str] = frozenset()
    """Whom the last two-shot or master showed."""
    covered: set[str] = field(default_factory=set[str])
    """Who has had a shot over somebody's shoulder."""
    closer: int = 0
    """Shots of dialogue since the last two-shot."""
    spoken: int = 0
    """Pieces of speech since the scene began."""

    def enter(self, *ids: str) -> None:
        for id in ids:
            if self.company.by_id[id].kind == "character":
                self.present = [*(other for other in self.present if other != id), id]

    def leave(self, *ids: str) -> None:
        self.present = [id for id in self.present if id not in ids]

    def listener(self, speaker: str, pieces: Sequence[Piece], at: int) -> str | None:
        """To whom somebody speaks: who spoke before, else who answers, else anybody else who is there."""
        nearby = [*reversed(pieces[max(0, at - 6) : at]), *pieces[at + 1 : at + 7]]
        for piece in nearby:
            if piece.asset != speaker and piece.on_screen:
                return piece.asset
        return next((id for id in reversed(self.present) if id != speaker), None)


def cover_dialogue(pieces: list[Piece], state: Coverage) -> Iterator[Draft]:
    """The shots of pieces of speech that follow each other without action between them."""
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        number = _together(pieces, at)
        if number > 1:
            yield _exchange(pieces[at : at + number], state)
            at += number
            continue
        listener = state.listener(piece.asset, pieces, at)
        if piece.on_screen:
            state.enter(piece.asset)
        yield _one(piece, listener, state)
        at += 1


def _together(pieces: list[Piece], at: int) -> int:
    """How many pieces from here share one shot: what is spoken at once, or a short exchange of two."""
    first = pieces[at]
    if at + 1 < len(pieces) and pieces[at + 1].dual and first.on_screen:
        number = 2
        while at + number < len(pieces) and pieces[at + number].dual and pieces[at + number].on_screen:
            number += 1
        together = pieces[at : at + number]
        return number if len({piece.asset for piece in together}) == number <= 3 else 1
    total = Fraction(0)
    number = 0
    while at + number < len(pieces):
        piece = pieces[at + number]
        total += piece.seconds + piece.pause + Fraction(1, 4)
        who = {p.asset for p in pieces[at : at + number + 1]}
        ahead = pieces[at + number + 1 : at + number + 2]
        if (
            piece.seconds > SHORT
            or piece.parts > 1
            or piece.dual
            or piece.tone
            or not piece.on_screen
            or len(who) > 2
            or total > LONGEST_EXCHANGE
            or (ahead and ahead[0].dual)
        ):
            break
        number += 1
    return number if number > 1 and len({p.asset for p in pieces[at : at + number]}) == 2 else 1


def _exchange(pieces: list[Piece], state: Coverage) -> Draft:
    """Two who answer each other in few words, or who speak at once: both are seen."""
    state.enter(*(piece.asset for piece in pieces))
    ids = list(dict.fromkeys(piece.asset for piece in pieces))
    at_once = any(piece.dual for piece in pieces)
    state.mastered, state.closer = frozenset(ids), 0
    state.spoken += len(pieces)
    lines, seconds = speak(pieces)
    setup = (
        why("setup", "they speak at the same time, so both are seen", "两人同时说话，都要看到")
        if at_once
        else why("setup", "a quick exchange plays in the two-shot", "简短的对答留在双人镜头里")
    )
    size = why("size", "wide enough for both", "景别容得下两人")
    return Draft(
        setup="two_shot" if len(ids) == 2 else "master",
        size="medium",
        performers=two_shot(ids, state.sides),
        lines=lines,
        seconds=seconds,
        reasons=[setup, size, STILL_DIALOGUE, BY_SPEECH, LINE],
    )


def _one(piece: Piece, listener: str | None, state: Coverage) -> Draft:
    """The shot of one piece of speech."""
    lines, seconds = speak([piece], heard=not piece.on_screen)
    state.spoken += 1
    if not piece.on_screen:
        return _voice_over(
            piece, listener, state, Draft(setup="reaction", size="medium_close", seconds=seconds, lines=lines)
        )
    if listener is not None and _needs_master(piece, listener, state):
        return _master(piece, listener, state, lines=lines, seconds=seconds)
    state.closer += 1
    name = state.company.by_id[piece.asset].name
    if listener is not None and piece.parts > 1 and piece.part % 3 == 1:
        return _reaction(piece, listener, state, seconds=seconds)
    size, size_reason = _size(piece, state)
    move, move_reason = _move(piece)
    across = listener is not None and state.sides.get(piece.asset) != state.sides.get(listener)
    if across and listener is not None and piece.asset not in state.covered and piece.part == 0 and not piece.tone:
        state.covered.add(piece.asset)
        other = state.company.by_id[listener].name
        return Draft(
            setup="over_shoulder",
            size="medium",
            angle="over_shoulder",
            move=move,
            performers=(looking(piece.asset, state.sides), looking(listener, state.sides)),
            lines=lines,
            seconds=seconds,
            reasons=[
                why("setup", f"{name} speaks, seen over {other}'s shoulder", f"越过{other}的肩看{name}说话"),
                why(
                    "size",
                    "the first shot on the speaker still ties the two together",
                    "说话人的第一个镜头仍把两人连在一起",
                ),
                why("angle", f"from behind {other}, on the same side of the line", f"从{other}身后，在轴线同一侧"),
                move_reason,
                BY_SPEECH,
                LINE,
            ],
        )
    return Draft(
        setup="single",
        size=size,
        move=move,
        performers=(looking(piece.asset, state.sides),),
        lines=lines,
        seconds=seconds,
        reasons=[why("setup", f"{name} speaks", f"{name}说话"), size_reason, move_reason, BY_SPEECH, LINE],
    )


def _needs_master(piece: Piece, listener: str, state: Coverage) -> bool:
    """Whether it is time to see them together: for the first time, with somebody new, or to let the scene breathe."""
    if piece.part:
        return False
    return not {piece.asset, listener} <= state.mastered or (state.closer >= BREATH and not piece.tone)


def _master(piece: Piece, listener: str, state: Coverage, *, lines: tuple[SpokenLine, ...], seconds: Fraction) -> Draft:
    """Two or three who talk, together in one picture."""
    again = bool(state.mastered) and {piece.asset, listener} <= state.mastered
    others = [id for id in reversed(state.present) if id not in (piece.asset, listener)]
    ids = [piece.asset, listener, *others][:3]
    state.mastered, state.closer = frozenset((*state.mastered, *ids)), 0
    state.enter(listener, piece.asset)
    setup = "two_shot" if len(ids) == 2 else "master"
    if again:
        reason = why("setup", "back to all of them, to let the scene breathe", "回到全体，让这场戏喘口气")
    elif setup == "two_shot":
        reason = why(
            "setup", "two begin to talk: both are seen, and where each stands", "两人开始交谈：先看清两人和各自的位置"
        )
    else:
        reason = why("setup", "several talk: a master shows where each stands", "多人交谈：主镜头交代各自的位置")
    return Draft(
        setup=setup,
        size="medium_wide",
        performers=two_shot(ids, state.sides),
        lines=lines,
        seconds=seconds,
        reasons=[
            reason,
            WIDE_ENOUGH,
            STILL_DIALOGUE,
            BY_SPEECH,
            LINE,
        ],
    )


def _reaction(piece: Piece, listener: str, state: Coverage, *, seconds: Fraction) -> Draft:
    lines, _ = speak([piece], heard=True)
    name, other = state.company.by_id[piece.asset].name, state.company.by_id[listener].name
    size: ShotSize = "close" if state.spoken > 8 or piece.tone else "medium_close"
    return Draft(
        setup="reaction",
        size=size,
        performers=(looking(listener, state.sides),),
        lines=lines,
        seconds=seconds,
        reasons=[
            why(
                "setup",
                f"a long speech: {other} listens while {name} goes on",
                f"台词较长：{name}继续说，看{other}的反应",
            ),
            why("size", "close enough to see what it does to the listener", "足够近，看清倾听者的反应"),
            STILL_DIALOGUE,
            BY_SPEECH,
            LINE,
        ],
    )


def _voice_over(piece: Piece, listener: str | None, state: Coverage, draft: Draft) -> Draft:
    name = state.company.by_id[piece.asset].name
    if listener is None:
        draft.setup, draft.size = "establishing", "wide"
        draft.reasons += [
            why(
                "setup",
                f"{name} is heard and nobody is seen: the voice lies over the place",
                f"只闻{name}其声，画面是场景",
            ),
            why("size", "the place alone", "只有场景"),
        ]
    else:
        draft.performers = (looking(listener, state.sides),)
        other = state.company.by_id[listener].name
        draft.reasons += [
            why("setup", f"{name} is heard and not seen: {other} listens", f"只闻{name}其声：看{other}倾听"),
            why("size", "close enough to see the listener", "足够近，看清倾听者"),
            LINE,
        ]
    draft.reasons += [STILL_DIALOGUE, BY_SPEECH]
    return draft


def _size(piece: Piece, state: Coverage) -> tuple[ShotSize, Reason]:
    """Closer as the scene goes on, and closer still where it is said with feeling."""
    if piece.tone:
        size: ShotSize = "extreme_close" if state.spoken > 12 else "close"
        if piece.tone == "fierce":
            return size, why("size", "it is said with force, so the face fills the frame", "语气强烈，面部充满画面")
        return size, why("size", "it is said tenderly, so we come near", "语气轻柔，所以靠近")
    if state.spoken > 8:
        return "close", why("size", "late in the talk: close", "对话已深入：用近景")
    if state.spoken > 4 or piece.part:
        return "medium_close", why("size", "the talk goes on: closer than before", "对话推进：比之前更近")
    return "medium", why("size", "early in the talk: not too close yet", "对话刚开始：还不必太近")


def _move(piece: Piece) -> tuple[Move, Reason]:
    if piece.tone == "tender":
        return "push_in", why("move", "the camera is drawn in by the feeling of the line", "台词动情，镜头缓缓推近")
    return "static", STILL_DIALOGUE

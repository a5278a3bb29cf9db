"""A shot while it is planned, before it has a slate and a prompt; and the reasons that are given again and again."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tianmu.film.shot import Angle, Move, Performer, Reason, Setup, ShotSize, SpokenLine
from tianmu.studio.planner.beats import Piece
from tianmu.studio.planner.timing import LEAD, speech_seconds


@dataclass(kw_only=True)
class Draft:
    """What a planner decides of one shot."""

    setup: Setup
    size: ShotSize
    move: Move = "static"
    angle: Angle = "eye"
    performers: tuple[Performer, ...] = ()
    props: tuple[str, ...] = ()
    seconds: Fraction
    action: str = ""
    lines: tuple[SpokenLine, ...] = ()
    reasons: list[Reason] = field(default_factory=list[Reason])


def speak(pieces: list[Piece], *, heard: bool = False) -> tuple[tuple[SpokenLine, ...], Fraction]:
    """Pieces of speech as the lines of one shot, each after the one before it, and how long the shot must be.

    What is spoken at the same time as the piece before it begins with it. `heard`: nobody is seen who speaks.
    """
    lines: list[SpokenLine] = []
    at = LEAD
    began = LEAD
    for piece in pieces:
        if not (piece.dual and lines and lines[-1].character != piece.character):
            began = at
        began_here = began + piece.pause
        lines.append(
            SpokenLine(
                character=piece.character,
                asset=piece.asset,
                text=piece.text,
                parenthetical=piece.parenthetical,
                starts=began_here,
                seconds=piece.seconds,
                on_screen=piece.on_screen and not heard,
            )
        )
        at = max(at, began_here + piece.seconds) + (LEAD if len(pieces) > 1 else 0)
    end = max(line.starts + line.seconds for line in lines)
    return tuple(lines), speech_seconds(end - LEAD)


def why(choice: str, en: str, zh: str) -> Reason:
    """A reason."""
    return Reason(choice=choice, en=en, zh=zh)


BY_SPEECH = why("seconds", "as long as the words take, with air around them", "与台词等长，前后留出呼吸")
BY_ACTION = why("seconds", "as long as the action takes to see", "足够看清动作")
STILL_DIALOGUE = why("move", "the camera holds still for dialogue", "对白时镜头不动")
WIDE_ENOUGH = why("size", "wide enough for all who talk", "景别容得下所有说话的人")
STILL = why("move", "nothing in the beat asks for a move", "这一节拍不需要运镜")
LINE = why(
    "direction", "everybody stays on their side of the line (180 degrees)", "人物保持在轴线的同一侧（180 度规则）"
)

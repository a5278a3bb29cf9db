"""A director's note, understood as changes of a shot: `slower`, `closer, at night`, `镜头拉远，再慢一点`.

Place in time, weather, framing, camera, action and direction are read by the world's own parser, as in a prompt; the
words of pace and length are listed here. What is not understood is said, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from tianmu.core.text import say
from tianmu.film.asset import Asset
from tianmu.film.decision import Change, Decisions, anchor_of, find_shot
from tianmu.film.shot import SHOT_SIZES, Move, Performer, Reason, Shot, ShotList, ShotSize

SHORTEST, LONGEST = Fraction(1), Fraction(60)

_LESS = r"\b(too|not so|not too|less)"
_NOT = r"(太|别那么|别这么|别太|别|不要那么|不要太|不要)"
_PACE: tuple[tuple[str, str, Fraction], ...] = (
    (rf"{_LESS} (fast|quick(ly)?|hasty|rushed)\b|{_NOT}(快|急)", "slower", Fraction(3, 2)),
    (rf"{_LESS} slow(ly)?\b|{_NOT}慢", "slower", Fraction(2, 3)),
    (rf"{_LESS} long\b|{_NOT}长", "longer", Fraction(2, 3)),
    (rf"{_LESS} short\b|{_NOT}短", "longer", Fraction(3, 2)),
    (r"\bmuch slower\b|慢很多|慢得多", "slower", Fraction(2)),
    (r"\bslower\b|\bslow(ly)?\b(?! (pan|tilt|push|zoom|pull))|慢", "slower", Fraction(3, 2)),
    (r"\bmuch faster\b|快很多|快得多", "slower", Fraction(1, 2)),
    (r"\b(faster|quicker|fast|quick(ly)?)\b|(?<!愉)快(?!乐)", "slower", Fraction(2, 3)),
    (r"\bmuch longer\b|长很多", "longer", Fraction(2)),
    (r"\b(longer|hold( it)?)\b|更长|长一点|长些|加长", "longer", Fraction(3, 2)),
    (r"\bmuch shorter\b|短很多", "longer", Fraction(1, 2)),
    (r"\b(shorter|tighten|brisker)\b|更短|短一点|短些|缩短", "longer", Fraction(2, 3)),
)
_NEARER = re.compile(
    rf"{_LESS} (far( away)?|wide|small)\b|\b(closer|tighter|nearer)\b|{_NOT}[远宽]|更近|近一点|近些|靠近"
)
_WIDER = re.compile(
    rf"{_LESS} (close|near|tight|big)\b|\b(wider|looser|farther|further)\b|{_NOT}近|更远|远一点|远些|更宽|宽一点"
)
_STILL = re.compile(
    r"\b(do not|don.?t|no|without|stop)( the)?( camera)? "
    r"(pan(ning)?|tilt(ing)?|zoom(ing)?|mov(e|ing|ement)s?)( the camera)?\b"
    r"|镜头(别|不要|不)(再)?[动摇推拉移]"
)
_MIRROR = re.compile(r"\b(mirror(ed)?|flip(ped)?|from the other side)\b|镜像|翻转|反方向|另一边")
_AGAIN = re.compile(r"\b(again|another( one)?|once more|retry|new take)\b|再来|重来|再拍|换一条|再一条")
_SMALL = re.compile(
    r"\b(a|an|the|and|it|is|be|do|in|at|on|to|of|with|please|bit|little|make|more|take|shot|but|this|that|one|now|then"
    r"|let|us|we|i|you|he|she|they|her|him|them|should|would|can|want|like|go|so|very|some)\b"
    r"|[一点些请把它他她们的了再让拍得更和在这那条个要改成为换变镜头，。、；：！？\s]|[^\w\s]"
)
_FACTS = {
    "size": ("size", "景别"),
    "move": ("camera", "运镜"),
    "time": ("time", "时间"),
    "weather": ("weather", "天气"),
    "action": ("action", "动作"),
    "direction": ("direction", "方向"),
}
_FRAMED: dict[str, ShotSize] = {"wide": "wide", "medium": "medium", "close": "close"}


@dataclass(frozen=True, kw_only=True)
class ReadNote:
    """A note, read: what it changes, in words for a person, and what of it was not understood."""

    change: Change
    understood: tuple[str, ...]
    rest: str


def read_note(note: str, shot: Shot) -> ReadNote:
    """Understand a note about a shot."""
    rest = note.lower()
    change = Change(slate=shot.slate, anchor=anchor_of(shot), note=note)
    understood: list[str] = []

    def take(pattern: str | re.Pattern[str]) -> bool:
        nonlocal rest
        left = re.sub(pattern, " ", rest)
        found, rest = left != rest, left
        return found

    for pattern, field, factor in _PACE:
        said = getattr(change, field)
        if said == 1 and take(pattern):
            change = replace(change, **{field: factor})
            understood.append(_pace_words(field, factor))
        elif said != 1 and (said > 1) == (factor > 1):
            take(pattern)  # "too fast, slower please" says one thing twice
    for pattern, step in ((_NEARER, 1), (_WIDER, -1)):
        if take(pattern):
            size = _stepped(shot.size, step)
            change = replace(change, size=size)
            understood.append(_fact_words("size", size))
    if take(_STILL):
        change = replace(change, move="static")
        understood.append(say("the camera holds still", "镜头固定"))
    if take(_MIRROR):
        change = replace(change, direction="mirror")
        understood.append(say("mirrored", "左右翻转"))
    if take(_AGAIN):
        understood.append(say("another take", "再来一条"))
    change, rest, more = _world_words(change, rest, shot)
    rest = " ".join(_SMALL.sub(" ", rest).split())
    if not (understood or more or rest):
        rest = note.strip()  # "not at night": every word is known, and together they ask for nothing that is done here
    return ReadNote(change=change, understood=(*understood, *more), rest=rest)


def apply_changes(
    shots: ShotList, decisions: Decisions, assets: Mapping[str, Asset]
) -> tuple[ShotList, tuple[str, ...]]:
    """The shots as they were decided, and what to tell a person of decisions whose shot is gone."""
    changed = {shot.slate: shot for shot in shots.shots}
    notes: list[str] = []
    for change in decisions.changes:
        found = find_shot(change, shots.shots)
        if found is None:
            notes.append(
                say(
                    f"The note “{change.note}” was about shot {change.slate}, which is gone from the script; it rests.",
                    f"批注“{change.note}”针对镜头 {change.slate}，而剧本中已没有它；暂不采用。",
                )
            )
            continue
        changed[found.slate] = apply_change(changed[found.slate], change, assets)
    return replace(shots, shots=tuple(changed[shot.slate] for shot in shots.shots)), tuple(notes)


def apply_change(shot: Shot, change: Change, assets: Mapping[str, Asset]) -> Shot:
    """One shot, changed as a note asked, with its prompt written anew."""
    from tianmu.studio.planner import write_prompt

    seconds = min(max(shot.seconds * change.longer * change.slower, SHORTEST), LONGEST)
    made = replace(
        shot,
        seconds=seconds,
        overcrank=shot.overcrank * change.slower,
        size=change.size or shot.size,
        move=change.move or shot.move,
        time=change.time or shot.time,
        weather=change.weather or shot.weather,
        performers=tuple(_performer(each, change, first=index == 0) for index, each in enumerate(shot.performers)),
        reasons=(
            *shot.reasons,
            Reason(choice="note", en=f"The director asked: {change.note}", zh=f"导演要求：{change.note}"),
        ),
    )
    if change.direction == "mirror":
        made = replace(made, move=_mirrored_move(made.move))
    return replace(made, prompt=write_prompt(made, assets))


def _performer(performer: Performer, change: Change, *, first: bool) -> Performer:
    direction = performer.direction
    if change.direction == "mirror":
        direction = "left" if direction == "right" else "right"
    elif change.direction is not None and first:
        direction = change.direction
    action = change.action if change.action is not None and first else performer.action
    return replace(performer, direction=direction, action=action)


def _mirrored_move(move: Move) -> Move:
    swapped: dict[Move, Move] = {"pan_left": "pan_right", "pan_right": "pan_left"}
    return swapped.get(move, move)


def _stepped(size: ShotSize, step: int) -> ShotSize:
    """A size nearer or wider, such that the picture really changes: the stage knows wide, medium and close."""
    kinds = ("wide", "wide", "medium", "medium", "close", "close", "close")
    at = SHOT_SIZES.index(size)
    other = at + step
    while 0 <= other < len(SHOT_SIZES) and kinds[other] == kinds[at]:
        other += step
    return SHOT_SIZES[min(max(other, 0), len(SHOT_SIZES) - 1)]


def _pace_words(field: str, factor: Fraction) -> str:
    percent = f"{float(factor if field == 'longer' else 1 / factor):.0%}"
    if field == "longer":
        return say(f"length {percent}", f"时长 {percent}")
    return say(f"speed {percent}", f"速度 {percent}")


def _world_words(change: Change, rest: str, shot: Shot) -> tuple[Change, str, list[str]]:
    """What the world's parser finds in the rest of a note."""
    if not _SMALL.sub("", rest).strip():
        return change, rest, []
    from tianmu.world.parser import parse

    reading = parse(rest)
    scene, found = reading.scene, reading.found
    facts: dict[str, str] = {}
    left = [*reading.unknown, *reading.ignored]
    left += [scene.look] if "look" in found else []
    if "setting" in found and (scene.setting, scene.weather) != ("snowfield", "snow"):  # one word says both
        left.append(scene.setting)
    if "camera" in found and change.move is None:
        facts["move"] = scene.camera
    for fact in ("time", "weather"):
        if fact in found:
            facts[fact] = getattr(scene, fact)
    if "framing" in found and change.size is None:
        facts["size"] = _FRAMED[scene.framing]
    for fact in ("action", "direction"):
        said = reading.unplaced.get(fact) or (
            getattr(scene.actors[0], fact) if fact in found and scene.actors else None
        )
        if said and not shot.performers:
            left.append(said)
        elif said and not (fact == "direction" and change.direction):
            facts[fact] = said
    words = [_fact_words(name, value) for name, value in facts.items()]
    return replace(change, **facts), " ".join(left), words  # type: ignore[arg-type]


def _fact_words(fact: str, value: str) -> str:
    from tianmu.studio.boards.terms import MOVES, SIZES, word

    en, zh = _FACTS[fact]
    chinese = {"size": SIZES, "move": MOVES}.get(fact, {}).get(value)  # type: ignore[call-overload]
    return say(f"{en} {value.replace('_', ' ')}", f"{zh} {chinese[1] if chinese else word(value)}")

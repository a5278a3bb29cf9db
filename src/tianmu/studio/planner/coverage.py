"""How a scene is covered by rule: the place, then the action beat by beat, then the talk.

1. Where the place is new, an establishing shot; a first beat without people lies in it.
2. Action is one shot a beat, wide where somebody moves; the camera goes with them. A prop that is named for the first
   time gets an insert.
3. Speech is covered as `dialogue.py` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from tianmu.film.shot import Move, Performer, Reason, ShotSize
from tianmu.studio.planner.beats import MOVING, Beat, Moment, Piece
from tianmu.studio.planner.company import Company
from tianmu.studio.planner.dialogue import Coverage, cover_dialogue
from tianmu.studio.planner.draft import BY_ACTION, LINE, STILL, Draft, why
from tianmu.studio.planner.staging import going, take_sides

ESTABLISHING = Fraction(3)
INSERT = Fraction(2)


def cover_scene(beats: Sequence[Beat], company: Company, *, new_place: bool, indoors: bool, name: str) -> list[Draft]:
    """The shots of a scene, in order; `new_place` says whether the film comes to this place from another."""
    state = Coverage(company=company, sides=take_sides(beats, company.characters.values()))
    shots: list[Draft] = []
    shown: set[str] = set()
    at = 0
    if new_place:
        first = beats[0]
        opens = isinstance(first, Moment) and not first.doers and not first.props
        shots.append(_establish(first if opens and isinstance(first, Moment) else None, indoors=indoors, name=name))
        at = int(opens)
    while at < len(beats):
        beat = beats[at]
        if isinstance(beat, Moment):
            at += 1
            shots += _cover_moment(beat, state, shown, last=at == len(beats))
            continue
        end = at
        while end < len(beats) and isinstance(beats[end], Piece):
            end += 1
        shots += cover_dialogue([piece for piece in beats[at:end] if isinstance(piece, Piece)], state)
        at = end
    return shots


def _establish(first: Moment | None, *, indoors: bool, name: str) -> Draft:
    """The place itself, before anybody is seen; it moves only where the words look up."""
    rises = first is not None and "rising" in first.flags
    size: ShotSize = "wide" if indoors else "extreme_wide"
    return Draft(
        setup="establishing",
        size=size,
        move="tilt_up" if rises else "static",
        action=first.text if first is not None else "",
        seconds=max(ESTABLISHING, first.seconds) if first is not None else ESTABLISHING,
        reasons=[
            why("setup", f"the film comes to a new place: {name}", f"影片来到新的地点：{name}"),
            why("size", "all of the place, before anybody is seen", "人物出现之前，先看到整个场景"),
            why("move", "the words look up, and so does the camera", "文字向上看，镜头随之上摇")
            if rises
            else why("move", "a still picture lets the place be read", "静止的画面让人看清场景"),
            BY_ACTION if first is not None else why("seconds", "long enough to read the place", "足够看清场景"),
        ],
    )


def _cover_moment(beat: Moment, state: Coverage, shown: set[str], *, last: bool) -> list[Draft]:
    """A beat of action: what is done, and, where something is named for the first time, an insert of it."""
    performers = going(beat, state.sides)
    things = [id for id in beat.props if state.company.group(id) == "thing"]
    new = [id for id in things if id not in shown]
    shown.update(things)
    if not performers and new:
        return [_insert(id, beat, company=state.company, seconds=max(INSERT, beat.seconds / len(new))) for id in new]
    shots = [_act(beat, performers, state, last=last)]
    state.enter(*(id for id, _ in beat.doers))
    if "leaving" in beat.flags:
        state.leave(*(id for id, action in beat.doers if action in MOVING or len(beat.doers) == 1))
    shots += [_insert(id, beat, company=state.company, seconds=INSERT) for id in new[:1]]
    return shots


def _insert(id: str, beat: Moment, *, company: Company, seconds: Fraction) -> Draft:
    name = company.by_id[id].name
    return Draft(
        setup="insert",
        size="extreme_close" if "tender" in beat.flags else "close",
        props=(id,),
        action=beat.text,
        seconds=max(INSERT, Fraction(round(seconds * 4), 4)),
        reasons=[
            why("setup", f"the action names the {name} for the first time in the scene", f"动作中第一次提到{name}"),
            why("size", "close, so that nobody misses it", "用近景，确保看清"),
            STILL,
            why("seconds", "long enough to see the thing", "足够看清物件"),
        ],
    )


def _act(beat: Moment, performers: tuple[Performer, ...], state: Coverage, *, last: bool) -> Draft:
    size, size_reason = _size(beat, performers)
    move, move_reason = _move(beat, performers, last=last)
    names = [state.company.by_id[performer.asset].name for performer in performers]
    if names:
        setup = why("setup", f"a beat of action: {', '.join(names)}", f"一个动作节拍：{'、'.join(names)}")
    else:
        setup = why("setup", "a beat without people: the place tells it", "没有人物的节拍：由场景来讲述")
    reasons: list[Reason] = [setup, size_reason, move_reason, BY_ACTION]
    if performers:
        reasons.append(_way(beat))
    carried = beat.moving and any(state.company.group(id) == "thing" for id in beat.props)
    room = 0 if carried else 3 - len(performers)  # who moves carries it along, and it cannot lie where they pass
    return Draft(
        setup="action",
        size=size,
        move=move,
        performers=performers,
        props=beat.props[:room],
        action=beat.text,
        seconds=beat.seconds,
        reasons=reasons,
    )


def _way(beat: Moment) -> Reason:
    if beat.heading is not None:
        return why(
            "direction", f"the script says {beat.heading}", f"剧本写明了向{'左' if beat.heading == 'left' else '右'}"
        )
    if "leaving" in beat.flags and beat.moving:
        return why("direction", "who leaves turns away from the line", "离开的人背向轴线而去")
    return LINE


def _size(beat: Moment, performers: tuple[Performer, ...]) -> tuple[ShotSize, Reason]:
    if not performers:
        if beat.props:
            return "medium", why("size", "near enough to see what is there", "足够近，看清景物")
        return "wide", why("size", "the place is what is seen", "看的是场景")
    if beat.moving:
        return "wide", why("size", "wide, so that the movement has room", "用全景，给动作留出空间")
    if beat.flags & {"tender", "fierce"} and len(performers) == 1:
        return "close", why("size", "the feeling is in the face", "情绪在脸上")
    if len(performers) > 1 or beat.props:
        return "medium_wide", why("size", "wide enough for all who are in it", "景别容得下所有人和物")
    if any(performer.action == "turns" for performer in performers):
        return "medium_close", why("size", "near enough to see the look", "足够近，看清目光")
    return "medium", why("size", "the body tells the action", "动作由身体来表现")


def _move(beat: Moment, performers: tuple[Performer, ...], *, last: bool) -> tuple[Move, Reason]:
    """A move that the beat asks for: with who walks, up with what rises, in on what is felt, out at the end."""
    if "leaving" in beat.flags and last:
        return "pull_out", why("move", "the scene ends and lets them go", "一场戏结束，镜头拉远送别")
    if "rising" in beat.flags and (not performers or any(p.action == "flies" for p in performers)):
        return "tilt_up", why("move", "it rises, and the camera with it", "向上升起，镜头随之上摇")
    if "sinking" in beat.flags and any(performer.action == "falls" for performer in performers):
        return "tilt_down", why("move", "it falls, and the camera with it", "向下坠落，镜头随之下摇")
    if beat.moving and performers and len({performer.direction for performer in performers}) == 1:
        way = performers[0].direction
        en, zh = ("left", "左") if way == "left" else ("right", "右")
        return (
            "pan_left" if way == "left" else "pan_right",
            why("move", f"the camera goes {en} with the movement", f"镜头随动作向{zh}摇"),
        )
    if "tender" in beat.flags and len(performers) == 1:
        return "push_in", why("move", "the camera is drawn in by the feeling", "情绪牵引，镜头缓缓推近")
    return "static", STILL

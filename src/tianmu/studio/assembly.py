"""The first assembly: takes in the order of the shot list, or as an editor arranged them, with titles, joins, looks and
the places of spoken lines.

V1  title | 1A | 1B ... | credits        what is seen, joined as the screenplay says unless it was decided otherwise
V2        |    | inset                   a shot in the corner of another
A1  lines as they are spoken             A2 takes what overlaps a line of A1
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Item, Join, Title, TitleLine, Track
from tianmu.film.decision import Decisions, Trim, arrange, find_shot
from tianmu.film.screenplay import Screenplay, ScriptScene, Transition
from tianmu.film.shot import Shot
from tianmu.film.take import Take
from tianmu.film.time import count_frames
from tianmu.studio.edit.lengths import longest_dissolve, title_frames

DISSOLVE_SECONDS = Fraction(2, 3)
FADE_SECONDS = Fraction(1, 2)
INSET = Box(left=Fraction(2, 3), top=Fraction(1, 24), width=Fraction(7, 24), height=Fraction(7, 24))
"""The upper right corner, inside the title-safe part of the frame."""

_DISSOLVES = ("DISSOLVE", "叠", "溶", "化入", "化出")
_FADES = ("FADE", "淡出", "淡入", "渐隐", "渐显")


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """A shot with the take that goes into the cut."""

    shot: Shot
    take: Take


def assemble(
    filmed: Sequence[Filmed],
    screenplay: Screenplay,
    decisions: Decisions,
    *,
    fps: Fraction,
    handles: int,
    credits: Sequence[TitleLine] = (),
) -> Cut:
    """The cut of a film.

    Raises:
        InputError: there is no shot, or a trim leaves nothing of one or needs more handle than there is.
    """
    filmed = arranged(filmed, decisions)
    if not filmed:
        raise InputError(say("A film needs at least one shot, and none came.", "影片至少需要一个镜头，却一个也没有。"))
    trims = _trims(filmed, decisions)
    clips = [_clip(each, trims.get(each.shot.slate), decisions, handles, fps) for each in filmed]
    items: list[Item] = []
    places: list[int] = []
    for clip in clips:
        trim = trims.get(clip.slate)
        if trim is not None and trim.black > 0:
            items.append(Gap(num_frames=trim.black))
        places.append(len(items))
        items.append(clip)
    joins = _placed(_joins(filmed, screenplay, trims, fps), places, items)
    offset = 0
    width, height = filmed[0].take.width, filmed[0].take.height
    if decisions.title and screenplay.title:
        items.insert(0, _title(screenplay, fps, width, height))
        offset = items[0].num_frames
        joins = [replace(join, at=join.at + 1) for join in joins]
        joins.insert(0, Join(at=0, style="fade", num_frames=count_frames(FADE_SECONDS, fps)))
    if decisions.credits and credits:
        frames = title_frames(credits, "credits", fps, width, height)
        items.append(Title(lines=tuple(credits), num_frames=frames, style="credits"))
        joins = [join for join in joins if join.at < len(items) - 1]
        joins.append(Join(at=len(items) - 1, style="fade", num_frames=count_frames(FADE_SECONDS, fps)))
    tracks = [Track(name="V1", items=tuple(items), joins=_fitted(joins, items))]
    starts = _starts(tracks[0], places, offset)
    if inset := _insets(filmed, clips, starts, trims):
        tracks.append(inset)
    tracks += _dialogue(filmed, clips, starts, fps)
    return Cut(
        name=screenplay.title or say("Untitled", "无题"),
        fps=fps,
        width=width,
        height=height,
        tracks=tuple(tracks),
    )


def arranged(filmed: Sequence[Filmed], decisions: Decisions) -> tuple[Filmed, ...]:
    """The shots of the cut in its order, without those that were left out; see `decision.arrange`."""
    by_slate = {each.shot.slate: each for each in filmed}
    return tuple(by_slate[shot.slate] for shot in arrange(tuple(each.shot for each in filmed), decisions))


def _trims(filmed: Sequence[Filmed], decisions: Decisions) -> dict[str, Trim]:
    shots = tuple(each.shot for each in filmed)
    found = ((find_shot(trim, shots), trim) for trim in decisions.trims)
    return {shot.slate: trim for shot, trim in found if shot is not None}


def check_trims(shots: Sequence[Shot], decisions: Decisions, *, fps: Fraction, handles: int) -> None:
    """Refuse trims that cannot be, before anything is made for them; see `check_trim`."""
    for trim in decisions.trims:
        shot = find_shot(trim, tuple(shots))
        if shot is not None:
            check_trim(shot, trim, fps=fps, handles=handles)


def check_trim(shot: Shot, trim: Trim, *, fps: Fraction, handles: int) -> None:
    """Refuse a trim that leaves nothing of its shot, or that shows more than its handles.

    Raises:
        InputError: which shot it is, what it has, and what the trim needs.
    """
    planned = count_frames(shot.seconds, fps)
    if planned - trim.head - trim.tail < 1:
        raise InputError(
            say(
                f"The trims of shot {shot.slate} leave nothing of its {planned} frames; take less off.",
                f"镜头 {shot.slate} 共 {planned} 帧，修剪后什么也不剩；请少剪一些。",
            )
        )
    if handles + trim.head < 0 or handles + trim.tail < 0:
        needed = -min(trim.head, trim.tail)
        raise InputError(
            say(
                f"Shot {shot.slate} has handles of {handles} frames, and its trim needs {needed}; "
                "take fewer, or make the film with more --handles.",
                f"镜头 {shot.slate} 的余量为 {handles} 帧，而修剪需要 {needed} 帧；"
                "请少用一些，或用更大的 --handles 制作。",
            )
        )


def _clip(each: Filmed, trim: Trim | None, decisions: Decisions, handles: int, fps: Fraction) -> Clip:
    shot, take = each.shot, each.take
    head, tail, speed = (trim.head, trim.tail, trim.speed) if trim else (0, 0, Fraction(1))
    if trim is not None:
        check_trim(shot, trim, fps=fps, handles=handles)
    used = count_frames(shot.seconds, fps) - head - tail
    return Clip(
        slate=shot.slate,
        take=take.id,
        film=take.film,
        start=handles + head,
        num_frames=max(1, round(used / abs(speed))),
        available=take.num_frames,
        speed=speed,
        look=decisions.look_of(shot.scene),
    )


def _title(screenplay: Screenplay, fps: Fraction, width: int, height: int) -> Title:
    lines = [TitleLine(text=screenplay.title, role="title")]
    if screenplay.author:
        lines.append(TitleLine(text=screenplay.author, role="subtitle"))
    return Title(lines=tuple(lines), num_frames=title_frames(lines, "card", fps, width, height))


def _joins(filmed: Sequence[Filmed], screenplay: Screenplay, trims: Mapping[str, Trim], fps: Fraction) -> list[Join]:
    """How each shot begins: as was decided, else as the transition before its scene says; the film fades in and out."""
    endings = {before.number: _ending(before) for before in screenplay.scenes}
    joins: list[Join] = []
    for index, each in enumerate(filmed):
        trim = trims.get(each.shot.slate)
        if trim and trim.join is not None:
            style, frames = trim.join, trim.join_frames
        else:
            begins = index == 0 or filmed[index - 1].shot.scene != each.shot.scene
            style = endings.get(filmed[index - 1].shot.scene, "cut") if index and begins else "cut"
            style = "fade" if index == 0 else style
            frames = count_frames(DISSOLVE_SECONDS if style == "dissolve" else FADE_SECONDS, fps)
        if style != "cut":
            dissolves = style == "dissolve" and index > 0
            joins.append(Join(at=index, style="dissolve" if dissolves else "fade", num_frames=frames))
    joins.append(Join(at=len(filmed), style="fade", num_frames=count_frames(FADE_SECONDS, fps)))
    return joins


def _placed(joins: Iterable[Join], places: Sequence[int], items: Sequence[Item]) -> list[Join]:
    """The joins of clips as joins of items; a fade with black before its clip goes into the black too."""
    placed: list[Join] = []
    for join in joins:
        at = places[join.at] if join.at < len(places) else len(items)
        if join.style == "fade" and 0 < join.at < len(places) and isinstance(items[at - 1], Gap):
            placed.append(replace(join, at=at - 1))
        placed.append(replace(join, at=at))
    return placed


def _fitted(joins: Iterable[Join], items: Sequence[Item]) -> tuple[Join, ...]:
    """The joins, none longer than what lies on its two sides, or the handles that a dissolve needs, allow.

    A join may take half of each item, so that there is room for the one at its other end.
    """
    fitted: list[Join] = []
    for join in joins:
        if join.at in (0, len(items)):
            room = items[0 if join.at == 0 else -1].num_frames // 2
        elif join.style == "dissolve":
            room = longest_dissolve(items[join.at - 1], items[join.at])
        else:
            room = min(items[join.at - 1].num_frames, items[join.at].num_frames)
        if room:
            fitted.append(replace(join, num_frames=min(join.num_frames, room)))
    return tuple(fitted)


def _ending(scene: ScriptScene) -> str:
    """How a scene goes over into the next: `cut`, `dissolve` or `fade`."""
    last = next((element for element in reversed(scene.elements) if isinstance(element, Transition)), None)
    text = last.text.upper() if last else ""
    if any(word in text for word in _DISSOLVES):
        return "dissolve"
    return "fade" if any(word in text for word in _FADES) else "cut"


def _starts(track: Track, places: Sequence[int], offset: int) -> list[int]:
    """The frame of the cut at which each clip begins; `places` are their items, counted without the title."""
    items = track.items[1:] if offset else track.items
    begins = list(accumulate((item.num_frames for item in items), initial=offset))
    return [begins[place] for place in places]


def _insets(
    filmed: Sequence[Filmed], clips: Sequence[Clip], starts: Sequence[int], trims: Mapping[str, Trim]
) -> Track | None:
    by_slate = {clip.slate: clip for clip in clips}
    items: list[Item] = []
    at = 0
    for each, clip, start in zip(filmed, clips, starts, strict=True):
        trim = trims.get(each.shot.slate)
        source = by_slate.get(trim.inset) if trim and trim.inset else None
        if source is None:
            continue
        if start > at:
            items.append(Gap(num_frames=start - at))
        frames = min(clip.num_frames, source.num_frames)
        items.append(replace(source, num_frames=frames, box=INSET))
        at = start + frames
    return Track(name="V2", items=tuple(items)) if items else None


def _dialogue(filmed: Sequence[Filmed], clips: Sequence[Clip], starts: Sequence[int], fps: Fraction) -> list[Track]:
    """The spoken lines on as few tracks as they fit on, in their places."""
    spoken: list[tuple[int, Dialogue]] = []
    for each, clip, start in zip(filmed, clips, starts, strict=True):
        for line in each.shot.lines:
            frames = count_frames(line.seconds, fps)
            begins = start + round(line.starts * fps / abs(clip.speed))
            said = Dialogue(
                character=line.character,
                asset=line.asset,
                text=line.text,
                parenthetical=line.parenthetical,
                num_frames=frames,
            )
            spoken.append((begins, said))
    lanes: list[list[Item]] = []
    for begins, said in sorted(spoken, key=lambda pair: pair[0]):
        lane = next((lane for lane in lanes if _length(lane) <= begins), None)
        if lane is None:
            lanes.append(lane := [])
        if begins > _length(lane):
            lane.append(Gap(num_frames=begins - _length(lane)))
        lane.append(said)
    return [Track(name=f"A{n}", kind="audio", items=tuple(lane)) for n, lane in enumerate(lanes, 1)]


def _length(items: Iterable[Item]) -> int:
    return sum(item.num_frames for item in items)

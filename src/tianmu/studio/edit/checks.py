"""What cannot be cut is refused before the first frame is made: pieces longer than their takes, dissolves without
handles, boxes beyond the frame."""

from __future__ import annotations

from fractions import Fraction

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Dialogue, Item, Join, Track
from tianmu.studio.edit.layers import place_of


def source_frame(clip: Clip, index: int) -> int:
    """The frame of the take that a clip shows at its own frame `index`; below 0 and beyond its end are handles.

    The frame of the take that stands at that time is shown: slow motion holds frames, fast motion leaves some out,
    and neither blends. Backwards is exactly the order of forwards, reversed.
    """
    if clip.speed < 0:
        index = clip.num_frames - 1 - index
    return clip.start + (index * abs(clip.speed)).__floor__()


def halves(join: Join, num_items: int) -> tuple[int, int]:
    """How many frames of a join lie before the cut point, and how many after it."""
    if join.at == 0:
        return 0, join.num_frames
    if join.at == num_items:
        return join.num_frames, 0
    after = join.num_frames // 2
    return join.num_frames - after, after


def handles(track: Track, at: int) -> tuple[int, int]:
    """How many frames before and after an item its dissolves need, in frames of the cut."""
    before = after = 0
    for join in track.joins:
        if join.style == "dissolve" and join.at == at:
            before = halves(join, len(track.items))[0]
        if join.style == "dissolve" and join.at == at + 1:
            after = halves(join, len(track.items))[1]
    return before, after


def name_of(clip: Clip) -> str:
    """How a clip is called in a sentence."""
    return say(f"shot {clip.slate} (take {clip.take[:12]})", f"镜头 {clip.slate}（条 {clip.take[:12]}）")


def check_cut(cut: Cut) -> None:
    """Refuse a cut that cannot be put together.

    Raises:
        InputError: which item of which track it is, what is wrong, and what to do.
    """
    if cut.fps <= 0 or cut.width < 1 or cut.height < 1:
        raise InputError(
            say(
                f"A cut needs a size and a frame rate above 0, not {cut.width} x {cut.height} at {cut.fps}.",
                f"剪辑的尺寸和帧率须大于 0，而不是 {cut.width} x {cut.height}、{cut.fps}。",
            )
        )
    for track in cut.tracks:
        if track.kind == "video":
            for item in track.items:
                _check_item(item, track, cut)
            _check_joins(track)
            for at, item in enumerate(track.items):
                if isinstance(item, Clip):
                    _check_handles(item, *handles(track, at))


def _check_item(item: Item, track: Track, cut: Cut) -> None:
    if isinstance(item, Dialogue):
        raise InputError(
            say(
                f"A line of {item.character} lies on the picture track {track.name!r}; put it on an audio track.",
                f"{item.character} 的台词放在了画面轨 {track.name!r} 上；请放到声音轨。",
            )
        )
    if item.num_frames < 1:
        raise InputError(
            say(
                f"An item of track {track.name!r} lasts {item.num_frames} frames, and at least one was expected; "
                "give it a length, or take it out.",
                f"轨道 {track.name!r} 中有一项长 {item.num_frames} 帧，至少应为一帧；请给它长度，或将其删去。",
            )
        )
    if isinstance(item, Clip):
        _check_clip(item, cut)


def _check_clip(clip: Clip, cut: Cut) -> None:
    name = name_of(clip)
    if clip.speed == 0:
        raise InputError(
            say(
                f"The speed of {name} is 0; give 1/2 for half, 2 for double, or -1 for backwards.",
                f"{name}的速度为 0；1/2 为减半，2 为加倍，-1 为倒放。",
            )
        )
    first, last = sorted((source_frame(clip, 0), source_frame(clip, clip.num_frames - 1)))
    if first < 0 or last >= clip.available:
        raise InputError(
            say(
                f"The clip of {name} needs the frames {first} to {last} of its take, which has the frames 0 to "
                f"{clip.available - 1}; shorten it, start elsewhere, or make a longer take.",
                f"{name}需要该条的第 {first} 到 {last} 帧，而它只有第 0 到 {clip.available - 1} 帧；"
                "请缩短片段、改变起点，或重做更长的一条。",
            )
        )
    box = clip.box
    inside = box.left >= 0 and box.top >= 0 and box.left + box.width <= 1 and box.top + box.height <= 1
    place = place_of(box, cut.width, cut.height)
    if not inside or box.width <= 0 or box.height <= 0 or place.width < 1 or place.height < 1:
        raise InputError(
            say(
                f"The box of {name} is {_parts(box.left, box.top, box.width, box.height)}, and left, top, width and "
                "height as parts of the frame were expected, within it and at least a pixel each way.",
                f"{name}的画框为 {_parts(box.left, box.top, box.width, box.height)}，"
                "应为画面内的左、上、宽、高之比例，且至少一个像素。",
            )
        )


def _parts(*parts: Fraction) -> str:
    return ", ".join(str(part) for part in parts)


def _check_joins(track: Track) -> None:
    """Every join lies between two items, or fades at an end, and no two of them touch the same frame."""
    count = len(track.items)
    places = [join.at for join in track.joins]
    if places != sorted(set(places)) or any(not 0 <= at <= count or not count for at in places):
        raise InputError(
            say(
                f"The joins of track {track.name!r} are at {places}, and places in rising order, "
                f"each once, from 0 to {count}, were expected.",
                f"轨道 {track.name!r} 的转场位于 {places}，应按升序、不重复，且在 0 到 {count} 之间。",
            )
        )
    taken = [0] * count
    for join in track.joins:
        if join.num_frames < 1:
            raise InputError(
                say(
                    f"A {join.style} of track {track.name!r} lasts {join.num_frames} frames; give it at least one.",
                    f"轨道 {track.name!r} 中有一个转场长 {join.num_frames} 帧；至少应为一帧。",
                )
            )
        if join.style == "dissolve" and join.at in (0, count):
            raise InputError(
                say(
                    f"A dissolve at place {join.at} of track {track.name!r} has nothing on one side; use a fade there.",
                    f"轨道 {track.name!r} 第 {join.at} 处的叠化有一侧没有画面；请改用淡入淡出。",
                )
            )
        before, after = halves(join, count)
        if before:
            taken[join.at - 1] += before
        if after:
            taken[join.at] += after
    for item, frames in zip(track.items, taken, strict=True):
        if frames > item.num_frames:
            name = name_of(item) if isinstance(item, Clip) else item.kind
            raise InputError(
                say(
                    f"The joins at both ends of {name} take {frames} frames, and it has {item.num_frames}; "
                    "shorten them, or make it longer.",
                    f"{name}两端的转场共占 {frames} 帧，而它只有 {item.num_frames} 帧；请缩短转场，或加长片段。",
                )
            )


def _check_handles(clip: Clip, before: int, after: int) -> None:
    """A dissolve shows frames that lie beyond the piece that is used; the take must have them."""
    for frames, reached, en, zh in (
        (before, source_frame(clip, -before), "into", "开头"),
        (after, source_frame(clip, clip.num_frames - 1 + after), "out of", "结尾"),
    ):
        missing = max(-reached, reached - clip.available + 1, 0)
        if missing:
            name = name_of(clip)
            raise InputError(
                say(
                    f"The dissolve {en} {name} needs {frames} frames of handle, and its take lacks {missing} of its "
                    f"own frames for them; shorten the dissolve, trim the clip by {missing}, or make a longer take.",
                    f"{name}{zh}的叠化需要 {frames} 帧余量，而该条缺少 {missing} 帧；"
                    f"请缩短叠化、将片段修剪 {missing} 帧，或重做更长的一条。",
                )
            )

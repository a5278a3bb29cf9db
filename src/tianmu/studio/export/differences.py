"""What of an editor's cut the film will not show, told item by item."""

from __future__ import annotations

from collections.abc import Iterator

from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Gap, Item, Join, Title, Track
from tianmu.studio.export.timecode import place
from tianmu.studio.export.timeline import label_of


def tell_differences(wanted: Cut, made: Cut, before: Cut) -> tuple[str, ...]:
    """One sentence for everything in `wanted` that `made`, the cut that decisions give, has otherwise.

    `before` is the cut as it left. Spoken lines follow their shots.
    """
    notes = [*_items(wanted, made), *_titles(wanted, made, before), *_joins(wanted, made), *_further(wanted, made)]
    return tuple(dict.fromkeys(notes))


def _spine(cut: Cut) -> Track:
    return next((track for track in cut.tracks if track.kind == "video"), Track(name="V1"))


def _items(wanted: Cut, made: Cut) -> Iterator[str]:
    """Shots that are a little otherwise, and gaps that nothing follows."""
    shown = {item.slate: item for item in _spine(made).items if isinstance(item, Clip)}
    at = 0
    for index, item in enumerate(_spine(wanted).items):
        where = place(at, wanted.fps)
        at += item.num_frames
        if isinstance(item, Clip):
            other = shown.get(item.slate)
            if other is None:
                yield say(f"Shot {item.slate} at {where} is not shown.", f"{where} 处的镜头 {item.slate} 不会出现。")
            elif (other.num_frames, other.start, other.speed) != (item.num_frames, item.start, item.speed):
                yield say(
                    f"Shot {item.slate} at {where} was to show {item.num_frames} frames from {item.start} on at speed "
                    f"{item.speed}; the nearest that a trim can say is {other.num_frames} from {other.start} on at "
                    f"{other.speed}.",
                    f"{where} 处的镜头 {item.slate} 应从第 {item.start} 帧起以速度 {item.speed} "
                    f"播放 {item.num_frames} 帧；"
                    f"修剪所能表达的最接近的是从第 {other.start} 帧起以 {other.speed} 播放 {other.num_frames} 帧。",
                )
            elif other.look != item.look:
                yield say(
                    f"The look of shot {item.slate} is the scene's; change it with tianmu cut --look.",
                    f"镜头 {item.slate} 的调色随场次；请用 tianmu cut --look 修改。",
                )
        elif isinstance(item, Gap) and not _before_shot(_spine(wanted), index):
            yield say(
                f"The black of {item.num_frames} frames at {where} stands before no shot; it was left out.",
                f"{where} 处 {item.num_frames} 帧黑场之后没有镜头；已略去。",
            )


def _before_shot(track: Track, index: int) -> bool:
    return index + 1 < len(track.items) and isinstance(track.items[index + 1], Clip)


def _titles(wanted: Cut, made: Cut, before: Cut) -> Iterator[str]:
    """Titles that were moved, cut, or written otherwise: they follow the screenplay."""
    untouched = {item for item in _spine(before).items if isinstance(item, Title)}
    ours = [(index, item) for index, item in enumerate(_spine(made).items) if isinstance(item, Title)]
    last = len(_spine(wanted).items) - 1
    seen: list[str] = []
    for index, item in enumerate(_spine(wanted).items):
        if not isinstance(item, Title):
            continue
        same = [other for _, other in ours if (other.style, other.lines) == (item.style, item.lines)]
        name = f"“{label_of(item)[:40]}”"
        right = index == (last if item.style == "credits" else 0)
        if item in untouched and right and label_of(item) not in seen:
            seen.append(label_of(item))
            continue
        if not same or label_of(item) in seen:
            yield say(
                f"The title {name} is not one of the film's; write it into the screenplay.",
                f"字幕{name}不属于这部影片；请写进剧本。",
            )
        elif same[0].num_frames != item.num_frames or not right:
            yield say(
                f"The title {name} stands in its place for {same[0].num_frames} frames, as long as it takes to read.",
                f"字幕{name}在其固定位置显示 {same[0].num_frames} 帧，即阅读所需的时间。",
            )
        seen.append(label_of(item))


def _joins(wanted: Cut, made: Cut) -> Iterator[str]:
    ours, theirs = _by_next(_spine(made)), _by_next(_spine(wanted))
    places = _places(_spine(wanted))
    for key, join in theirs.items():
        other = ours.get(key)
        if other is None or (other.style, other.num_frames) != (join.style, join.num_frames):
            instead = _named(other)
            yield say(
                f"The {join.style} of {join.num_frames} frames at {place(places.get(key, 0), wanted.fps)} cannot be "
                f"held; there is {instead[0]} instead.",
                f"{place(places.get(key, 0), wanted.fps)} 处 {join.num_frames} 帧的"
                f"{'叠化' if join.style == 'dissolve' else '淡入淡出'}无法保留；代之以{instead[1]}。",
            )
    for key, join in ours.items():
        if key not in theirs and key in places:
            named = _named(join)
            yield say(
                f"At {place(places[key], wanted.fps)} there was a plain cut, and the film has {named[0]}.",
                f"{place(places[key], wanted.fps)} 处原为硬切，而影片此处有{named[1]}。",
            )


def _named(join: Join | None) -> tuple[str, str]:
    if join is None:
        return "a plain cut", "硬切"
    chinese = "叠化" if join.style == "dissolve" else "淡入淡出"
    return f"a {join.style} of {join.num_frames} frames", f"{join.num_frames} 帧的{chinese}"


def _keys(track: Track) -> list[str]:
    """What each place of a track leads to: a shot, a title, black before a shot, or the end."""
    keys: list[str] = []
    for index, item in enumerate(track.items):
        following = track.items[index + 1] if index + 1 < len(track.items) else None
        match item:
            case Clip():
                keys.append(f"clip {item.slate}")
            case Gap():
                keys.append(f"black {following.slate}" if isinstance(following, Clip) else f"black {index}")
            case _:
                keys.append(f"{item.kind} {label_of(item)}")
    return [*keys, "end"]


def _by_next(track: Track) -> dict[str, Join]:
    keys = _keys(track)
    return {keys[join.at]: join for join in track.joins}


def _places(track: Track) -> dict[str, int]:
    places: dict[str, int] = {}
    at = 0
    for key, item in zip(_keys(track), (*track.items, None), strict=True):
        places[key] = at
        at += item.num_frames if item is not None else 0
    return places


def _further(wanted: Cut, made: Cut) -> Iterator[str]:
    """Items of picture tracks above the first."""
    ours = {entry[1:] for entry in _above(made)}
    for name, at, item in _above(wanted):
        if (at, item) not in ours:
            yield say(
                f"“{label_of(item)[:40]}” on {name} at {place(at, wanted.fps)} is shown in the corner of the shot "
                "under it, from its beginning and as long as both last, or not at all.",
                f"{name} 上 {place(at, wanted.fps)} 处的“{label_of(item)[:40]}”只能作为其下镜头的画中画，"
                "从镜头开头起、与较短者等长显示，或不显示。",
            )


def _above(cut: Cut) -> list[tuple[str, int, Item]]:
    found: list[tuple[str, int, Item]] = []
    spine = _spine(cut)
    for track in cut.tracks:
        at = 0
        for item in track.items if track.kind == "video" and track is not spine else ():
            if not isinstance(item, Gap):
                found.append((track.name, at, item))
            at += item.num_frames
    return found

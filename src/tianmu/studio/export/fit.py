"""What of a cut a format can carry: the cut as it comes back from there, and a sentence for every item that is lost.

             otio   fcp7   fcpxml   edl     aaf    ale
order, trims  x      x      x        x       x      -     ale is a list of takes
dissolves     x      x      x        x       -      -
fades         x      x      (1)      x       -      -     (1) come as dissolves of their name
speed         x      x      x        x (2)   -      -     (2) backwards is left to the suite
titles        x      x      x        -       -      -     black instead
inset         x      (3)    (3)      -       (3)    -     (3) fills the frame, on a track of its own
lines         x      x      x        x       -      -     markers on the clips
sound         x      x      x        -       x      -     stems, each on a track, from the first frame to the last
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from tianmu.core.text import say
from tianmu.film.cut import Box, Clip, Cut, Dialogue, Gap, Item, Join, Title, Track
from tianmu.studio.edit.checks import halves
from tianmu.studio.export.timecode import place
from tianmu.studio.export.timeline import label_of

Suite = Literal["otio", "edl", "fcp7", "fcpxml", "aaf", "ale"]
SUITES: tuple[Suite, ...] = get_args(Suite)
FULL_FRAME = Box()

_NAMES: dict[Suite, str] = {
    "otio": "OTIO",
    "edl": "EDL",
    "fcp7": "FCP7 XML",
    "fcpxml": "FCPXML",
    "aaf": "AAF",
    "ale": "ALE",
}


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """A cut as far as a format carries it."""

    cut: Cut
    notes: tuple[str, ...]
    """One sentence for every item that it does not carry."""


def fit(cut: Cut, suite: Suite, *, heard: bool = False) -> Fitted:
    """The cut that a format can carry: its picture tracks. `heard` says that stems lie beside it."""
    if suite == "otio":
        return Fitted(cut=cut, notes=_looks(cut, suite))
    notes: list[str] = []

    def tell(en: str, zh: str) -> None:
        notes.append(say(f"{_NAMES[suite]}: {en}", f"{_NAMES[suite]}：{zh}"))

    if suite == "ale":
        tell(
            "it lists the takes with their lengths and facts; order, joins and titles of the cut are not in it.",
            "只列出素材及其长度与信息；剪辑的顺序、转场和字幕不在其中。",
        )
        return Fitted(cut=cut, notes=tuple(notes))
    tracks: list[Track] = []
    for track in cut.tracks:
        if track.kind == "audio":
            continue
        if not tracks or suite != "edl":
            tracks.append(_pictures(track, cut, suite, tell))
        else:
            _untracked(track, cut, tell)
    if suite == "aaf" and (lines := sum(isinstance(item, Dialogue) for t in cut.tracks for item in t.items)):
        tell(
            f"it has no markers, so the {lines} spoken lines are not in it; export srt as well.",
            f"它没有标记，{lines} 句台词不在其中；请一并导出 srt。",
        )
    if suite == "edl" and heard:
        tell(
            f"it has no sound; lay the stems in the folder media at {place(0, cut.fps)}, each as long as the film.",
            f"它不含声音；请把 media 文件夹中的分轨放在 {place(0, cut.fps)}，每条与影片等长。",
        )
    return Fitted(cut=replace(cut, tracks=tuple(tracks)), notes=(*notes, *_looks(cut, suite)))


def _looks(cut: Cut, suite: Suite) -> tuple[str, ...]:
    looks = {item.look for track in cut.tracks for item in track.items if isinstance(item, Clip) and item.look}
    if not looks:
        return ()
    return (
        say(
            f"{_NAMES[suite]}: looks are not part of it; apply those in the folder looks (.cube tables: {len(looks)}).",
            f"{_NAMES[suite]}：不包含调色；请自行套用 looks 文件夹中的 {len(looks)} 个 .cube 表。",
        ),
    )


def _untracked(track: Track, cut: Cut, tell: Callable[[str, str], None]) -> None:
    at = 0
    for item in track.items:
        if not isinstance(item, Gap):
            tell(
                f"it has one picture track, so {_short(item)} on {track.name} at {place(at, cut.fps)} is not in it.",
                f"它只有一条画面轨，{track.name} 上 {place(at, cut.fps)} 处的 {_short(item)} 不在其中。",
            )
        at += item.num_frames


def _pictures(track: Track, cut: Cut, suite: Suite, tell: Callable[[str, str], None]) -> Track:
    items: list[Item] = []
    at = 0
    for item in track.items:
        items.append(_item(item, suite, place(at, cut.fps), tell))
        at += item.num_frames
    joins: list[Join] = []
    for join in track.joins:
        where = place(sum(item.num_frames for item in items[: join.at]), cut.fps)
        if (kept := _join(join, items, suite, where, tell)) is not None:
            joins.append(kept)
    return replace(track, items=tuple(items), joins=tuple(joins))


def _item(item: Item, suite: Suite, where: str, tell: Callable[[str, str], None]) -> Item:
    if isinstance(item, Title) and suite in ("edl", "aaf"):
        tell(
            f"it has no titles, so {_short(item)} at {where} is {item.num_frames} frames of black.",
            f"它没有字幕卡，{where} 处的 {_short(item)} 成为 {item.num_frames} 帧黑场。",
        )
        return Gap(num_frames=item.num_frames)
    if not isinstance(item, Clip):
        return item
    if item.speed != 1 and suite == "aaf":
        tell(
            f"shot {item.slate} at {where} runs at {item.speed} of its speed, and comes at its own; set it again.",
            f"{where} 处的镜头 {item.slate} 速度为 {item.speed}，导出后为原速；请重新设置。",
        )
        item = _at_own_speed(item)
    if item.speed < 0 and suite == "edl":
        tell(
            f"shot {item.slate} at {where} plays backwards (M2 {item.speed}); not every suite reads that, check it.",
            f"{where} 处的镜头 {item.slate} 为倒放（M2 {item.speed}）；并非所有软件都能识别，请核对。",
        )
    if item.box != FULL_FRAME:
        tell(
            f"shot {item.slate} at {where} is shown in a corner, and comes filling the frame; scale it down again.",
            f"{where} 处的镜头 {item.slate} 为画中画，导出后会充满画面；请重新缩小。",
        )
        item = replace(item, box=FULL_FRAME)
    return item


def _at_own_speed(clip: Clip) -> Clip:
    """The clip at normal speed from its first frame on, so far as its take has frames."""
    return replace(clip, speed=type(clip.speed)(1), start=min(clip.start, max(0, clip.available - clip.num_frames)))


def _join(join: Join, items: list[Item], suite: Suite, where: str, tell: Callable[[str, str], None]) -> Join | None:
    before = items[join.at - 1] if join.at > 0 else None
    after = items[join.at] if join.at < len(items) else None
    named = {"dissolve": ("dissolve", "叠化"), "fade": ("fade", "淡入淡出")}[join.style]
    if suite == "aaf":
        tell(
            f"it carries cuts only, so the {named[0]} of {join.num_frames} frames at {where} is a cut; make it again.",
            f"它只含硬切，{where} 处 {join.num_frames} 帧的{named[1]}变为硬切；请重新添加。",
        )
        return None
    if suite == "fcpxml" and join.style == "fade":
        tell(
            f"the fade of {join.num_frames} frames at {where} is written as a transition of that name, "
            "which the suite may show as a dissolve; check it.",
            f"{where} 处 {join.num_frames} 帧的淡入淡出写为同名转场，软件可能显示为叠化；请核对。",
        )
    if suite == "fcp7" and join.num_frames % 2 and any(isinstance(i, Clip) and i.speed != 1 for i in (before, after)):
        tell(
            f"the {named[0]} of {join.num_frames} frames at {where} is one frame shorter, because its middle must be "
            "a whole frame where a shot's speed is changed.",
            f"{where} 处 {join.num_frames} 帧的{named[1]}缩短一帧，因为变速镜头处转场的中点须为整帧。",
        )
        return replace(join, num_frames=join.num_frames - 1) if join.num_frames > 1 else None
    if suite == "fcpxml":
        return join
    return _lit(join, before, after, len(items), where, tell)


def _lit(
    join: Join, before: Item | None, after: Item | None, count: int, where: str, tell: Callable[[str, str], None]
) -> Join | None:
    """A join where black is no item of its own: beside it only the half that is seen counts."""
    dark = [item is None or isinstance(item, Gap) for item in (before, after)]
    if all(dark):
        return None
    if join.style == "dissolve" and any(dark):
        tell(
            f"a dissolve of {join.num_frames} frames between a shot and black at {where} is a cut; make it again.",
            f"{where} 处镜头与黑场之间 {join.num_frames} 帧的叠化变为硬切；请重新添加。",
        )
        return None
    first, second = halves(join, count)
    if before is None or after is None or not any(dark):
        return join
    length = 2 * first - 1 if dark[1] else 2 * second
    return replace(join, num_frames=length) if length > 0 else None


def _short(item: Item) -> str:
    """An item in a sentence."""
    text = label_of(item)
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"

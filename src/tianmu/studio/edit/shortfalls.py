"""What a cut does not show as it was asked for, one sentence each: letters that the font lacks, joins without room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Title
from tianmu.film.decision import Decisions, find_shot
from tianmu.film.shot import Shot
from tianmu.media.letters import undrawn


def shortfalls(cut: Cut, shots: Sequence[Shot], decisions: Decisions) -> tuple[str, ...]:
    """Everything that a person should know of the pictures of a cut."""
    return (*dict.fromkeys(_boxes(cut)), *_shortened(cut, shots, decisions))


def _boxes(cut: Cut) -> Iterator[str]:
    """Lines of titles and credits in which a box stands for a character."""
    titles = [item for track in cut.tracks for item in track.items if isinstance(item, Title)]
    for line in (line for title in titles for line in title.lines):
        if missing := undrawn(line.text):
            yield say(
                f"The font has no {' '.join(missing[:10])}, so “{' '.join(line.text.split())[:60]}” shows a box for "
                "each in the film's titles; write that line in other letters.",
                f"字体中没有 {' '.join(missing[:10])}，片头片尾的“{' '.join(line.text.split())[:30]}”里会显示方框；"
                "请换用其他文字。",
            )


def _shortened(cut: Cut, shots: Sequence[Shot], decisions: Decisions) -> Iterator[str]:
    """Joins that were decided, and for which shots or their handles are too short."""
    items = cut.tracks[0].items if cut.tracks else ()
    joins = {join.at: join.num_frames for join in (cut.tracks[0].joins if cut.tracks else ())}
    places = {item.slate: at for at, item in enumerate(items) if isinstance(item, Clip)}
    for trim in decisions.trims:
        shot = find_shot(trim, tuple(shots))
        if shot is None or trim.join in (None, "cut") or shot.slate not in places:
            continue
        found = joins.get(places[shot.slate], 0)
        if found < trim.join_frames:
            named = {"dissolve": ("dissolve", "叠化")}.get(str(trim.join), ("fade", "淡入淡出"))
            yield say(
                f"The {named[0]} of {trim.join_frames} frames into shot {shot.slate} has room for {found}, by the "
                "shots and handles beside it; make it shorter, or the film with more --handles.",
                f"进入镜头 {shot.slate} 的 {trim.join_frames} 帧{named[1]}受两侧镜头与余量所限，只有 {found} 帧；"
                "请缩短，或用更大的 --handles 制作影片。",
            )

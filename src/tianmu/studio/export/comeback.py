"""An editor's changed cut comes back: what it changed becomes decisions, so that the next film is cut that way.

What decisions hold: the order of shots, shots left out, trims within the handles, speeds, dissolves and fades, black
before a shot, a shot in another's corner, whether there is a title and credits. What they do not hold is told, one
sentence each; an unchanged timeline changes nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import opentimelineio as otio

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Gap, Item, Join, Track
from tianmu.film.decision import Decisions, arrange
from tianmu.film.schema import digest
from tianmu.film.shot import ASPECTS
from tianmu.studio.assembly import Filmed
from tianmu.studio.documents import keep
from tianmu.studio.edit.checks import check_cut
from tianmu.studio.edition import read_kept_cut, takes_of
from tianmu.studio.export.deciding import Planned, decide
from tianmu.studio.export.differences import tell_differences
from tianmu.studio.export.names import name_parts
from tianmu.studio.export.package import scenes_of
from tianmu.studio.export.reading import ReadCut, read_cut
from tianmu.studio.export.timeline import NAMESPACE
from tianmu.studio.plan import find_version, read_plan, read_settings
from tianmu.studio.record import record_edit
from tianmu.studio.takes import choose_take

if TYPE_CHECKING:
    from tianmu.studio.store import Project

_LARGEST = 64 * 1024 * 1024
_DEEPEST = 200
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]')


@dataclass(frozen=True, kw_only=True)
class Comeback:
    """A cut that came back."""

    decisions: Decisions
    """What holds from now on."""
    changed: bool
    notes: tuple[str, ...]
    """What could not be held, one by one."""
    cut: Cut
    """As the next film will be cut."""
    version: str
    """The aspect of the version that the timeline is of."""
    versions: int
    """How many versions the film has; what was decided holds for all of them."""


def import_cut(project: Project, path: Path, *, version: str | None = None, apply: bool = True) -> Comeback:
    """Read an editor's OTIO file into the project's decisions; with `apply` False, only say what it would change.

    A film has one set of decisions, which all its versions share: what came back from one holds for every one.
    `version` is the one that the timeline is of, such as `9:16`; with None, the one that it says it is of, or whose
    takes it shows.

    1. The timeline is read, with what is known of the film where its metadata were lost.
    2. A cut that no film could have (more handle than there is) is refused, and nothing has changed.
    3. Each shot that differs from the film's cut is decided anew, until the film would be cut that way.
    4. What still differs cannot be held, and is told.

    Raises:
        MediaError: the file is no timeline, is damaged, or of another schema.
        InputError: no cut yet, another rate, no shot of the film in it, or more handle than there is.
    """
    key = find_version(project, version or "")
    kept = read_kept_cut(project, key)
    timeline = read_timeline(path)
    if version is None:
        key = version_of(timeline, project)
        kept = read_kept_cut(project, key)
    takes = takes_of(project, kept)
    names = name_parts(kept, takes, scenes_of(read_plan(project, key)))
    read = read_cut(timeline, base=kept, names=names)  # 1
    film = _planned(project, kept, key)
    wanted, more = _understood(read, film)
    check_cut(replace(wanted, tracks=tuple(track for track in wanted.tracks if track.kind == "video")))  # 2
    before = film.plan.decisions
    decisions = decide(before, wanted, film)  # 3
    cut = film.cut(decisions)
    notes = [*_origin(read, kept, film.cut(before)), *read.notes, *more, *tell_differences(wanted, cut, kept)]  # 4
    if apply and decisions != before:
        keep(project, decisions)
        record_edit(project, before, decisions)
    return Comeback(
        decisions=decisions,
        changed=decisions != before,
        notes=tuple(dict.fromkeys(notes)),
        cut=cut,
        version=key or read_settings(project).aspect,
        versions=1 + sum(found in ASPECTS for found in project.keys(Cut)),
    )


def version_of(timeline: otio.schema.Timeline, project: Project) -> str:
    """The key of the version that a timeline is of: the one that it was exported from, else whose takes it shows.

    Takes are known by their ids, which our metadata hold, and by the names of their files; the main version is meant
    where neither tells.
    """
    made_from = timeline.metadata.get(NAMESPACE, {}).get("cut")
    shown: set[str] = set()
    for clip in timeline.find_clips():
        shown |= {clip.name, clip.media_reference.name if clip.media_reference else ""}
        shown.add(str(dict(clip.metadata.get(NAMESPACE, {})).get("take")))
    found: list[tuple[bool, int, str]] = []
    for key in ("", *(key for key in project.keys(Cut) if key in ASPECTS)):
        stored = project.read(Cut, key)
        if stored is None:
            continue
        names = name_parts(stored.value, takes_of(project, stored.value), scenes_of(read_plan(project, key)))
        known = shown & {*names.takes, *names.takes.values(), *names.clips.values()}
        found.append((made_from == digest(stored.value), len(known), key))
    return max(found, key=lambda each: each[:2])[2] if found else ""


def read_timeline(path: Path) -> otio.schema.Timeline:
    """The timeline of an OTIO file.

    Raises:
        InputError: it is another kind of file.
        MediaError: it cannot be read, or holds no timeline.
    """
    if path.suffix.lower() != ".otio":
        raise InputError(
            say(
                f"import-cut reads .otio, and {path.name!r} is none; export OpenTimelineIO from your editing suite.",
                f"import-cut 读取 .otio 文件，而 {path.name!r} 不是；请在剪辑软件中导出 OpenTimelineIO。",
            )
        )
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(say("it is larger than 64 MB", "文件超过 64 MB"))
        text = path.read_text(encoding="utf-8-sig")
        if _depth(text) > _DEEPEST:
            raise ValueError(say("it is nested too deeply", "嵌套过深"))
        found = otio.adapters.read_from_string(text, "otio_json")
    except Exception as error:  # OpenTimelineIO raises what its parser comes upon
        reason = " ".join(str(error).split())[:160] or type(error).__name__
        raise MediaError(
            say(
                f"{path} cannot be read as a timeline ({reason}); export it again from your editing suite.",
                f"{path} 无法作为时间线读取（{reason}）；请从剪辑软件重新导出。",
            )
        ) from error
    if not isinstance(found, otio.schema.Timeline):
        raise MediaError(
            say(
                f"A timeline was expected in {path}, and it holds {type(found).__name__}; export the sequence itself.",
                f"{path} 中应为时间线，而它是 {type(found).__name__}；请导出序列本身。",
            )
        )
    return found


def _depth(text: str) -> int:
    """How deep the brackets of a JSON text go; OpenTimelineIO's parser does not survive a bottomless one."""
    depth = deepest = 0
    for match in _BRACKETS.finditer(text):
        if match.group() in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif match.group() in "]}":
            depth -= 1
    return deepest


def _planned(project: Project, kept: Cut, key: str) -> Planned:
    """The film as it is now planned, each shot with the take that the kept cut shows, or its newest in that frame.

    A shot that was left out may never have been made in it; a take in any frame then stands for it, unseen.

    Raises:
        InputError: a shot of the plan was never filmed.
    """
    plan, settings = read_plan(project, key), read_settings(project, key)
    used = {item.slate: item.take for track in kept.tracks for item in track.items if isinstance(item, Clip)}
    takes = {take.id: take for take in project.takes()}
    size = kept.width, kept.height
    shown = {shot.slate for shot in arrange(plan.shots.shots, plan.decisions)}
    filmed: list[Filmed] = []
    for shot in plan.shots.shots:
        kept_takes = project.takes(slate=shot.slate)
        here = (take for take in kept_takes if (take.width, take.height) == size or shot.slate not in shown)
        take = takes.get(used.get(shot.slate, "")) or choose_take(here, shot.slate)
        if take is None:
            raise InputError(
                say(
                    f"Shot {shot.slate} has no take yet; run tianmu film first, export the cut again, and edit that.",
                    f"镜头 {shot.slate} 还没有素材；请先运行 tianmu film，重新导出剪辑后再编辑。",
                )
            )
        filmed.append(Filmed(shot=shot, take=take))
    return Planned(plan=plan, settings=settings, filmed=tuple(filmed))


def _origin(read: ReadCut, kept: Cut, decided: Cut) -> list[str]:
    """What to say of a timeline that was exported from another cut than the last one, or before other decisions."""
    if read.made_from is None:
        return []
    if read.made_from == digest(kept):
        return [] if kept == decided else [_said_older()]
    return [
        say(
            "The film was cut anew after this timeline was exported; where they differ, the timeline's cut holds now.",
            "这份时间线导出之后影片又重新剪辑过；两者不同之处，以时间线为准。",
        )
    ]


def _said_older() -> str:
    return say(
        "Other things were decided since this version was cut; where they differ, the timeline's cut holds now.",
        "这个版本剪辑之后又有别的决定；两者不同之处，以时间线为准。",
    )


def _understood(read: ReadCut, film: Planned) -> tuple[Cut, list[str]]:
    """The cut with only what a film can show: each shot of it once, gaps together, and no gap at the end.

    Raises:
        InputError: no shot of the film is left.
    """
    notes: list[str] = []
    tracks: list[Track] = []
    for track in read.cut.tracks:
        seen: set[str] = set()
        items: list[Item] = []
        for item in track.items:
            kept = item
            if isinstance(item, Clip) and (reason := _unheld(item, film, seen if not tracks else set())):
                notes.append(reason)
                kept = Gap(num_frames=item.num_frames)
            elif isinstance(item, Clip):
                seen.add(item.slate)
            items.append(kept)
        tracks.append(_gathered(replace(track, items=tuple(items))))
    if not tracks or not any(isinstance(item, Clip) for item in tracks[0].items):
        raise InputError(
            say(
                "No shot of this film was found on the first picture track of the timeline; is it another project's?",
                "时间线的第一条画面轨上没有这部影片的镜头；它是否属于另一个项目？",
            )
        )
    return replace(read.cut, tracks=tuple(track for track in tracks if track.items)), notes


def _unheld(clip: Clip, film: Planned, seen: set[str]) -> str | None:
    """Why a clip cannot be held."""
    shot = film.shot(clip.slate)
    if shot is None:
        return say(
            f"Shot {clip.slate} is no longer in the screenplay; its place became a gap.",
            f"剧本中已没有镜头 {clip.slate}；此处留空。",
        )
    if clip.slate in seen:
        return say(
            f"Shot {clip.slate} is used more than once, and a film shows a shot once; its further {clip.num_frames} "
            "frames became a gap.",
            f"镜头 {clip.slate} 用了不止一次，而影片中每个镜头只出现一次；其余 {clip.num_frames} 帧留空。",
        )
    take = next(each.take for each in film.filmed if each.shot.slate == clip.slate)
    if clip.take != take.id:
        return say(
            f"Shot {clip.slate} shows the take {clip.take[:8]}, and the film uses {take.id[:8]}; choose it with "
            f"tianmu take circle {clip.take[:8]}, make the film, and import again. Its place became a gap.",
            f"镜头 {clip.slate} 用的是素材 {clip.take[:8]}，而影片使用 {take.id[:8]}；请用 "
            f"tianmu take circle {clip.take[:8]} 选定，制作影片后再导入。此处留空。",
        )
    return None


def _gathered(track: Track) -> Track:
    """Neighbouring gaps as one, without joins between them, and without what follows the last thing that is seen."""
    joins = {join.at: join for join in track.joins}
    items: list[Item] = []
    kept: list[Join] = []
    for index, item in enumerate(track.items):
        if isinstance(item, Gap) and items and isinstance(items[-1], Gap):
            items[-1] = Gap(num_frames=items[-1].num_frames + item.num_frames)
            continue
        if item.num_frames < 1:
            continue
        if index in joins:
            kept.append(replace(joins[index], at=len(items)))
        items.append(item)
    if len(track.items) in joins:
        kept.append(replace(joins[len(track.items)], at=len(items)))
    while items and isinstance(items[-1], Gap):
        items.pop()
        kept = [replace(join, at=min(join.at, len(items))) for join in kept if join.at <= len(items)]
    last: dict[int, Join] = {}
    for join in kept:
        edge = join.at in (0, len(items))
        last.setdefault(join.at, replace(join, style="fade") if edge else join)
    return replace(track, items=tuple(items), joins=tuple(last[at] for at in sorted(last)))

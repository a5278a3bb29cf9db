"""A cut leaves: a folder with its takes, the timelines and subtitles that were asked for, and its looks.

    first-light/
      first-light.otio  .edl  .xml  .fcpxml  .aaf  .ale      the cut, for editing suites
      first-light.en.srt  .zh.vtt  ...                       what is said, a file a language
      media/first-light_001_1A_take_v001.mp4                 the takes, whole, so that there are handles
      looks/0f3c9a7be210.cube                                the tables of colour that the cut names

Paths in the timelines begin at the folder, so it can be moved; a suite that asks for the media is shown `media`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import whole_folder, writing
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut
from tianmu.film.subtitle import make_cues
from tianmu.film.take import Take
from tianmu.studio.export.fit import SUITES, Suite, fit
from tianmu.studio.export.names import Names, name_parts
from tianmu.studio.export.timecode import require_suite_rate
from tianmu.studio.export.timeline import MEDIA, to_timeline

if TYPE_CHECKING:
    from tianmu.studio.store import Project

SUBTITLES = ("srt", "vtt", "ass")
FORMATS: tuple[str, ...] = (*SUITES, *SUBTITLES)
LOOKS = "looks"
_ENDINGS: Mapping[Suite, str] = {
    "otio": "otio",
    "edl": "edl",
    "fcp7": "xml",
    "fcpxml": "fcpxml",
    "aaf": "aaf",
    "ale": "ale",
}

CopyTake = Callable[["Project", Take, Path], None]
"""Writes a take to a file as it may leave: labelled, watermarked, signed."""
CopySound = Callable[["Project", str, Path], None]
"""Writes the sound of a digest to a WAV file as it may leave."""


@dataclass(frozen=True, kw_only=True)
class Exported:
    """What was written."""

    folder: Path
    files: tuple[Path, ...]
    media: tuple[Path, ...]
    notes: tuple[str, ...]
    """What a person should know: everything that a format does not carry, one by one."""


def parse_formats(text: str) -> tuple[str, ...]:
    """`otio,edl,srt` as formats, each once.

    Raises:
        InputError: one of them is none.
    """
    asked = tuple(dict.fromkeys(part.strip().lower() for part in text.split(",") if part.strip()))
    for format in asked or ("",):
        if format not in FORMATS:
            raise InputError(
                say(
                    f"There is no format {format[:20]!r}; --to takes {', '.join(FORMATS)}, joined by commas.",
                    f"没有格式 {format[:20]!r}；--to 可用 {'、'.join(FORMATS)}，以逗号连接。",
                )
            )
    return asked


def export_cut(
    project: Project,
    folder: Path,
    formats: tuple[str, ...],
    *,
    copy: CopyTake,
    copy_sound: CopySound | None = None,
    overwrite: bool = False,
    progress: Callable[[float, str], None] = lambda done, what: None,
) -> Exported:
    """Write the project's last cut to a folder, all of it or nothing.

    1. What cannot be is refused: no cut yet, a rate that suites do not know, an adapter that is not there.
    2. Every take of the cut is written as it may leave, once.
    3. Every timeline is written as far as its format carries the cut, with a sentence for what it does not.
    4. What is said is laid out as subtitles, a file for each language and format.

    Raises:
        InputError, OutputError, MediaError: as above; a take that is damaged; a folder that cannot be written.
    """
    cut = read_kept_cut(project)
    suites: tuple[Suite, ...] = tuple(suite for suite in SUITES if suite in formats)
    timed = tuple(suite for suite in suites if suite != "otio")
    if timed:
        require_suite_rate(cut.fps, timed)  # 1
        from tianmu.studio.export.suites import require_adapters

        require_adapters(timed)
    takes = takes_of(project, cut)
    names = name_parts(cut, takes, scenes_of(project))
    notes: list[str] = []
    with whole_folder(folder, replaces=lambda old: overwrite and _is_export(old)) as part, writing(folder):
        media = _media(project, cut, takes, names, part, copy, copy_sound, notes, progress) if suites else []
        files: list[Path] = []
        for suite in suites:  # 3
            path = part / f"{names.show}.{_ENDINGS[suite]}"
            notes += _write(suite, cut, names, takes, path)
            files.append(path)
        if wanted := tuple(format for format in formats if format in SUBTITLES):
            files += _subtitles(cut, names.show, wanted, part, notes)  # 4
        if not part.is_dir():
            raise FileNotFoundError(2, "the folder vanished", str(folder))
    return Exported(
        folder=folder,
        files=tuple(folder / path.name for path in files),
        media=tuple(folder / MEDIA / path.name for path in media),
        notes=tuple(dict.fromkeys(notes)),
    )


def read_kept_cut(project: Project) -> Cut:
    """The cut that the project's film was last made from.

    Raises:
        InputError: there is none yet.
    """
    stored = project.read(Cut)
    if stored is None:
        raise InputError(
            say(
                f"The project {project.name} has no cut yet; make its film first: tianmu film SCREENPLAY.",
                f"项目 {project.name} 还没有剪辑；请先制作影片：tianmu film 剧本文件。",
            )
        )
    return stored.value


def takes_of(project: Project, cut: Cut) -> dict[str, Take]:
    """The takes of a cut, by id.

    Raises:
        MediaError: one is gone from the project.
    """
    known = {take.id: take for take in project.takes()}
    found: dict[str, Take] = {}
    for clip in clips_of(cut):
        if clip.take not in known:
            raise MediaError(
                say(
                    f"The take of shot {clip.slate} ({clip.take[:12]}) is gone; run tianmu film again.",
                    f"镜头 {clip.slate} 的素材（{clip.take[:12]}）已不在项目中；请重新运行 tianmu film。",
                )
            )
        found[clip.take] = known[clip.take]
    return found


def clips_of(cut: Cut) -> list[Clip]:
    """Every clip of a cut, track by track."""
    return [item for track in cut.tracks for item in track.items if isinstance(item, Clip)]


def scenes_of(project: Project) -> dict[str, str]:
    """The scene of each slate, for names."""
    from tianmu.studio.plan import read_plan

    return {shot.slate: shot.scene for shot in read_plan(project).planned.shots if shot.scene}


def _media(
    project: Project,
    cut: Cut,
    takes: Mapping[str, Take],
    names: Names,
    part: Path,
    copy: CopyTake,
    copy_sound: CopySound | None,
    notes: list[str],
    progress: Callable[[float, str], None],
) -> list[Path]:
    """The takes, the sounds and the looks of a cut, beside its timelines. Gives the takes and the sounds."""
    made: list[Path] = []
    (part / MEDIA).mkdir()
    for number, (id, take) in enumerate(takes.items()):  # 2
        progress(number / len(takes), names.takes[id])
        made.append(part / MEDIA / f"{names.takes[id]}.mp4")
        copy(project, take, made[-1])
        if take.fps != cut.fps:
            notes.append(
                say(
                    f"{made[-1].name} was shot at {float(take.fps):g} frames a second and is cut frame for frame; "
                    f"have the suite interpret it at {float(cut.fps):g}.",
                    f"{made[-1].name} 以每秒 {float(take.fps):g} 帧拍摄，并逐帧剪入；"
                    f"请在软件中将其解释为每秒 {float(cut.fps):g} 帧。",
                )
            )
    for digest, stem in names.sounds.items():
        if copy_sound is not None:
            made.append(part / MEDIA / f"{stem}.wav")
            copy_sound(project, digest, made[-1])
    looks = {clip.look for clip in clips_of(cut) if clip.look}
    if looks:
        (part / LOOKS).mkdir()
    for look in sorted(looks):
        shutil.copyfile(project.media.path(look), part / LOOKS / f"{look[:12]}.cube")
    return made


def _write(suite: Suite, cut: Cut, names: Names, takes: Mapping[str, Take], path: Path) -> tuple[str, ...]:
    """One timeline; gives what it does not carry."""
    import opentimelineio as otio

    from tianmu.studio.export.edl import write_edl
    from tianmu.studio.export.fcpxml import write_fcpxml
    from tianmu.studio.export.suites import adapter, write_aaf, write_ale, write_fcp7

    fitted = fit(cut, suite)
    with adapter(suite):
        match suite:
            case "otio":
                text = otio.adapters.write_to_string(to_timeline(cut, names), "otio_json")
                path.write_text(text, encoding="utf-8", newline="\n")
            case "edl":
                path.write_text(write_edl(fitted.cut, cut, names), encoding="utf-8", newline="\r\n")
            case "fcpxml":
                path.write_text(write_fcpxml(fitted.cut, cut, names), encoding="utf-8", newline="\n")
            case "fcp7":
                write_fcp7(fitted.cut, cut, names, path)
            case "aaf":
                write_aaf(fitted.cut, cut, names, path)
            case "ale":
                write_ale(cut, names, takes, path)
    return fitted.notes


def _subtitles(cut: Cut, show: str, formats: Iterable[str], part: Path, notes: list[str]) -> list[Path]:
    from tianmu.media.subtitles import write_subtitles

    made = make_cues(cut)
    notes += made.notes
    if not made.cues:
        notes.append(
            say("Nobody speaks in this film, so there are no subtitles.", "影片中没有台词，因此没有字幕文件。")
        )
    files: list[Path] = []
    for language in made.languages:
        cues = made.in_language(language)
        for format in formats:
            files.append(part / f"{show}.{language}.{format}")
            write_subtitles(files[-1], cues, cut.fps, width=cut.width, height=cut.height)
    return files


def _is_export(folder: Path) -> bool:
    """Whether a folder holds what an export writes, and nothing else."""
    endings = {*_ENDINGS.values(), *SUBTITLES}
    return all(
        entry.name in (MEDIA, LOOKS) if entry.is_dir() else entry.suffix.removeprefix(".") in endings
        for entry in folder.iterdir()
    )

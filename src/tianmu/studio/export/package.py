"""A cut leaves: a folder with its takes, the timelines and subtitles that were asked for, and its looks.

    first-light/
      first-light.otio  .edl  .xml  .fcpxml  .aaf  .ale      the cut, for editing suites
      first-light.en.srt  .zh.vtt  ...                       what is said, a file a language
      first-light.otio.c2pa  ...                             for each of these, the manifest that signs it
      media/first-light_001_1A_take_v001.mp4                 the takes, whole, so that there are handles
      media/first-light_sound_dialogue_v001.wav  ...         its sound, a stem a file, as long as the film
      looks/0f3c9a7be210.cube                                the tables of colour that the cut names

Paths in the timelines begin at the folder, so it can be moved; a suite that asks for the media is shown `media`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.core.errors import InputError
from tianmu.core.files import whole_folder, writing
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Cut
from tianmu.film.schema import digest
from tianmu.film.subtitle import make_cues
from tianmu.film.take import Take
from tianmu.governance.provenance import Claim
from tianmu.studio.claims import LONGEST_TITLE
from tianmu.studio.consents import require_consents
from tianmu.studio.edition import Edition, clips_of
from tianmu.studio.export.fit import SUITES, Suite, fit
from tianmu.studio.export.forms import FORM_ENDINGS, FORM_FOLDERS, FORMS, load_form
from tianmu.studio.export.names import Names, name_parts, stems_of
from tianmu.studio.export.timecode import require_suite_rate
from tianmu.studio.export.timeline import MEDIA, to_timeline
from tianmu.studio.plan import Plan
from tianmu.studio.render import silent
from tianmu.studio.standing import require_standing
from tianmu.studio.translation import translators_of, wordings

if TYPE_CHECKING:
    from tianmu.studio.store import Project

SUBTITLES = ("srt", "vtt", "ass")
FORMATS: tuple[str, ...] = (*SUITES, *SUBTITLES, *FORMS)
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
CopyStems = Callable[["Edition", Mapping[str, str], Path, Progress], tuple[Sequence[Path], str]]
"""Writes the sound of a film as it may leave, a file for each name; gives the files and what a person should know."""


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
    edition: Edition,
    folder: Path,
    formats: tuple[str, ...],
    *,
    copy: CopyTake,
    copy_stems: CopyStems,
    overwrite: bool = False,
    progress: Progress = silent,
) -> Exported:
    """Write a film to a folder in the forms that were asked for, all of it or nothing.

    1. What cannot be is refused: an asset that nothing allows, a take that rules in force refuse now, a rate that
       suites do not know, an adapter that is not there.
    2. Every take of the cut is written as it may leave, once, and beside them the stems of its sound.
    3. Every timeline is written as far as its format carries the cut, with a sentence for what it does not.
    4. What is said is laid out as subtitles, a file for each language and format; these and timelines are signed.
    5. Every other form is written by its own function.

    Raises:
        InputError, OutputError, MediaError: as above; a take that is damaged; a folder that cannot be written.
    """
    project, cut, takes = edition.project, edition.cut, edition.takes
    require_consents(project, edition.plan, date.today(), edition.leave.audience)
    notes = list(require_standing(project, takes.values(), edition.leave.audience))
    suites: tuple[Suite, ...] = tuple(suite for suite in SUITES if suite in formats)
    timed = tuple(suite for suite in suites if suite != "otio")
    if timed:
        require_suite_rate(cut.fps, timed)  # 1
        from tianmu.studio.export.suites import require_adapters

        require_adapters(timed)
    names = name_parts(cut, takes, scenes_of(edition.plan), stems=stems_of(edition.settings))
    with whole_folder(folder, replaces=lambda old: overwrite and _is_export(old)) as part, writing(folder):
        media = _media(project, cut, takes, names, part, copy, notes, progress) if suites else []
        if any(suite != "ale" for suite in suites):  # a list of takes has no sound
            sounds, louder = copy_stems(edition, names.sounds, part / MEDIA, progress)
            media += sounds
            notes += [louder] if louder else []
        files: list[Path] = []
        for suite in suites:  # 3
            path = part / f"{names.show}.{_ENDINGS[suite]}"
            notes += _write(suite, cut, names, takes, path)
            files.append(path)
        if wanted := tuple(format for format in formats if format in SUBTITLES):
            files += _subtitles(edition, wanted, part, notes)  # 4
        _sign(edition, files)
        for form in (format for format in formats if format in FORMS):
            written = load_form(form)(edition, part, progress)  # 5
            files += written.files
            notes += written.notes
        if not part.is_dir():
            raise FileNotFoundError(2, "the folder vanished", str(folder))
    return Exported(
        folder=folder,
        files=tuple(folder / path.name for path in files),
        media=tuple(folder / MEDIA / path.name for path in media),
        notes=tuple(dict.fromkeys(notes)),
    )


def scenes_of(plan: Plan) -> dict[str, str]:
    """The scene of each slate, for names."""
    return {shot.slate: shot.scene for shot in plan.planned.shots if shot.scene}


def _media(
    project: Project,
    cut: Cut,
    takes: Mapping[str, Take],
    names: Names,
    part: Path,
    copy: CopyTake,
    notes: list[str],
    progress: Progress,
) -> list[Path]:
    """The takes and the looks of a cut, beside its timelines. Gives the takes."""
    made: list[Path] = []
    (part / MEDIA).mkdir()
    for number, (id, take) in enumerate(takes.items()):  # 2
        progress(number / len(takes), names.takes[id])
        made.append(part / MEDIA / f"{names.takes[id]}.mp4")
        copy(project, take, made[-1])
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

    fitted = fit(cut, suite, heard=bool(names.sounds))
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


def _subtitles(edition: Edition, formats: Iterable[str], part: Path, notes: list[str]) -> list[Path]:
    from tianmu.media.subtitles import write_subtitles

    cut, show, translated = edition.cut, edition.show, edition.translated
    made = make_cues(cut, wordings(translated))
    notes += (note for each in translated for note in each.notes)
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


def _sign(edition: Edition, files: Iterable[Path]) -> None:
    """Sign timelines and subtitles, each by a manifest beside it that names the cut."""
    marking = edition.marking()
    translators = {str(language): models for language, models in translators_of(edition.translated).items()}
    for path in files:
        by = translators.get(path.suffixes[-2].removeprefix(".") if len(path.suffixes) > 1 else "", [])
        facts: dict[str, object] = {"cut": digest(edition.cut), "file": path.name}
        if by:
            facts["machine_translated_subtitles"] = by
        claim = Claim(
            title=edition.cut.name[:LONGEST_TITLE], kind="document", trained=bool(by), engine="cut", facts=facts
        )
        marking.sign(path, claim, [], project=edition.project)


def _is_export(folder: Path) -> bool:
    """Whether a folder holds what an export writes, and nothing else."""
    endings = {*_ENDINGS.values(), *SUBTITLES, *FORM_ENDINGS}
    return all(
        entry.name in (MEDIA, LOOKS) or entry.name.endswith(FORM_FOLDERS)
        if entry.is_dir()
        else entry.suffix.removeprefix(".") in endings
        for entry in folder.iterdir()
    )

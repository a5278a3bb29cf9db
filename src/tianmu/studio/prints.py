"""A cut becomes a file that may leave: printed with its marks, kept in the store, and copied out of it."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path

from tianmu.core.files import whole_file, writing
from tianmu.core.memory import give_back_memory
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Clip, Cut, Print
from tianmu.film.schema import digest, to_row
from tianmu.governance.footprint import Footprint, footprint_of, total
from tianmu.media.digest import file_sha256
from tianmu.media.video import write_video
from tianmu.studio.claims import claim_of_film, mark_of_cut
from tianmu.studio.documents import keep
from tianmu.studio.edit import cut_pictures
from tianmu.studio.marking import Leave, Marking, record_film
from tianmu.studio.print_screening import PrintScreening
from tianmu.studio.record import record_print
from tianmu.studio.soundtrack import SPEAKING, Soundtrack, lay_under
from tianmu.studio.store import Project
from tianmu.studio.store.references import needed

CUTTER = 2
"""Of the code that turns a cut into a file; a change of its pictures counts it up."""


def print_cut(
    project: Project,
    cut: Cut,
    track: Soundtrack,
    inputs: str,
    leave: Leave,
    progress: Progress,
    *,
    version: str = "",
) -> Print:
    """The cut as a file in the store's media; one that was printed before is not printed again.

    `version` is the key under which it is kept: none for the main version of a film.

    Raises:
        MediaError: a take is not as it was when it was kept.
        Refused: a rule in force refuses it as it is cut, or wants a person to look first; nothing is kept then.
    """
    screening = PrintScreening(project, cut, leave.audience)
    cut_digest = digest({**to_row(cut), "cutter": CUTTER, "audience": leave.audience, "track": track.row})
    media, before = project.media, project.read(Print, version)
    if before and before.value.cut == cut_digest and media.has(before.value.film):
        screening.settle()
        printed = replace(before.value, inputs=inputs, verdict=screening.row, review=screening.notes)
    else:
        marking = Marking(mark_of_cut(cut), leave)
        for clip in {item.film for each in cut.tracks for item in each.items if isinstance(item, Clip)}:
            media.verified(clip)  # nothing is cut from a file that somebody changed
        with media.workspace() as folder:
            pictures, path = folder / "pictures.mp4", folder / "film.mp4"

            def written(done: int) -> None:
                progress(SPEAKING + (0.95 - SPEAKING) * done / cut.num_frames, say("cutting", "剪辑"))

            started = time.perf_counter()
            with marking.meter:
                seen = screening.over(cut_pictures(cut, media.path, open_look=media.path))
                shown = marking.pictures(seen, cut)
                write_video(pictures, shown, cut.fps, metadata=marking.metadata, on_frame=written)
                progress(0.95, say("mixing the sound", "混音"))
                heard = lay_under(pictures, path, track, folder)
            encoded = file_sha256(path)
            spent = marking.meter.footprint + track.footprint
            whole = total([*map(footprint_of, project.takes()), spent])
            claim = claim_of_film(cut, media, whole, voiced=track.voiced, translators=track.translators)
            claim = replace(claim, facts={**claim.facts, "review": screening.summary})
            give_back_memory()  # to hash a long film, the library that signs takes up to 512 MB
            marking.sign(path, claim, project=project)
            printed = Print(
                inputs=inputs,
                cut=cut_digest,
                film=media.put(path),
                encoded=encoded,
                seconds_taken=round(time.perf_counter() - started, 3),
                joules=round(spent.joules, 1),
                carbon_kg=spent.carbon_kg,
                energy_method=spent.method,
                loudness=round(heard.integrated, 1) if heard else None,
                peak=round(heard.peak, 1) if heard else None,
                notes=track.notes,
                verdict=screening.row,
                review=screening.notes,
            )
    outdated = [stored.value for stored in (before, project.read(Cut, version)) if stored]
    keep(project, cut, version)
    keep(project, printed, version)
    if before is None or before.value.film != printed.film:
        record_print(project, cut, printed, version)
    project.release(needed([to_row(noun) for noun in outdated]) - needed([to_row(cut), to_row(printed)]))
    return printed


def screen_print(project: Project, printed: Print, cut: Cut, leave: Leave, version: str = "") -> Print:
    """A print that is delivered again, judged by the policies that are in force now; its file is as it was.

    Raises:
        Refused: a rule refuses it, or wants a person to look first.
    """
    screening = PrintScreening(project, cut, leave.audience)
    screening.settle()
    judged = replace(printed, verdict=screening.row, review=screening.notes)
    keep(project, judged, version)
    return judged


def spent_on(project: Project, printed: Print) -> Footprint | None:
    """What a film has taken: every take of its project, rejected or not, and its print. None: nothing is known."""
    return total([*map(footprint_of, project.takes()), footprint_of(printed)])


def deliver(project: Project, printed: Print, cut: Cut, output: Path, leave: Leave) -> None:
    """Copy a print out of the store, unless the very same file lies there already; every recipient is on record.

    Raises:
        MediaError: the print is missing, or somebody changed it.
        OutputError: the place cannot be written, or the disk is full.
    """
    source = project.media.verified(printed.film)
    record_film(project, cut, printed.film, leave)
    if output.is_file() and output.stat().st_size == source.stat().st_size and file_sha256(output) == printed.film:
        return
    with whole_file(output) as part, writing(output):
        shutil.copyfile(source, part)

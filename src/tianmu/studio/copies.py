"""A take that leaves the store on its own: labelled, watermarked and signed on the way, with the take as its parent."""

from __future__ import annotations

from pathlib import Path

from tianmu.film.take import Take
from tianmu.media.video import read_video, write_video
from tianmu.studio.marking import EVERYBODY, Leave, Marking, claim_of_parts, mark_from
from tianmu.studio.output import staging
from tianmu.studio.store import Project, Store


def copy_take(project: Project, take: Take, output: Path, *, leave: Leave = EVERYBODY, overwrite: bool = False) -> None:
    """Write a take as an MP4 file that may leave.

    Raises:
        InputError: the audience is none that there is.
        MediaError: the take is missing or damaged.
        OutputError: the place cannot be written, or something is there.
    """
    source = project.media.path(take.film)
    marking = Marking(mark_from({"copy": take.id}), leave)
    with staging(output, overwrite=overwrite) as folder, marking.meter:
        info, frames = read_video(source)
        path = folder / output.name
        write_video(path, marking.frames(frames, info), info.fps, format="mp4", metadata=marking.metadata)
        claim = claim_of_parts(f"{take.slate}/{take.number}", "copy", {take.slate: source}, marking.meter.footprint)
        marking.sign(path, claim, store=Store(project.database, project.media))

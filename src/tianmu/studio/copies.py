"""What leaves on its own, without a film: a take out of the store, a sheet of pictures that the trainer drew."""

from __future__ import annotations

from pathlib import Path

from tianmu.film.take import Take
from tianmu.governance.provenance import Claim
from tianmu.media.digest import file_sha256
from tianmu.media.image import read_image
from tianmu.media.video import read_video, write_video
from tianmu.studio.marking import EVERYBODY, Leave, Marking, claim_of_parts, mark_from
from tianmu.studio.output import staging
from tianmu.studio.store import Project


def copy_take(project: Project, take: Take, output: Path, *, leave: Leave = EVERYBODY, overwrite: bool = False) -> None:
    """Write a take as an MP4 file that may leave: labelled, watermarked, and signed with the take as its parent.

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
        marking.sign(path, claim, project=project, take=take.id)


def mark_sheet(path: Path, title: str, *, engine: str) -> None:
    """Label, watermark and sign a sheet of a trained model's pictures where it lies, whole or not at all.

    Raises:
        MediaError: it is no picture.
        OutputError: it cannot be written.
    """
    marking = Marking(mark_from({"sheet": file_sha256(path)}), EVERYBODY)
    sheet = read_image(path)
    with staging(path, overwrite=True) as folder:
        marking.write_picture(
            folder / path.name, sheet, Claim(title=title, kind="picture", trained=True, engine=engine)
        )

"""A film as pictures: a folder of PNG files, each labelled, watermarked and signed, with the rate beside them."""

from __future__ import annotations

from pathlib import Path

from tianmu.engines.protocol import Progress
from tianmu.media.video import write_video
from tianmu.studio.edition import Edition, Written


def write_frames(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW-frames/000001.png` and on."""
    cut, marking = edition.cut, edition.marking()
    path = folder / f"{edition.show}-frames"
    with marking.meter:
        write_video(
            path,
            edition.pictures(marking),
            cut.fps,
            format="png",
            metadata=marking.metadata,
            on_frame=lambda done: progress(done / cut.num_frames, path.name),
        )
    claim = edition.claim(marking.meter.footprint, voiced=False)
    marking.sign(path, claim, project=edition.project)
    return Written(files=(path,), notes=tuple(marking.notes))

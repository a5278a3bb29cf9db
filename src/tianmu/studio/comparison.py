"""Two takes side by side: as a picture of frames at equal times, or as a split-screen film."""

from __future__ import annotations

from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.take import Take
from tianmu.media.video import read_video, write_video
from tianmu.studio.boards import compare_takes, split_screen, take_label
from tianmu.studio.claims import claim_of_parts, mark_from
from tianmu.studio.edit import cut_frames
from tianmu.studio.marking import EVERYBODY, Leave, Marking
from tianmu.studio.output import staging
from tianmu.studio.store import Project


def compare(project: Project, first: Take, second: Take, output: Path, *, leave: Leave = EVERYBODY) -> None:
    """Write the comparison that the ending of `output` asks for, labelled, watermarked and signed.

    Raises:
        InputError: the ending is neither .png nor .mp4.
        MediaError: a take is missing or damaged.
        OutputError: the place cannot be written, or the disk is full.
    """
    media = project.media
    ending = output.suffix.lower()
    if ending not in (".png", ".mp4"):
        raise InputError(
            say(
                f"A comparison is a .png picture or an .mp4 film, and {output.name} is neither.",
                f"比较结果应为 .png 图片或 .mp4 影片，而 {output.name} 两者都不是。",
            )
        )
    marking = Marking(mark_from({"compare": [first.id, second.id, ending]}), leave)
    with staging(output, overwrite=True) as folder:
        path = folder / output.name
        parts = {f"{take.slate}/{take.number}": media.verified(take.film) for take in (first, second)}
        if ending == ".png":
            films = [list(read_video(media.path(take.film))[1]) for take in (first, second)]
            labels = take_label(first), take_label(second)
            picture = compare_takes(*films, rates=(first.fps, second.fps), labels=labels)
            marking.write_picture(path, picture, claim_of_parts(output.stem, "picture", parts), project=project)
        else:
            cut = split_screen(first, second)
            frames = marking.frames(cut_frames(cut, media.path), cut)
            write_video(path, frames, cut.fps, format="mp4", metadata=marking.metadata)
            marking.sign(path, claim_of_parts(output.stem, "film", parts), project=project)

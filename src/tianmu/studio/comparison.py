"""Two takes side by side: as a picture of frames at equal times, or as a split-screen film."""

from __future__ import annotations

from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.take import Take
from tianmu.media.image import write_png
from tianmu.media.video import read_video, write_video
from tianmu.studio.boards import compare_takes, split_screen, take_label
from tianmu.studio.edit import cut_frames
from tianmu.studio.store import Project


def compare(project: Project, first: Take, second: Take, output: Path) -> None:
    """Write the comparison that the ending of `output` asks for.

    Raises:
        InputError: the ending is neither .png nor .mp4.
        MediaError: a take is missing or damaged.
        OutputError: the place cannot be written, or the disk is full.
    """
    media = project.media
    match output.suffix.lower():
        case ".png":
            films = [list(read_video(media.path(take.film))[1]) for take in (first, second)]
            labels = take_label(first), take_label(second)
            write_png(output, compare_takes(*films, rates=(first.fps, second.fps), labels=labels))
        case ".mp4":
            cut = split_screen(first, second)
            write_video(output, cut_frames(cut, media.path), cut.fps)
        case _:
            raise InputError(
                say(
                    f"A comparison is a .png picture or an .mp4 film, and {output.name} is neither.",
                    f"比较结果应为 .png 图片或 .mp4 影片，而 {output.name} 两者都不是。",
                )
            )

"""A film as a panorama of 360 degrees, for headsets and players that let one look around: the form `360`.

Its shots are drawn anew around the viewer by the animated stage, from the words that their takes were made from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from tianmu.core.text import listed, say
from tianmu.engines.protocol import Progress, ShotRequest
from tianmu.film.cut import Box
from tianmu.media.planes import as_rgb
from tianmu.media.spherical import write_spherical
from tianmu.media.video import write_video
from tianmu.studio.edit.looks import Looks
from tianmu.studio.edition import Edition, Written, clips_of
from tianmu.studio.print_screening import PrintScreening
from tianmu.studio.recipe import Recipe
from tianmu.studio.soundtrack import lay_under
from tianmu.studio.surroundings import ENGINE, Around, FrontLabel, get_around_engine, surrounding_frames

WIDTH = 1920
"""Of a panorama, in pixels; it is half as high. A headset shows about a quarter of it at a time."""
_SOUND, _PICTURES = 0.1, 0.93
"""Parts of the progress: when the voices have spoken, and when the pictures are written."""


@dataclass(frozen=True, kw_only=True)
class _Shape:
    """What a label and a watermark are measured by."""

    width: int
    height: int
    fps: Fraction
    num_frames: int


def write_panorama(edition: Edition, folder: Path, progress: Progress, *, width: int = WIDTH) -> Written:
    """Write the film as `SHOW_360.mp4`: equirectangular frames, the film's sound and subtitles, and what says so.

    1. What it was made from is read: the request of every take.
    2. The voices speak; the frames are drawn around the viewer, labelled in front, and watermarked.
    3. The sound is laid under, and the file told that its pictures are a sphere: before it is signed.
    4. It is signed, with the takes as what it was made after.

    Args:
        width: of a frame, a multiple of 48 from 480 to 3840.

    Raises:
        InputError: no panorama has this width, or the words of a shot say nothing that the stage can show.
        MediaError: a take's recipe is missing or damaged.
        OutputError: the place cannot be written, or the disk is full.
    """
    cut, project, marking = edition.cut, edition.project, edition.marking()
    requests = _requests(edition)  # 1
    shape = _Shape(width=width, height=width // 2, fps=cut.fps, num_frames=cut.num_frames)
    label = FrontLabel(marking.rules, width=width, fps=cut.fps, num_frames=cut.num_frames)
    marking.rules = replace(marking.rules, label=None)  # a corner of this picture is behind the viewer
    sources = Around(
        width=width,
        height=width // 2,
        films={},
        looks=Looks(cut, project.media.path),
        engine=get_around_engine(),
        request=lambda clip: requests[clip.take],
        aspect=Fraction(cut.width, cut.height),
    )
    track = edition.soundtrack(lambda fraction, what, preview=None: progress(_SOUND * fraction, what))  # 2
    path = folder / f"{edition.show}_360.mp4"

    def written(done: int) -> None:
        progress(_SOUND + (_PICTURES - _SOUND) * done / cut.num_frames, say("drawing all around", "绘制全景"))

    screening = PrintScreening(project, cut, edition.leave.audience, drawn_anew=True)
    with project.media.workspace() as scratch:
        pictures = scratch / "pictures.mp4"
        with marking.meter:
            seen = screening.over(surrounding_frames(cut, sources))
            frames = marking.frames(label.over(map(as_rgb, seen)), shape)
            write_video(pictures, frames, cut.fps, metadata=marking.metadata, on_frame=written)
            progress(_PICTURES, say("mixing the sound", "混音"))
            lay_under(pictures, path, track, scratch)  # 3
            write_spherical(path)
    spent = marking.meter.footprint + track.footprint
    claim = edition.claim(spent, voiced=track.voiced)
    after = tuple(replace(each, relationship="inputTo") for each in claim.ingredients)
    facts = {**claim.facts, "projection": "equirectangular"}
    claim = replace(claim, engine=ENGINE, trained=track.voiced, ingredients=after, facts=facts)
    marking.sign(path, claim, project=project)  # 4
    progress(1.0, say("done", "完成"))
    return Written(files=(path,), notes=(*_notes(edition), *track.notes, *marking.notes, *screening.notes))


def _requests(edition: Edition) -> Mapping[str, ShotRequest]:
    """What the engine was asked for, by take.

    Raises:
        MediaError: a recipe is missing or damaged.
    """
    media = edition.project.media
    return {
        name: Recipe.from_json(media.read(take.recipe).decode("utf-8", "replace")).request
        for name, take in edition.takes.items()
    }


def _notes(edition: Edition) -> tuple[str, ...]:
    """What the form does not carry."""
    clips = clips_of(edition.cut)
    foreign = sorted({clip.slate for clip in clips if edition.takes[clip.take].engine != ENGINE})
    insets = [clip.slate for clip in clips if clip.box != Box()]
    notes = [
        say(
            "Cameras stand still in the panorama: whoever watches turns the head.",
            "全景中镜头保持静止：由观看者自己转头。",
        )
    ]
    if foreign:
        notes.append(
            say(
                f"The animated stage draws the shots {listed(foreign)} anew; another engine made them in the film.",
                f"镜头 {listed(foreign)} 由动画舞台重新绘制；影片中它们由其他引擎生成。",
            )
        )
    if insets:
        notes.append(
            say(
                f"Pictures in the picture are left out: {listed(insets)}.",
                f"画中画未包含：{listed(insets)}。",
            )
        )
    return tuple(notes)

"""Watching and hearing a film from end to end, once, as it streams by."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import av
import av.error
import numpy as np

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut, Item, Title
from tianmu.film.cut import Print as CutPrint
from tianmu.film.sound import SAMPLE_RATE
from tianmu.media.audio import Samples, resample, sound_blocks
from tianmu.media.loudness import Meter
from tianmu.media.video import read_video
from tianmu.studio.edition import read_kept_cut
from tianmu.studio.pace.rhythm import Piece, Rhythm
from tianmu.studio.pace.watching import Watcher
from tianmu.studio.plan import find_version
from tianmu.studio.render import silent

if TYPE_CHECKING:
    from tianmu.engines.protocol import Progress
    from tianmu.studio.store import Project

_LEAST_FRAMES = 2


def measure_project(project: Project, version: str = "", progress: Progress = silent) -> Rhythm:
    """The rhythm of the film that a project last made, by the cuts of its edit.

    Raises:
        InputError: it has made none yet, or not in that frame.
        MediaError: its file is gone from the store, or damaged.
    """
    cut = read_kept_cut(project, version)
    printed = project.read(CutPrint, find_version(project, version))
    if printed is None:
        raise InputError(
            say(
                f"The project {project.name} has a cut and no film yet; make it first: tianmu film SCREENPLAY.",
                f"项目 {project.name} 有剪辑而还没有影片；请先运行：tianmu film 剧本文件。",
            )
        )
    film = project.media.path(printed.value.film)
    return measure_file(film, pieces=pieces_of(cut), title=cut.name, progress=progress)


def measure_file(
    path: Path, *, pieces: tuple[Piece, ...] | None = None, title: str = "", progress: Progress = silent
) -> Rhythm:
    """The rhythm of a film file; where `pieces` are not given, its cuts are found in its pictures.

    Raises:
        InputError: it is a single picture.
        MediaError: it is missing, no film, or damaged.
    """
    info, frames = read_video(path)
    if info.num_frames < _LEAST_FRAMES:
        raise InputError(
            say(
                f"{path.name} is one picture, and a rhythm needs time; give a film.",
                f"{path.name} 只有一幅画面，谈不上节奏；请给出影片。",
            )
        )
    watcher = Watcher(info.fps)
    for number, frame in enumerate(frames):
        watcher.add(frame)
        if number % 24 == 0:
            progress(0.9 * number / info.num_frames, say("watching", "观看"))
    watcher.finish(None if pieces is None else tuple(piece.first for piece in pieces[1:]))
    if watcher.num_frames < _LEAST_FRAMES:
        raise MediaError(
            say(
                f"{path} has no pictures that can be decoded; fetch it again.",
                f"{path} 中没有可解码的画面；请重新获取。",
            )
        )
    progress(0.9, say("listening", "聆听"))
    loudness, integrated = _hear(path)
    return Rhythm(
        title=title or path.stem,
        fps=info.fps,
        num_frames=watcher.num_frames,
        pieces=pieces if pieces is not None else _between(watcher.cuts, watcher.num_frames),
        known=pieces is not None,
        motion=watcher.motion(),
        flashes=watcher.flashes(),
        warnings=watcher.warnings(),
        loudness=loudness,
        integrated=integrated,
    )


def pieces_of(cut: Cut) -> tuple[Piece, ...]:
    """What the first picture track holds, one after the other."""
    track = next((track for track in cut.tracks if track.kind == "video"), None)
    found: list[Piece] = []
    first = 0
    for item in track.items if track else ():
        if item.num_frames:
            found.append(_piece(item, first))
        first += item.num_frames
    return tuple(found)


def _piece(item: Item, first: int) -> Piece:
    if isinstance(item, Clip):
        return Piece(first=first, num_frames=item.num_frames, slate=item.slate)
    return Piece(first=first, num_frames=item.num_frames, kind="title" if isinstance(item, Title) else "black")


def _between(cuts: list[int], num_frames: int) -> tuple[Piece, ...]:
    return tuple(Piece(first=a, num_frames=b - a) for a, b in pairwise([0, *cuts, num_frames]))


def _hear(path: Path) -> tuple[tuple[float, ...], float | None]:
    """LUFS of each second, and of all; nothing for a film without sound."""
    if path.is_dir() or not _has_sound(path):
        return (), None
    meter = Meter()
    for block in _at_rate(path):
        meter.add(block)
    integrated = meter.result().integrated
    return meter.over_time(), None if math.isinf(integrated) else round(integrated, 1)


def _has_sound(path: Path) -> bool:
    try:
        with av.open(str(path)) as container:
            return bool(container.streams.audio)
    except av.error.FFmpegError:
        return False


def _at_rate(path: Path) -> Iterator[Samples]:
    """The samples at 48 kHz; where a file has another rate, some ten seconds are turned at a time."""

    rate, blocks = sound_blocks(path)
    if rate == SAMPLE_RATE:
        yield from blocks
        return
    held: list[Samples] = []
    for block in blocks:
        held.append(block)
        if sum(map(len, held)) >= 10 * rate:
            yield resample(np.concatenate(held), rate, SAMPLE_RATE)
            held = []
    if held:
        yield resample(np.concatenate(held), rate, SAMPLE_RATE)

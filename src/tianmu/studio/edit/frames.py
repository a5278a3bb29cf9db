"""A cut as the frames of a film: the one function that the build, the split screen and the benchmark call."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing
from itertools import repeat
from pathlib import Path

import numpy as np

from tianmu.core.errors import TianmuError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut
from tianmu.media.image import Frame
from tianmu.studio.edit.checks import check_cut
from tianmu.studio.edit.joins import track_frames
from tianmu.studio.edit.layers import Shown, lay
from tianmu.studio.edit.looks import Looks
from tianmu.studio.edit.sources import Sources, check_titles, damaged


def cut_frames(
    cut: Cut, open_film: Callable[[str], Path], open_look: Callable[[str], Path] | None = None
) -> Iterator[Frame]:
    """The frames of a cut, `[h w 3] uint8` RGB, all `cut.num_frames` of them, for `media.video.write_video`.

    1. What cannot be cut is refused here, before the first frame is asked for.
    2. Picture tracks are laid over each other, the first at the bottom, on black.
    3. A frame that only one take fills passes through untouched.

    Only the takes of the frame in hand are open, so memory does not grow with the length of the film. Takes are played
    frame for frame: one at another rate than the cut's has the ratio of the rates in its clip's `speed`. Frames are not
    to be written to, because a frame that is held is given again.

    Args:
        cut: what to put together; tracks of sound are left alone.
        open_film: where the film of a digest lies, as a local path.
        open_look: where the .cube table of a digest lies; it may be left out where no clip has a look.

    Raises:
        InputError: the cut cannot be: a dissolve without handles, a box beyond the frame, a title without words.
        MediaError: a take or a look is missing or damaged; where the damage lies within a take, the frames raise it.
    """
    check_cut(cut)  # 1
    for track in cut.tracks:
        for item in track.items:
            check_titles(item, cut.width, cut.height)
    films = {digest: _film_path(clip, open_film) for digest, clip in _films(cut).items()}
    sources = Sources(width=cut.width, height=cut.height, films=films, looks=Looks(cut, open_look))
    return _frames(cut, sources)


def _frames(cut: Cut, sources: Sources) -> Iterator[Frame]:
    black = np.zeros((cut.height, cut.width, 3), dtype=np.uint8)
    tracks = [track for track in cut.tracks if track.kind == "video"]
    with ExitStack() as stack:
        shown = [stack.enter_context(closing(track_frames(track, sources))) for track in tracks]
        endless = [_then_nothing(frames, track.num_frames) for frames, track in zip(shown, tracks, strict=True)]
        for _ in range(cut.num_frames):
            frame: Frame = black
            for layers in endless:  # 2, 3
                frame = lay(frame, next(layers))
            yield frame


def _then_nothing(frames: Generator[Shown], num_frames: int) -> Iterator[Shown]:
    """A track that ends before the others shows nothing for the rest."""
    for _ in range(num_frames):
        yield next(frames)
    frames.close()
    yield from repeat(Shown())


def _films(cut: Cut) -> dict[str, Clip]:
    """The digest of every film in the cut, with the first clip that uses it."""
    found: dict[str, Clip] = {}
    for track in cut.tracks:
        for item in track.items if track.kind == "video" else ():
            if isinstance(item, Clip):
                found.setdefault(item.film, item)
    return found


def _film_path(clip: Clip, open_film: Callable[[str], Path]) -> Path:
    """Where a clip's film lies.

    Raises:
        MediaError: it is not there; the sentence names the clip.
    """
    try:
        path = open_film(clip.film)
    except TianmuError as error:
        raise damaged(clip, error.message) from error
    if not path.is_file():
        raise damaged(clip, say(f"{path} is not there", f"{path} 不存在"))
    return path

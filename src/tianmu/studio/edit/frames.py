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
from tianmu.media.planes import Picture, as_rgb, black_planes
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
    black = np.zeros((cut.height, cut.width, 3), dtype=np.uint8)
    sources = _sources(cut, open_film, open_look, planes=False)
    return (as_rgb(picture) for picture in _pictures(cut, sources, black))


def cut_pictures(
    cut: Cut, open_film: Callable[[str], Path], open_look: Callable[[str], Path] | None = None
) -> Iterator[Picture]:
    """The same film for an encoder: a take that fills the frame is not turned into RGB, nor are its dissolves.

    What is drawn on (titles, looks, boxes, other sizes) comes as RGB. Arguments and errors are those of `cut_frames`.
    """
    if cut.width % 2 or cut.height % 2:
        return cut_frames(cut, open_film, open_look)
    sources = _sources(cut, open_film, open_look, planes=True)
    return _pictures(cut, sources, black_planes(cut.width, cut.height))


def _sources(
    cut: Cut, open_film: Callable[[str], Path], open_look: Callable[[str], Path] | None, *, planes: bool
) -> Sources:
    check_cut(cut)  # 1
    for track in cut.tracks:
        for item in track.items:
            check_titles(item, cut.width, cut.height)
    films = {digest: _film_path(clip, open_film) for digest, clip in _films(cut).items()}
    return Sources(width=cut.width, height=cut.height, films=films, looks=Looks(cut, open_look), planes=planes)


def _pictures(cut: Cut, sources: Sources, black: Picture) -> Iterator[Picture]:
    tracks = [track for track in cut.tracks if track.kind == "video"]
    with ExitStack() as stack:
        shown = [stack.enter_context(closing(track_frames(track, sources))) for track in tracks]
        endless = [_then_nothing(frames, track.num_frames) for frames, track in zip(shown, tracks, strict=True)]
        before: list[Shown] = []
        picture = black
        for _ in range(cut.num_frames):
            now = [next(layers) for layers in endless]
            if not before or not all(map(_same, before, now)):  # a still title is laid once
                picture = black
                for layers in now:  # 2, 3
                    picture = lay(picture, layers)
            before = now
            yield picture


def _same(one: Shown, other: Shown) -> bool:
    return one.layer is other.layer and one.other is other.other and one.share == other.share


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

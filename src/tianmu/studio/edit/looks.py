"""The looks of a cut: each colour table is read once, and a few are kept ready."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

from tianmu.core.errors import InputError, MediaError, TianmuError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut
from tianmu.media.lut import Look, Lut, read_cube
from tianmu.studio.edit.checks import name_of

_READY = 3
"""A 3D table that is ready takes 64 MiB; a dissolve needs two, and a split screen may need another."""


class Looks:
    """All looks that a cut names.

    Raises:
        InputError: the cut has looks, and nothing was given to open them with.
        MediaError: a look is missing or damaged; the sentence names a clip that has it.
    """

    def __init__(self, cut: Cut, open_look: Callable[[str], Path] | None) -> None:
        self._ready: OrderedDict[str, Look] = OrderedDict()
        self._tables = {
            digest: _read(clip, digest, open_look)
            for digest, clip in {
                item.look: item
                for track in cut.tracks
                if track.kind == "video"
                for item in track.items
                if isinstance(item, Clip) and item.look is not None
            }.items()
        }

    def ready(self, digest: str) -> Look:
        """The look of that digest, ready to be applied."""
        look = self._ready.pop(digest, None) or Look(self._tables[digest])
        self._ready[digest] = look
        while len(self._ready) > _READY:
            self._ready.popitem(last=False)
        return look


def _read(clip: Clip, digest: str, open_look: Callable[[str], Path] | None) -> Lut:
    if open_look is None:
        raise InputError(
            say(
                f"The clip of {name_of(clip)} has the look {digest[:12]}, and nothing was given to open looks with.",
                f"{name_of(clip)}带有调色表 {digest[:12]}，却没有给出打开它的方法。",
            )
        )
    try:
        return read_cube(open_look(digest))
    except TianmuError as error:
        raise MediaError(
            say(
                f"The look {digest[:12]} of {name_of(clip)} cannot be used: {error.message}",
                f"{name_of(clip)}的调色表 {digest[:12]} 无法使用：{error.message}",
            )
        ) from error

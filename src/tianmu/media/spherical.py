"""Spherical pictures: what tells a player that an MP4's frames go all around the viewer.

    write_spherical(path)    the boxes of Spherical Video V2 (`st3d`, `sv3d`), and the XML of V1 for older players
    read_spherical(path)     what a file says of it

Both specifications are Google's, "Spherical Video RFC" and "Spherical Video V2 RFC". The boxes stand in the index of
the film, which grows by them; where it lies before the pictures, every place that it names moves along.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from tianmu.core.errors import MediaError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say

_UUID = bytes.fromhex("ffcc8263f8554a938814587a02521fdd")
"""Of the box that holds the XML of V1."""
_XML = (
    '<?xml version="1.0"?><rdf:SphericalVideo xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:GSpherical="http://ns.google.com/videos/1.0/spherical/">'
    "<GSpherical:Spherical>true</GSpherical:Spherical><GSpherical:Stitched>true</GSpherical:Stitched>"
    "<GSpherical:StitchingSoftware>{software}</GSpherical:StitchingSoftware>"
    "<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType></rdf:SphericalVideo>"
)
_SOFTWARE = "Tianmu"
_PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_VIDEO_ENTRY = 78
"""Bytes of a video sample entry before its boxes (ISO 14496-12, 12.1.3)."""
_MOST_INDEX = 1 << 28
_SMALL = (1 << 32) - 1


@dataclass(frozen=True, kw_only=True)
class Spherical:
    """What a film says of how its frames lie around the viewer."""

    projection: str
    """`equirectangular`, or four letters of another."""
    stereo: str = "mono"
    yaw: float = 0.0
    """Degrees, as `pitch` and `roll`."""
    pitch: float = 0.0
    roll: float = 0.0
    in_xml: bool = False
    """Whether the XML of V1 says that it is equirectangular too."""


_STEREO = ("mono", "top-bottom", "left-right")


def write_spherical(path: Path, *, software: str = _SOFTWARE) -> None:
    """Say in an MP4, in its place, that its pictures are equirectangular, mono, with the front in their middle.

    Raises:
        MediaError: it is no MP4 with one index and one track of pictures, or says already how it lies on a sphere.
        OutputError: the place cannot be written, or the disk is full.
    """
    with path.open("rb") as source:
        top = list(_top(source, path))
        index = [box for box in top if box.kind == b"moov"]
        if len(index) != 1 or any(box.kind == b"moof" for box in top) or index[0].size > _MOST_INDEX:
            raise _unfit(path)
        moov = index[0]
        source.seek(moov.start)
        in_front = any(box.kind == b"mdat" and box.start > moov.start for box in top)
        with _whole(path):
            tree = _parse(source.read(moov.size), path)[0]
            _mark(tree, software.encode(), path)
            data = _grown(tree, moov, in_front=in_front)
        with whole_file(path) as part, writing(path), part.open("wb") as target:
            source.seek(0)
            _copy(source, target, moov.start)
            target.write(data)
            source.seek(moov.start + moov.size)
            shutil.copyfileobj(source, target, 1 << 20)


def read_spherical(path: Path) -> Spherical | None:
    """How the pictures of an MP4 lie around the viewer; None where it does not say.

    Raises:
        MediaError: it is no MP4, or its boxes are broken.
    """
    with path.open("rb") as source:
        index = next((box for box in _top(source, path) if box.kind == b"moov"), None)
        if index is None or index.size > _MOST_INDEX:
            raise _unfit(path)
        source.seek(index.start)
        data = source.read(index.size)
    with _whole(path):
        for track in _parse(data, path)[0].all(b"trak"):
            entry = _video_entry(track)
            if entry is None:
                continue
            boxes = {box.kind: box for box in _parse(entry.data[8 + _VIDEO_ENTRY :], path, flat=True)}
            xml = b"".join(box.data[24:] for box in track.all(b"uuid") if box.data[8:24] == _UUID)
            in_xml = b"<GSpherical:ProjectionType>equirectangular<" in xml
            if b"sv3d" in boxes:
                return _read(boxes, path, in_xml=in_xml)
            if in_xml:
                return Spherical(projection="equirectangular", in_xml=True)
    return None


@contextmanager
def _whole(path: Path) -> Generator[None]:
    """Boxes that are shorter than they say."""
    try:
        yield
    except struct.error as error:
        raise _unfit(path) from error


@dataclass
class _Box:
    """A box with its head in `data`, or with boxes in it."""

    kind: bytes
    data: bytes = b""
    inside: list[_Box] | None = None

    @property
    def bytes(self) -> bytes:
        """As it is written."""
        if self.inside is None:
            return self.data
        return _box(self.kind, b"".join(box.bytes for box in self.inside))

    def all(self, kind: bytes) -> list[_Box]:
        """The boxes of a kind directly in it."""
        return [box for box in self.inside or () if box.kind == kind]

    def every(self, kind: bytes) -> Iterator[_Box]:
        """The boxes of a kind anywhere in it."""
        for box in self.inside or ():
            if box.kind == kind:
                yield box
            yield from box.every(kind)

    def at(self, *kinds: bytes) -> _Box | None:
        """The first box at the end of a way of kinds."""
        found: _Box | None = self
        for kind in kinds:
            found = next(iter(found.all(kind)), None) if found else None
        return found


@dataclass(frozen=True)
class _Place:
    """Where a box of the file lies."""

    kind: bytes
    start: int
    size: int


def _top(source: BinaryIO, path: Path) -> Iterator[_Place]:
    end, at = source.seek(0, 2), 0
    while at < end:
        source.seek(at)
        head = source.read(16)
        size, kind = _head(head, end - at, path)
        yield _Place(kind, at, size)
        at += size


def _head(head: bytes, room: int, path: Path) -> tuple[int, bytes]:
    if len(head) < 8:
        raise _unfit(path)
    size, least = int.from_bytes(head[:4], "big"), 8
    if size == 1:
        size, least = int.from_bytes(head[8:16], "big"), 16
    size = size or room
    if not least <= size <= room:
        raise _unfit(path)
    return size, head[4:8]


def _parse(data: bytes, path: Path, *, flat: bool = False) -> list[_Box]:
    """The boxes of some bytes; those that hold boxes are opened unless `flat`."""
    boxes: list[_Box] = []
    at = 0
    while at < len(data):
        size, kind = _head(data[at : at + 16], len(data) - at, path)
        long = data[at : at + 4] == b"\0\0\0\1"
        if kind in _PARENTS and not flat:
            inside = _parse(data[at + (16 if long else 8) : at + size], path)
            boxes.append(_Box(kind, inside=inside))
        else:
            boxes.append(_Box(kind, data[at : at + size]))
        at += size
    return boxes


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _full(kind: bytes, content: bytes) -> bytes:
    """A box with a version and flags of zero."""
    return _box(kind, bytes(4) + content)


def _video_entry(track: _Box) -> _Box | None:
    """The one sample entry of a track of pictures, with its head."""
    handler, description = track.at(b"mdia", b"hdlr"), track.at(b"mdia", b"minf", b"stbl", b"stsd")
    if handler is None or description is None or handler.data[16:20] != b"vide" or len(description.data) < 24:
        return None
    (count,) = struct.unpack(">I", description.data[12:16])
    return _Box(description.data[20:24], description.data[16:]) if count == 1 else None


def _mark(tree: _Box, software: bytes, path: Path) -> None:
    """Put the boxes into the track of pictures."""
    tracks = [(track, entry) for track in tree.all(b"trak") if (entry := _video_entry(track)) is not None]
    if len(tracks) != 1:
        raise _unfit(path)
    track, entry = tracks[0]
    known = [box.kind for box in _parse(entry.data[8 + _VIDEO_ENTRY :], path, flat=True)]
    if b"sv3d" in known or b"st3d" in known or any(box.data[8:24] == _UUID for box in track.all(b"uuid")):
        raise MediaError(
            say(f"{path} says already how it lies around the viewer.", f"{path} 已写明其画面如何环绕观众。")
        )
    front = struct.pack(">iii", 0, 0, 0)  # yaw, pitch, roll, in degrees of 16.16
    whole = struct.pack(">IIII", 0, 0, 0, 0)  # what is missing at the top, bottom, left and right
    projection = _box(b"proj", _full(b"prhd", front) + _full(b"equi", whole))
    sphere = _full(b"st3d", b"\0") + _box(b"sv3d", _full(b"svhd", software + b"\0") + projection)
    description = track.at(b"mdia", b"minf", b"stbl", b"stsd")
    assert description is not None, "its entry was found"
    described = _box(entry.kind, entry.data[8:] + sphere)
    description.data = _box(b"stsd", description.data[8:16] + described)
    assert track.inside is not None, "a track holds boxes"
    xml = _XML.format(software=software.decode()).encode()
    track.inside.append(_Box(b"uuid", _box(b"uuid", _UUID + xml)))


def _grown(tree: _Box, moov: _Place, *, in_front: bool) -> bytes:
    """The index as it is written, with what lies behind it moved by as much as it has grown."""
    if in_front:
        longest = len(tree.bytes) - moov.size
        longest += sum(len(box.data) for box in tree.every(b"stco"))  # were they all to grow
        for box in list(tree.every(b"stco")):
            places = _offsets(box)
            if max(places, default=0) + longest > _SMALL:
                box.kind = b"co64"
                box.data = _full(b"co64", struct.pack(f">I{len(places)}Q", len(places), *places))
        by = len(tree.bytes) - moov.size
        for box in [*tree.every(b"stco"), *tree.every(b"co64")]:
            _move(box, lambda offset: offset + by if offset >= moov.start else offset)
    return tree.bytes


def _offsets(box: _Box) -> tuple[int, ...]:
    (count,) = struct.unpack(">I", box.data[12:16])
    return struct.unpack_from(f">{count}{'I' if box.kind == b'stco' else 'Q'}", box.data, 16)


def _move(box: _Box, moved: Callable[[int], int]) -> None:
    offsets = tuple(map(moved, _offsets(box)))
    letter = "I" if box.kind == b"stco" else "Q"
    box.data = box.data[:16] + struct.pack(f">{len(offsets)}{letter}", *offsets)


def _read(boxes: dict[bytes, _Box], path: Path, *, in_xml: bool) -> Spherical:
    inside = {box.kind: box.data for box in _parse(boxes[b"sv3d"].data[8:], path, flat=True)}
    projected = {box.kind: box.data for box in _parse(inside.get(b"proj", b"")[8:], path, flat=True)}
    named = next((kind for kind in projected if kind != b"prhd"), None)
    if named is None or len(projected.get(b"prhd", b"")) < 24:
        raise _unfit(path)
    yaw, pitch, roll = (angle / 65536 for angle in struct.unpack_from(">iii", projected[b"prhd"], 12))
    stereo = boxes[b"st3d"].data[12] if b"st3d" in boxes and len(boxes[b"st3d"].data) > 12 else 0
    return Spherical(
        projection="equirectangular" if named == b"equi" else named.decode("latin-1"),
        stereo=_STEREO[stereo] if stereo < len(_STEREO) else str(stereo),
        yaw=yaw,
        pitch=pitch,
        roll=roll,
        in_xml=in_xml,
    )


def _copy(source: BinaryIO, target: BinaryIO, count: int) -> None:
    while count > 0 and (block := source.read(min(count, 1 << 20))):
        target.write(block)
        count -= len(block)


def _unfit(path: Path) -> MediaError:
    return MediaError(
        say(
            f"{path} is no MP4 with one index and one track of pictures; write the film again.",
            f"{path} 不是带有一个索引和一条画面轨的 MP4；请重新写出影片。",
        )
    )

"""A cut: takes put in order, with their joins, titles and looks, as frames at one rate.

Every time is a whole number of frames at the cut's rate. Tracks lie over each other, the first at the bottom; the
items of a track follow each other without gaps (a Gap is black on the first track, and clear on those above it).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, ClassVar, Literal

from opentimelineio.opentime import RationalTime

from tianmu.film.time import frames_time


@dataclass(frozen=True, kw_only=True)
class Box:
    """A part of the frame, in fractions of its width and height from the top left corner."""

    left: Fraction = Fraction(0)
    top: Fraction = Fraction(0)
    width: Fraction = Fraction(1)
    height: Fraction = Fraction(1)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A piece of a take."""

    slate: str
    take: str
    """The take's id."""
    film: str
    """Digest of the take's film in the store's media."""
    start: int
    """The first frame that is used, in the take's own frames: more than 0 where there is a handle."""
    num_frames: int
    """Of the cut, that it lasts."""
    available: int
    """Frames that the take has at all: what lies beyond `start` and the end is handle."""
    speed: Fraction = Fraction(1)
    """2 is twice as fast; negative plays backwards from the last frame used."""
    look: str | None = None
    """Digest of a .cube table in the store's media."""
    box: Box = Box()
    """Where in the frame it is shown: the whole of it, or a picture in the picture."""
    kind: Literal["clip"] = "clip"


@dataclass(frozen=True, kw_only=True)
class TitleLine:
    """One line of a title."""

    text: str
    role: Literal["title", "subtitle", "heading", "body"] = "body"


@dataclass(frozen=True, kw_only=True)
class Title:
    """Words on black, or over the tracks below: a title, a card between scenes, end credits."""

    lines: tuple[TitleLine, ...]
    num_frames: int
    style: Literal["card", "lower_third", "credits"] = "card"
    """Credits roll from below; a lower third stands over the picture."""
    kind: Literal["title"] = "title"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Nothing, for a while."""

    num_frames: int
    kind: Literal["gap"] = "gap"


@dataclass(frozen=True, kw_only=True)
class Dialogue:
    """A line that is spoken: its place in time, for the voice and the subtitle."""

    character: str
    asset: str | None
    text: str
    parenthetical: str = ""
    num_frames: int
    kind: Literal["dialogue"] = "dialogue"


@dataclass(frozen=True, kw_only=True)
class Join:
    """How an item begins, over the end of the one before it on its track.

    A dissolve takes half of its frames (the smaller half) from the handle after the item before it, and the rest from
    the handle before this item; the cut point stays where it was. `fade` goes through black, and needs no handle; it
    is also how the first item fades in and, with `at` the number of items, how the last fades out.
    """

    at: int
    """The index of the item in its track that begins so."""
    style: Literal["dissolve", "fade"]
    num_frames: int


Item = Clip | Title | Gap | Dialogue


@dataclass(frozen=True, kw_only=True)
class Track:
    """Items one after the other."""

    name: str
    kind: Literal["video", "audio"] = "video"
    items: tuple[Item, ...] = ()
    joins: tuple[Join, ...] = ()
    """Only where an item does not begin with a plain cut, in the order of their places."""

    @property
    def num_frames(self) -> int:
        """Of all its items."""
        return sum(item.num_frames for item in self.items)


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A film as it is put together."""

    SCHEMA: ClassVar[str] = "tianmu.cut.1"

    name: str
    fps: Fraction
    width: int
    height: int
    tracks: tuple[Track, ...] = ()

    @property
    def num_frames(self) -> int:
        """Of the longest picture track."""
        return max((track.num_frames for track in self.tracks if track.kind == "video"), default=0)

    @property
    def duration(self) -> RationalTime:
        """Its length."""
        return frames_time(self.num_frames, self.fps)


@dataclass(frozen=True, kw_only=True)
class Print:
    """A cut as a file, and what it was made from."""

    SCHEMA: ClassVar[str] = "tianmu.print.1"

    inputs: str
    """Digest of everything that decides it: script, assets, decisions, settings, engine."""
    cut: str
    """Digest of the cut."""
    film: str
    """Digest of the file in the store's media, signature and all."""
    encoded: str = ""
    """Digest of the file before it was signed: the same cut gives the same."""
    seconds_taken: float
    """Of the cutting."""
    joules: float | None = None
    """Energy of the cutting, as estimated; None where nothing was, as with the two below."""
    carbon_kg: float | None = None
    """Of CO2-equivalent."""
    energy_method: str | None = None
    loudness: float | None = None
    """LUFS of its sound, as measured; None for a silent film, as with the peak."""
    peak: float | None = None
    """dBTP."""
    notes: tuple[str, ...] = ()
    """What a person should know of its sound and subtitles."""
    verdict: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Of its pictures as they are cut, as `governance.review.Verdict.as_row` writes it; empty where nobody looked."""
    review: tuple[str, ...] = ()
    """What a person should know of that."""

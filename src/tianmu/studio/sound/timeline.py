"""Where the shots and the scenes of a cut lie, in frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tianmu.film.cut import Clip, Cut, Dialogue, Title
from tianmu.film.shot import Shot


@dataclass(frozen=True)
class Placed:
    """A shot in its place on the first picture track."""

    shot: Shot
    start: int
    num_frames: int

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.start + self.num_frames


@dataclass(frozen=True)
class Stretch:
    """Shots of one scene that follow each other."""

    scene: str
    shots: tuple[Placed, ...]

    @property
    def start(self) -> int:
        """Its first frame."""
        return self.shots[0].start

    @property
    def end(self) -> int:
        """The first frame after it."""
        return self.shots[-1].end

    @property
    def num_frames(self) -> int:
        """How long it lasts."""
        return self.end - self.start


@dataclass(frozen=True)
class Said:
    """A line of the cut in its place."""

    track: str
    index: int
    line: Dialogue
    start: int


def place_shots(cut: Cut, shots: Sequence[Shot]) -> tuple[Placed, ...]:
    """The shots of the first picture track; clips of which no shot is known are left out."""
    by_slate = {shot.slate: shot for shot in shots}
    placed: list[Placed] = []
    at = 0
    for item in cut.tracks[0].items if cut.tracks else ():
        if isinstance(item, Clip) and item.slate in by_slate:
            placed.append(Placed(by_slate[item.slate], at, item.num_frames))
        at += item.num_frames
    return tuple(placed)


def stretches(placed: Sequence[Placed]) -> tuple[Stretch, ...]:
    """Shots put together by scene, as long as they follow each other without a hole."""
    groups: list[list[Placed]] = []
    for each in placed:
        if groups and groups[-1][-1].shot.scene == each.shot.scene and groups[-1][-1].end == each.start:
            groups[-1].append(each)
        else:
            groups.append([each])
    return tuple(Stretch(group[0].shot.scene, tuple(group)) for group in groups)


def titles(cut: Cut) -> tuple[tuple[int, Title], ...]:
    """The titles of the first picture track with their first frames."""
    found: list[tuple[int, Title]] = []
    at = 0
    for item in cut.tracks[0].items if cut.tracks else ():
        if isinstance(item, Title):
            found.append((at, item))
        at += item.num_frames
    return tuple(found)


def lines_of(cut: Cut) -> tuple[Said, ...]:
    """Every line of dialogue, in the order in which they begin."""
    found: list[Said] = []
    for track in cut.tracks:
        at = 0
        for index, item in enumerate(track.items):
            if isinstance(item, Dialogue):
                found.append(Said(track.name, index, item, at))
            at += item.num_frames
    return tuple(sorted(found, key=lambda said: (said.start, said.track)))

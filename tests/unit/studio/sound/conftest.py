"""A small film to listen to."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Item, Title, TitleLine, Track
from tianmu.film.shot import Performer, Shot, SpokenLine

FPS = Fraction(24)


def character(id: str, name: str, en: str, *, subject: str = "robot", voice: str | None = None) -> Asset:
    version = AssetVersion(number=1, words=en, en=en, subject=subject, voice=voice)
    return Asset(id=id, kind="character", name=name, versions=(version,))


def place(id: str, setting: str) -> Asset:
    return Asset(id=id, kind="set", name=id, versions=(AssetVersion(number=1, words=setting, setting=setting),))


def shot(slate: str, scene: str, seconds: int, **more: object) -> Shot:
    return Shot(prompt="a shot", slate=slate, scene=scene, seconds=Fraction(seconds), **more)  # type: ignore[arg-type]


def cut_of(shots: list[Shot], lines: list[tuple[int, int, str]], *, title: int = 24, fps: Fraction = FPS) -> Cut:
    """A cut of shots, with lines of (first frame, frames, text)."""
    clips: list[Item] = [Title(lines=(TitleLine(text="Tides"),), num_frames=title)]
    for each in shots:
        frames = round(each.seconds * fps)
        clips.append(Clip(slate=each.slate, take="take", film="film", start=0, num_frames=frames, available=frames))
    spoken: list[Item] = []
    at = 0
    for start, frames, text in lines:
        if start > at:
            spoken.append(Gap(num_frames=start - at))
        spoken.append(Dialogue(character="MARA", asset="character-mara", text=text, num_frames=frames))
        at = start + frames
    tracks = [Track(name="V1", items=tuple(clips))]
    if spoken:
        tracks.append(Track(name="A1", kind="audio", items=tuple(spoken)))
    return Cut(name="Tides", fps=fps, width=64, height=36, tracks=tuple(tracks))


@pytest.fixture
def assets() -> Mapping[str, Asset]:
    found = (character("character-mara", "MARA", "an old woman"), place("set-shore", "sea"), place("set-hut", "room"))
    return {asset.id: asset for asset in found}


@pytest.fixture
def shots() -> list[Shot]:
    hello = SpokenLine(character="MARA", text="Hi", seconds=Fraction(1))
    walker = Performer(asset="character-mara", action="walks")
    return [
        shot("1A", "1", 4, set="set-shore", time="night", weather="rain", performers=(walker,), action="Mara walks."),
        shot("1B", "1", 3, set="set-shore", time="night", weather="rain", action="Thunder. No bell rings."),
        shot(
            "2A",
            "2",
            5,
            set="set-hut",
            time="night",
            lines=(hello,),
        ),
    ]

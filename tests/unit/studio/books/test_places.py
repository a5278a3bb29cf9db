"""Where actors stand: as the scene that was understood is drawn, and nowhere where an engine says nothing of one."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

from tianmu.studio.books.album import telling
from tianmu.studio.books.lettering import seen_through, window_of
from tianmu.studio.books.panels import Rect
from tianmu.studio.books.places import Places, Region
from tianmu.studio.books.script import shots_by_slate
from tianmu.studio.edition import Edition
from tianmu.studio.recipe import Recipe
from tianmu.world.scene import Actor, Scene


def test_a_fox_that_walks_is_where_it_walks(edition: Edition) -> None:
    shot = next(
        shot
        for shot in shots_by_slate(edition).values()
        if any(performer.action == "walks" for performer in shot.performers)
    )
    take = next(take for take in edition.takes.values() if take.slate == shot.slate)
    recipe = Recipe.from_json(edition.project.media.read(take.recipe).decode())
    assert Places(take, recipe, shot, edition.plan.assets).at(0) == {}  # the fake engine understands no words
    walks = Actor(subject="fox", action="walks", direction=shot.performers[0].direction)
    scene = Scene(setting="snowfield", actors=(walks,), seed=shot.seed)
    known = replace(recipe, understood={"scene": asdict(scene)})
    places = Places(take, known, shot, edition.plan.assets)
    walker = shot.performers[0]
    first, last = places.at(0)[walker.asset], places.at(take.num_frames - 1)[walker.asset]
    way = last.centre[0] - first.centre[0]
    assert way > 0.05 if walker.direction == "right" else way < -0.05
    assert abs(first.centre[1] - last.centre[1]) < 0.15
    broken = replace(recipe, understood={"scene": {"setting": "nowhere"}})
    assert Places(take, broken, shot, edition.plan.assets).at(0) == {}


def test_a_frame_that_shows_somebody_whole_tells_more() -> None:
    noise = np.random.default_rng(0).integers(0, 255, (36, 64, 3), dtype=np.uint8)
    flat = np.full((36, 64, 3), 90, dtype=np.uint8)
    whole = {"fox": Region(left=0.4, top=0.3, right=0.7, bottom=0.8)}
    half = {"fox": Region(left=0.8, top=0.3, right=1.0, bottom=0.8)}
    assert telling(flat, whole, 0.5) > telling(flat, half, 0.5) > telling(flat, {}, 0.5)
    assert telling(noise, {}, 0.5) > telling(flat, {}, 0.5)


def test_a_window_keeps_who_is_seen() -> None:
    region = Region(left=0.75, top=0.4, right=0.95, bottom=0.9)
    window = window_of(1600, 900, 1.0, [region])
    assert (window.width, window.height) == (900, 900)
    assert window.right == 1600
    seen = seen_through(region, window, 1600, 900, 300, 300)
    assert Rect(left=0, top=0, width=300, height=300).holds(seen)
    assert (seen.left, seen.right) == (167, 273)
    wide = window_of(1600, 900, 3.2, [region])
    assert (wide.width, wide.height) == (1600, 500)
    assert wide.top <= 0.4 * 900

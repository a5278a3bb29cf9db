"""A shot in another frame: nobody is left out, nobody hides another more than in 16:9, and what changed is said."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from tianmu.engines.protocol import Condition, ShotRequest
from tianmu.engines.reading import understand
from tianmu.engines.restaging import HIDDEN, SEEN, WORSE, Restaging, hidden, restage, seen
from tianmu.film.time import frames_time
from tianmu.world.captions import long_caption
from tianmu.world.parser import parse
from tianmu.world.scene import RELATIONS, Actor, Scene

HOME = 16 / 9
DRAWN = {"16:9": 112 / 64, "9:16": 64 / 112, "1:1": 1.0, "4:5": 64 / 80, "4:3": 80 / 64, "2.39:1": 112 / 48}
"""Width over height, as the native model draws them."""
PAIRS = (("fox", "rabbit"), ("astronaut", "robot"), ("dog", "horse"))


def staged(scene: Scene | str, aspect: str, *, num_frames: int = 90, **changes: object) -> Restaging:
    words = scene if isinstance(scene, str) else long_caption(scene)
    request = ShotRequest(prompt=words, num_frames=num_frames, fps=Fraction(24), width=64, height=64, seed=3)
    request = replace(request, **changes)  # pyright: ignore[reportArgumentType]
    return restage(understand(request), request, DRAWN[aspect])


def two(subjects: tuple[str, str], relation: str | None) -> Scene:
    action, way = {"follows": ("walks", "right"), "meets": ("walks", "left")}.get(relation or "", ("stands", "left"))
    actors = Actor(subject=subjects[0], action=action), Actor(subject=subjects[1], action=action, direction=way)
    return Scene(setting="meadow", actors=actors, relation=relation)


@pytest.mark.parametrize(("aspect", "relation"), list(product(DRAWN, RELATIONS)))
def test_nobody_is_left_out_and_nobody_is_hidden_by_the_frame(aspect: str, relation: str) -> None:
    for pair in PAIRS:
        scene = two(pair, relation)
        found = staged(scene, aspect)
        assert sorted(actor.subject for part in found.parts for actor in part.scene.actors) == sorted(pair)
        assert sum(part.num_frames for part in found.parts) == 90
        assert max(part.num_frames for part in found.parts) - min(part.num_frames for part in found.parts) <= 1
        allowed = max(HIDDEN, hidden(scene, HOME, 3.75) + WORSE)
        assert all(hidden(part.scene, DRAWN[aspect], 3.75) <= allowed for part in found.parts)
        assert all(part.caption == long_caption(part.scene) for part in found.parts)
        assert all(parse(part.caption).scene == replace(part.scene, seed=0) for part in found.parts)
        as_read = [part.scene for part in found.parts] == [replace(scene, seed=3)]
        assert bool(found.notes) != as_read


@pytest.mark.parametrize(("aspect", "action"), list(product(DRAWN, ("stands", "walks", "runs", "jumps"))))
def test_one_who_is_alone_stays_in_the_frame_as_in_16_9_or_is_seen_as_wide_as_can_be(aspect: str, action: str) -> None:
    for subject, framing in product(("fox", "horse", "astronaut"), ("wide", "medium", "close")):
        scene = Scene(setting="city", framing=framing, actors=(Actor(subject=subject, action=action),))
        (part,) = staged(scene, aspect).parts
        shown, least = seen(part.scene, DRAWN[aspect], 3.75), SEEN * seen(scene, HOME, 3.75)
        assert shown >= least - 1e-6 or part.scene.framing == "wide"
        order = ("wide", "medium", "close")
        assert order.index(part.scene.framing) <= order.index(framing), "never closer"


def test_16_9_is_as_it_was_read() -> None:
    for pair, relation in product(PAIRS, (*RELATIONS, None)):
        scene = two(pair, relation)
        found = staged(scene, "16:9")
        assert found.notes == ()
        assert [part.caption for part in found.parts] == [long_caption(scene)]


def test_what_the_model_learnt_and_a_person_chose_is_not_touched() -> None:
    words = "close shot of a horse behind a dog"
    assert staged(words, "9:16").notes
    typed = staged(words, "9:16", verbatim=True)
    assert (typed.parts[0].caption, typed.notes) == (words, ())
    import numpy as np

    picture = Condition(at=frames_time(0, Fraction(24)), frames=np.zeros((1, 8, 8, 3), np.uint8))
    assert staged(words, "9:16", conditions=(picture,)).notes == ()


def test_who_is_followed_is_seen_before_who_follows() -> None:
    found = staged("a dog runs left in a city, a cat runs left, the dog follows the cat", "9:16")
    assert [part.scene.actors[0].subject for part in found.parts] == ["cat", "dog"]
    assert all(part.scene.relation is None for part in found.parts)
    (note,) = [note for note in found.notes if "one after the other" in note]
    assert "the cat and the dog" in note


def test_a_shot_too_short_for_a_sequence_shows_them_together() -> None:
    words = "a fox stands facing right and a rabbit stands facing left in a meadow, the fox left of the rabbit"
    assert len(staged(words, "9:16", num_frames=48).parts) == 2
    (part,) = staged(words, "9:16", num_frames=47).parts
    assert len(part.scene.actors) == 2
    assert part.scene.framing == "wide"


def test_one_behind_another_stands_beside_them_where_there_is_room() -> None:
    found = staged("a robot is behind a dog in a desert", "1:1")
    (part,) = found.parts
    assert part.scene.relation == "left_of"
    assert [actor.subject for actor in part.scene.actors] == ["robot", "dog"]
    assert any("side by side" in note for note in found.notes)
    assert len(staged("a robot is behind a dog in a desert", "9:16").parts) == 2


def test_the_facts_keep_what_was_read_and_what_was_drawn() -> None:
    request = ShotRequest(
        prompt="close shot of a horse in a meadow", num_frames=48, fps=Fraction(24), width=64, height=112, seed=3
    )
    read = understand(request)
    facts = restage(read, request, DRAWN["9:16"]).facts(read)
    assert facts["restaged"]["read"] == read.caption != facts["caption"]
    assert facts["scene"]["framing"] == "wide"
    assert restage(read, request, HOME).facts(read) == read.facts

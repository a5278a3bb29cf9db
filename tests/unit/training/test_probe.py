"""The probe and the tracker: their batches, what mirroring does to a label, and what their files refuse."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from tianmu.core.errors import CheckpointError
from tianmu.model.codec import Codec, CodecConfig
from tianmu.training.probe import (
    FACTS,
    Probe,
    ProbeRecipe,
    ProbeTask,
    fact_of,
    load_probe,
    look,
    render_look,
    save_probe,
    train_probe,
)
from tianmu.training.tracker import (
    Tracker,
    TrackerTask,
    follow,
    load_tracker,
    save_tracker,
    train_tracker,
)
from tianmu.world.render import render_clip
from tianmu.world.scene import Actor, Scene

RECIPE = ProbeRecipe(subjects=("fox", "car"), batch=3, shard_clips=4, max_shards=2, num_steps=4, tracker_steps=4)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


def small_codec() -> Codec:
    torch.manual_seed(0)
    return Codec(CodecConfig(channels=4, width=16, blocks=1))


def probe_task(cache: Path) -> ProbeTask:
    return ProbeTask(Probe(RECIPE.subjects), small_codec(), RECIPE, cache)


def tracker_task(cache: Path) -> TrackerTask:
    return TrackerTask(Tracker(), small_codec(), RECIPE, cache)


@pytest.mark.parametrize("make", [probe_task, tracker_task])
def test_a_batch_is_a_function_of_step_and_rank(make: type, cache: Path, tmp_path: Path) -> None:
    # The second task has no cache yet: what it renders anew is what the first one has kept.
    one, other = make(cache), make(tmp_path)
    for step, rank in ((0, 0), (1, 0), (0, 1)):
        here, there = one.batch(step, rank), other.batch(step, rank)
        assert all(torch.equal(here[name], there[name]) for name in here)
    assert not torch.equal(one.batch(0, 0)["video"], one.batch(1, 0)["video"])
    assert not torch.equal(one.batch(0, 0)["video"], one.batch(0, 1)["video"])


def test_every_second_clip_has_been_through_the_codec(cache: Path) -> None:
    task = probe_task(cache)
    clips, scenes = task.shard(0)
    assert torch.equal(clips[0], ((render_look(scenes[0]) + 1) * 127.5).round().byte())
    assert not torch.equal(clips[1], ((render_look(scenes[1]) + 1) * 127.5).round().byte())


def test_labels_are_the_scenes_facts_and_turn_with_a_mirrored_clip(cache: Path) -> None:
    task = probe_task(cache)
    scene = Scene(
        setting="desert", camera="pan_left", actors=(Actor(subject="car", action="rolls", direction="right"),)
    )
    words = task.probe.words
    for fact in FACTS:
        assert words[fact][task._label(scene, fact, False)] == fact_of(scene, fact)
    turned = {fact: words[fact][task._label(scene, fact, True)] for fact in FACTS}
    assert (turned["direction"], turned["camera"]) == ("left", "pan_right")
    assert all(turned[fact] == fact_of(scene, fact) for fact in FACTS if fact not in ("direction", "camera"))


def test_a_mirrored_actor_is_the_actor_of_the_mirrored_label() -> None:
    # What the label claims is what the renderer draws: the same place seen from the other side, the other way round.
    shape = {"num_frames": 8, "fps": 2.0, "height": 64, "width": 112}
    centres = []
    for direction in ("left", "right"):
        actor = Actor(subject="car", action="rolls", direction=direction)
        scene = Scene(setting="stage", actors=(actor,), seed=3)
        empty = Scene(setting="stage", seed=3)
        change = (render_clip(scene, **shape) - render_clip(empty, **shape)).abs().sum(0)  # type: ignore[arg-type]
        centres.append((change.sum(1) * torch.arange(112)).sum(-1) / change.sum((1, 2)))
    assert centres[0][-1] < centres[0][0] - 10
    assert centres[1][-1] > centres[1][0] + 10


def test_looking_takes_every_second_frame_at_the_probes_size() -> None:
    scene = Scene(setting="sea", actors=(Actor(subject="fox", action="walks"),), seed=1)
    clip = render_clip(scene, num_frames=32, fps=8.0, height=64, width=112)
    assert torch.allclose(look(clip[None])[0], render_look(scene), atol=1e-5)
    assert look(torch.zeros(2, 3, 32, 128, 224)).shape == (2, 3, 16, 64, 112)
    assert look(torch.zeros(1, 3, 16, 64, 64)).shape == (1, 3, 8, 64, 112)


def test_training_goes_on_and_its_probe_is_read_back(cache: Path, tmp_path: Path) -> None:
    probe = train_probe(RECIPE, small_codec(), tmp_path)
    again = load_probe(tmp_path / "probe.safetensors")
    video = look(torch.rand(2, 3, 32, 64, 112, generator=torch.Generator().manual_seed(0)) * 2 - 1)
    facts, features = again.read(video)
    assert torch.allclose(features, probe.read(video)[1], atol=0.02)
    assert features.shape == (2, 128)
    assert all(facts[0][fact] in probe.words[fact] for fact in FACTS)
    log = (tmp_path / "probe" / "log.jsonl").read_text()
    train_probe(RECIPE, small_codec(), tmp_path)
    assert (tmp_path / "probe" / "log.jsonl").read_text() == log


def test_a_probe_reads_only_the_cast_of_the_model(tmp_path: Path) -> None:
    torch.manual_seed(0)
    save_probe(tmp_path / "probe.safetensors", Probe(("fox", "car", "cat")))
    clips = torch.rand(4, 3, 4, 64, 112, generator=torch.Generator().manual_seed(0))
    for subject in ("fox", "cat"):
        facts, _ = load_probe(tmp_path / "probe.safetensors", (subject,)).read(clips)
        assert {row["subject"] for row in facts} == {subject}


def test_a_probe_that_cannot_measure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="is not there"):
        load_probe(tmp_path / "none.safetensors")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match="does not hold a probe"):
        load_probe(broken)
    with pytest.raises(CheckpointError, match="does not hold a tracker"):
        load_tracker(broken)
    save_probe(tmp_path / "probe.safetensors", Probe(("fox",)))
    with pytest.raises(CheckpointError, match="does not know car"):
        load_probe(tmp_path / "probe.safetensors", ("fox", "car"))


def test_a_track_is_the_centre_of_what_is_covered() -> None:
    cover = torch.zeros(3, 16, 28)
    cover[0, 4:8, 0:4] = 1
    cover[1, 4:8, 24:28] = 1
    track = follow(cover, 1.75)
    assert track.seen.tolist() == [True, True, False]
    assert track.x[:2].tolist() == pytest.approx([2 / 28 * 1.75 - 0.875, 26 / 28 * 1.75 - 0.875])
    assert track.y[:2].tolist() == pytest.approx([6 / 16 - 0.5] * 2)
    assert track.size[0] == pytest.approx(0.25)


def test_training_a_tracker_writes_one_that_is_read_back(tmp_path: Path) -> None:
    tracker = train_tracker(RECIPE, None, tmp_path)
    again = load_tracker(tmp_path / "tracker.safetensors")
    clip = torch.rand(3, 6, 64, 112, generator=torch.Generator().manual_seed(0)) * 2 - 1
    assert torch.allclose(again.cover(clip), tracker.cover(clip), atol=0.02)
    assert again.cover(torch.zeros(3, 4, 128, 224)).shape == (4, 16, 28)
    save_tracker(tmp_path / "again.safetensors", again)
    assert (tmp_path / "again.safetensors").read_bytes() == (tmp_path / "tracker.safetensors").read_bytes()

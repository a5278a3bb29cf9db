"""Evaluation from end to end, on a model that has learnt nothing: all files, all numbers, and that they agree."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
import torch

from tianmu.core.errors import CheckpointError, InputError
from tianmu.media.image import read_image
from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.weights import NativeModel, save_model
from tianmu.training import card
from tianmu.training.card import model_card
from tianmu.training.data import draw_scene, is_held_out
from tianmu.training.evaluate import evaluate, fixed_scenes
from tianmu.training.probe import FACTS, Probe, save_probe
from tianmu.training.recipe import MICRO_CAST
from tianmu.training.report import grid, number, table
from tianmu.training.tracker import Tracker, save_tracker
from tianmu.world.captions import long_caption, vocabulary
from tianmu.world.scene import ACTIONS, SETTINGS

CAST = ("fox", "car")
FILES = ("scores.json", "table.md", "table.txt", "sheet.png", "model-card.md")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model, a probe and a tracker that have learnt nothing."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    tokenizer = Tokenizer(vocabulary("en"))
    config = TransformerConfig(num_words=len(tokenizer), channels=4, width=32, depth=1, heads=1, text_depth=1)
    info = {
        "name": "tiny",
        "cast": list(CAST),
        "sizes": {"16:9": (32, 48)},
        "steps": 2,
        "guidance": 2.0,
        "sampler": "euler",
        "trained": {"codec": 3, "flow": 5},
    }
    model = NativeModel(
        transformer=Transformer(config),
        distilled=None,
        codec=Codec(CodecConfig(channels=4, width=16, blocks=1)),
        tokenizer=tokenizer,
        upscaler=None,
        info=info,
    )
    save_model(folder / "native.safetensors", model)
    save_probe(folder / "probe.safetensors", Probe(CAST))
    save_tracker(folder / "tracker.safetensors", Tracker())
    return folder


def measure(folder: Path, out: Path, **options: Any) -> dict[str, Any]:
    small: dict[str, Any] = {"clips": 4, "num_frames": 16, "take_seconds": 3}
    instruments: dict[str, Any] = {"probe": folder / "probe.safetensors", "tracker": folder / "tracker.safetensors"}
    return evaluate(folder / "native.safetensors", out, **{**small, **instruments, **options})


@pytest.fixture(scope="module")
def measured(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, list[float]]:
    heard: list[float] = []
    out = tmp_path_factory.mktemp("out") / "new"
    return measure(folder, out, progress=lambda part, what: heard.append(part)), out, heard


def test_every_file_is_written_and_says_the_same(measured: tuple[dict[str, Any], Path, list[float]]) -> None:
    scores, out, _ = measured
    assert sorted(path.name for path in out.iterdir()) == sorted(FILES)
    assert json.loads((out / "scores.json").read_text()) == json.loads(json.dumps(scores))
    assert (out / "table.md").read_text() == table(scores, markdown=True)
    assert (out / "table.txt").read_text() == table(scores, markdown=False)
    assert (out / "model-card.md").read_text() == model_card(scores)


def test_table_and_card_hold_the_scores(measured: tuple[dict[str, Any], Path, list[float]]) -> None:
    scores, out, _ = measured
    written, shown = (out / "model-card.md").read_text(), (out / "table.txt").read_text()
    for fact in FACTS:
        row = next(line.split() for line in shown.splitlines() if line.split()[:1] == [fact])
        expected = [scores["accuracy"][side][fact][kind] for side in ("trained", "held_out") for kind in _KINDS]
        assert row[1:] == [number(value) for value in expected]
    for line in (out / "table.md").read_text().splitlines():
        assert line.lstrip("# ") in written
    assert scores["model"]["digest"] in written
    assert "5 steps" in written
    assert "48 x 32" in written


_KINDS = ("generated", "renders", "ratio")


def test_scores_are_numbers_in_their_range(measured: tuple[dict[str, Any], Path, list[float]]) -> None:
    scores, _, heard = measured
    for side in ("trained", "held_out"):
        for found in scores["accuracy"][side].values():
            assert 0 <= found["generated"] <= 1
            assert 0 <= found["renders"] <= 1
    assert scores["frechet"]["generated"] >= 0
    assert scores["frechet"]["samples"] == 4
    assert scores["drift"]["seconds"] == [0, 1]
    assert scores["seconds_per_clip"] > 0
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_the_same_seed_gives_the_same_scores_and_another_gives_others(
    folder: Path, measured: tuple[dict[str, Any], Path, list[float]], tmp_path: Path
) -> None:
    first = {**measured[0], "seconds_per_clip": 0}
    again = {**measure(folder, tmp_path / "again"), "seconds_per_clip": 0}
    assert json.dumps(again) == json.dumps(first)
    assert (tmp_path / "again" / "sheet.png").read_bytes() == (measured[1] / "sheet.png").read_bytes()
    other = measure(folder, tmp_path / "other", seed=1)
    assert other["frechet"] != first["frechet"]


def test_the_sheet_has_a_row_for_every_fixed_prompt(measured: tuple[dict[str, Any], Path, list[float]]) -> None:
    sheet = read_image(measured[1] / "sheet.png")
    rows = len(fixed_scenes(CAST))
    assert sheet.shape[0] >= rows * 2 * 32
    assert sheet.shape[1] >= 6 * 2 * 48


def test_fixed_scenes_show_every_action_and_every_set_and_each_its_own_caption() -> None:
    scenes = fixed_scenes(MICRO_CAST)
    assert {scene.actors[0].action for scene in scenes} == set(ACTIONS)
    assert {scene.setting for scene in scenes} == set(SETTINGS)
    assert len({long_caption(scene) for scene in scenes}) == len({s.actors[0].subject for s in scenes}) == len(scenes)


@pytest.mark.parametrize("held_out", [False, True])
def test_scenes_are_drawn_from_the_side_of_the_split_that_is_asked_for(held_out: bool) -> None:
    rng = random.Random(0)
    scenes = [draw_scene(rng, MICRO_CAST, held_out=held_out, crowd=0) for _ in range(20)]
    assert all(is_held_out(scene) == held_out for scene in scenes)


def test_what_cannot_be_measured_is_refused_in_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="are not there"):
        evaluate(tmp_path / "none.safetensors", tmp_path / "out")
    broken = tmp_path / "broken.safetensors"
    broken.write_bytes((folder / "native.safetensors").read_bytes()[:2000])
    with pytest.raises(CheckpointError, match="does not hold a Tianmu model"):
        evaluate(broken, tmp_path / "out")
    with pytest.raises(InputError, match="at least 4 clips"):
        measure(folder, tmp_path / "out", clips=2)
    assert not (tmp_path / "out").exists()


def test_a_card_is_written_again_from_its_scores(
    measured: tuple[dict[str, Any], Path, list[float]], tmp_path: Path
) -> None:
    card.main([str(measured[1] / "scores.json"), str(tmp_path / "card.md")])
    assert (tmp_path / "card.md").read_text() == (measured[1] / "model-card.md").read_text()
    with pytest.raises(InputError, match="does not hold scores"):
        card.main([str(measured[1] / "table.md"), str(tmp_path / "card.md")])


def test_a_card_says_what_was_not_reached(measured: tuple[dict[str, Any], Path, list[float]]) -> None:
    scores = json.loads(json.dumps(measured[0]))
    for side in ("trained", "held_out"):
        for found in scores["accuracy"][side].values():
            found |= {"generated": 1.0, "renders": 1.0, "ratio": 1.0}
    assert "All wanted scores are reached" in model_card(scores)
    scores["accuracy"]["trained"]["camera"]["ratio"] = 0.5
    assert "camera 0.50 (wanted: 0.90)" in model_card(scores)


def test_a_grid_is_markdown_or_plain() -> None:
    rows = [["a", "b"], ["long", "1"]]
    assert grid("T", rows, markdown=True) == "## T\n\n| a    | b |\n|------|--:|\n| long | 1 |\n"
    assert grid("T", rows, markdown=False) == "T\n  a     b\n  long  1\n"

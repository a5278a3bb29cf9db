"""The weights that ship, end to end: a sentence becomes a film, its words decide the picture, its recipe repeats it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tianmu.media.digest import file_sha256
from tianmu.media.video import read_video
from tianmu.model.generate import generate, native_model
from tianmu.model.weights import default_path
from tianmu.studio.recipe import read_recipe
from tianmu.world.captions import long_caption
from tianmu.world.scene import Actor, Scene

pytestmark = pytest.mark.eyes


def _tianmu(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tianmu", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)


def _drawn(scene: Scene, seed: int = 0) -> np.ndarray:
    return generate(long_caption(scene), num_frames=8, height=64, width=64, seed=seed, upscale=False)


def test_a_sentence_becomes_a_film_and_its_recipe_makes_it_again(tmp_path: Path) -> None:
    prompt = "a red fox walks across a snowfield at dusk, slow pan left"
    made = _tianmu(tmp_path, "shot", prompt, "-o", "fox.mp4", "--seconds", "1", "--seed", "3", "--json")
    assert made.returncode == 0, made.stderr
    report = json.loads(made.stdout)
    info, frames = read_video(tmp_path / "fox.mp4")
    assert len(list(frames)) == info.num_frames == 24
    recipe = json.loads((tmp_path / "fox.mp4.recipe.json").read_text())
    text = json.dumps([report, recipe])
    assert file_sha256(default_path()) in text
    assert "a fox walks right in a snowfield, dusk" in text
    again = _tianmu(tmp_path, "repeat", "fox.mp4.recipe.json", "-o", "again.mp4")
    assert again.returncode == 0, again.stderr
    first, second = (read_recipe(tmp_path / f"{name}.mp4.recipe.json") for name in ("fox", "again"))
    assert first.encoded_sha256 == second.encoded_sha256


def test_the_picture_follows_the_words() -> None:
    """Light, ground and sky are where the words put them, for several seeds; a caption that is not read fails this."""
    fox = (Actor(subject="fox"),)
    for seed in range(3):
        noon, night = (
            _drawn(Scene(setting="meadow", time=time, actors=fox), seed).mean() for time in ("noon", "night")
        )
        assert noon > night + 40
        snow = _drawn(Scene(setting="snowfield", actors=fox), seed)[:, 48:].mean((0, 1, 2))
        grass = _drawn(Scene(setting="meadow", actors=fox), seed)[:, 48:].mean((0, 1, 2))
        assert snow[2] > grass[2] + 40  # blue: white ground has it, grass has not
        stage = _drawn(Scene(setting="stage", actors=fox), seed)[:, 8:32].mean((0, 1, 2))
        assert stage[0] > stage[1] + 40  # a red curtain


def test_an_opening_picture_is_kept() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[:32], picture[32:] = (90, 160, 240), (80, 170, 60)
    frames = generate("a fox walks", num_frames=8, height=64, width=64, seed=1, upscale=False, first_frame=picture)
    assert np.abs(frames[0].astype(int) - picture).mean() < 12


def test_the_model_card_and_the_weights_agree() -> None:
    model = native_model()
    assert {"name", "cast", "sizes", "few_steps"} <= model.info.keys()
    assert model.info["trained"]["flow"] > 0
    card = Path(__file__).parents[2] / "docs" / "model-card.md"
    assert model.digest[:12] in card.read_text(), "evaluate these weights, and write their card"
    assert default_path().stat().st_size <= 60 * 2**20


@pytest.mark.parametrize("aspect", ["16:9", "9:16", "1:1", "4:3", "2.39:1"])
def test_every_aspect_and_a_still_come_from_one_checkpoint(aspect: str) -> None:
    height, width = native_model().info["sizes"][aspect]
    still = generate("a fox stands in a meadow", num_frames=1, height=height, width=width, seed=2)
    assert still.shape == (1, 2 * height, 2 * width, 3)
    assert still.std() > 10

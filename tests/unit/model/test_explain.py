"""Looking inside changes nothing; a word that is masked out has no part in the film."""

from typing import Any

import numpy as np
import pytest
import torch

from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.explain import KNOCKED_STEPS, generate_without, look_inside
from tianmu.model.generate import generate
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.weights import NativeModel

INFO = {"steps": 3, "guidance": 2.0, "sampler": "dpmpp_2m", "few_steps": 2, "sizes": {"1:1": [32, 32]}, "cast": []}
SETTINGS: dict[str, Any] = {"num_frames": 8, "height": 32, "width": 48, "seed": 5}


@pytest.fixture(scope="module")
def model() -> NativeModel:
    torch.manual_seed(0)
    tokenizer = Tokenizer(["a", "fox", "dog"])
    config = TransformerConfig(num_words=len(tokenizer), channels=4, width=32, depth=2, heads=2, text_depth=1)
    networks = [Transformer(config).eval() for _ in range(2)]
    for network in networks:
        torch.nn.init.normal_(network.outward.weight, std=0.3)
    codec = Codec(CodecConfig(channels=4, width=16, blocks=1)).eval()
    return NativeModel(
        transformer=networks[0], distilled=networks[1], codec=codec, tokenizer=tokenizer, upscaler=None, info=INFO
    )


@pytest.mark.parametrize("guidance", [None, 2.0])
def test_looking_changes_nothing(model: NativeModel, guidance: float | None) -> None:
    settings = SETTINGS | {"guidance_scale": guidance}
    inside = look_inside("a fox", model=model, groups=[(0,), (1,), ()], **settings)
    assert np.array_equal(inside.frames, generate("a fox", model=model, **settings))  # type: ignore[arg-type]
    assert inside.words == ("a", "fox")
    steps = 2 if guidance is None else 3
    assert inside.looked.shape == inside.took.shape == (steps, 2, 2, 2, 2, 3)
    assert inside.looked.min() > 0
    assert inside.looked.sum(2).max() < 1  # the rest of a patch's attention goes to patches
    assert inside.knocked.shape == (KNOCKED_STEPS, 3, 2, 2, 3)
    assert inside.knocked[:, :2].min() > 0
    assert inside.knocked[:, 2].max() < 1e-5  # nothing was knocked out; a batch of two rounds otherwise than one
    assert len(inside.steps) == steps
    assert not np.array_equal(inside.steps[0], inside.steps[-1])


def test_the_last_step_foresees_the_film(model: NativeModel) -> None:
    inside = look_inside("a fox", model=model, **SETTINGS)
    assert np.abs(inside.steps[-1].astype(int) - inside.frames).max() <= 1


def test_a_hidden_word_has_no_part_in_the_film(model: NativeModel) -> None:
    fox, dog = (generate_without(prompt, {1}, model=model, **SETTINGS) for prompt in ("a fox", "a dog"))
    assert np.array_equal(fox, dog)
    assert not np.array_equal(fox, generate_without("a fox", {0}, model=model, **SETTINGS))


def test_hiding_nothing_is_the_film_itself(model: NativeModel) -> None:
    whole = generate("a fox", model=model, **SETTINGS)  # type: ignore[arg-type]
    assert np.array_equal(generate_without("a fox", (), model=model, **SETTINGS), whole)


def test_a_longer_take_is_seen_to_its_end(model: NativeModel) -> None:
    inside = look_inside("a fox", model=model, groups=[(1,)], **(SETTINGS | {"num_frames": 70}))
    assert inside.looked.shape[3] == inside.knocked.shape[2] == 18
    assert all(len(step) == 70 for step in inside.steps)

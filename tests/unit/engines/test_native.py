"""The native engine around a tiny untrained network: every option reaches it, and frames come as promised."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
import torch

from tianmu.core.errors import InputError
from tianmu.engines.native import MAX_SECONDS, NativeEngine
from tianmu.engines.protocol import Condition, Footage, Frames, ShotRequest, lacking, plan_request
from tianmu.film.shot import ASPECTS, Shot
from tianmu.film.time import frames_time
from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.upscale import Upscaler
from tianmu.model.weights import NativeModel
from tianmu.world.captions import vocabulary

SIZES = {"16:9": (48, 80), "9:16": (80, 48), "1:1": (64, 64), "4:3": (48, 64), "2.39:1": (32, 80)}
WORDS = "a fox walks right in a snowfield at noon"


@cache
def tiny(*, upscaler: bool = True) -> NativeModel:
    """A network with random weights, of the same parts as the one that ships."""
    torch.manual_seed(0)
    tokenizer = Tokenizer(vocabulary("en"))
    config = TransformerConfig(num_words=len(tokenizer), channels=4, width=32, depth=1, heads=2, text_depth=1)
    transformer = Transformer(config).eval()
    with torch.no_grad():  # an untrained one begins as zero, and would answer every request alike
        for parameter in transformer.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    return NativeModel(
        transformer=transformer,
        distilled=None,
        codec=Codec(CodecConfig(channels=4, width=16, blocks=1)).eval(),
        tokenizer=tokenizer,
        upscaler=Upscaler(width=8, blocks=1).eval() if upscaler else None,
        info={"name": "tiny", "cast": ["fox", "dog"], "sizes": SIZES, "steps": 2, "guidance": 2.0, "sampler": "euler"},
        digest="d" * 64,
    )


def plan(engine: NativeEngine, shot: Shot, **options: object) -> ShotRequest:
    return plan_request(shot, engine.capabilities, seed=4, **options)  # pyright: ignore[reportArgumentType]


def shoot(engine: NativeEngine, request: ShotRequest) -> tuple[Frames, Footage, list[float]]:
    assert lacking(engine.capabilities, request) is None
    told: list[float] = []
    footage = engine.generate(request, lambda fraction, what, preview=None: told.append(fraction))
    frames = np.concatenate(list(footage.chunks))
    assert frames.dtype == np.uint8
    assert frames.shape == (footage.num_frames, footage.height, footage.width, 3)
    assert (footage.num_frames, footage.height, footage.width) == (request.num_frames, request.height, request.width)
    assert told == sorted(told)
    assert told[-1] == 1.0
    return frames, footage, told


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_comes_in_its_native_size_doubled(aspect: str) -> None:
    engine = NativeEngine(tiny())
    request = plan(engine, Shot(prompt=WORDS, seconds=Fraction(1, 2), aspect=aspect))  # pyright: ignore[reportArgumentType]
    height, width = {**SIZES, "4:5": (80, 64)}[aspect]
    assert (request.height, request.width) == (2 * height, 2 * width)
    _, footage, _ = shoot(engine, request)
    assert footage.notes == ()


@pytest.mark.parametrize(
    ("fps", "interpolate", "seconds", "num_frames"),
    [
        (None, None, "1", 24),
        (None, False, "1", 8),
        (Fraction(24), False, "1", 24),
        (Fraction(4), None, "1", 4),
        (Fraction(30), True, "1", 30),
        (Fraction(24), None, "1.3", 31),
        (Fraction(24000, 1001), None, "0.7", 17),
    ],
)
def test_any_rate_and_length_comes_with_as_many_frames_as_asked(
    fps: Fraction | None, interpolate: bool | None, seconds: str, num_frames: int
) -> None:
    engine = NativeEngine(tiny())
    shot = Shot(prompt=WORDS, seconds=Fraction(seconds), fps=fps, aspect="1:1")
    request = plan(engine, shot, interpolate=interpolate, upscale=False)
    frames, _, _ = shoot(engine, request)
    assert len(frames) == num_frames


def test_held_frames_are_the_native_ones_three_times() -> None:
    engine = NativeEngine(tiny())
    shot = Shot(prompt=WORDS, seconds=Fraction(1), aspect="1:1")
    native, _, _ = shoot(engine, plan(engine, shot, interpolate=False, upscale=False))
    held, _, _ = shoot(engine, plan(engine, replace(shot, fps=Fraction(24)), interpolate=False, upscale=False))
    moved, _, _ = shoot(engine, plan(engine, replace(shot, fps=Fraction(24)), interpolate=True, upscale=False))
    assert np.array_equal(held, np.repeat(native, 3, axis=0))
    assert np.array_equal(moved[::3], native)


def test_another_size_is_resized_and_said() -> None:
    engine = NativeEngine(tiny())
    _, footage, _ = shoot(engine, plan(engine, Shot(prompt=WORDS, seconds=Fraction(1, 2), pixels=(200, 120))))
    assert any("160x96" in note and "200x120" in note for note in footage.notes)


def test_options_reach_the_network_and_what_ran_is_told() -> None:
    engine = NativeEngine(tiny())
    plain = plan(engine, Shot(prompt=WORDS, seconds=Fraction(1, 2), aspect="1:1"), upscale=False)
    first, footage, _ = shoot(engine, plain)
    assert (footage.effective["steps"], footage.effective["guidance"]) == (2, 2.0)
    assert footage.model_digest == "d" * 64
    for change in ({"seed": 5}, {"num_steps": 3}, {"guidance_scale": 5.0}, {"negative_prompt": "a dog"}):
        frames, other, _ = shoot(engine, replace(plain, **change))  # pyright: ignore[reportArgumentType]
        assert not np.array_equal(first, frames), change
        assert other.effective["steps"] == change.get("num_steps", 2)
        assert other.effective["guidance"] == change.get("guidance_scale", 2.0)
    again, _, _ = shoot(engine, plain)
    assert np.array_equal(first, again)


def test_a_first_frame_changes_the_shot_whatever_its_size() -> None:
    engine = NativeEngine(tiny())
    plain = plan(engine, Shot(prompt=WORDS, seconds=Fraction(1), aspect="1:1"), upscale=False)
    picture = np.random.default_rng(0).integers(0, 256, (1, 30, 50, 3), dtype=np.uint8)
    pinned = replace(plain, conditions=(Condition(at=frames_time(0, plain.fps), frames=picture),))
    assert not np.array_equal(shoot(engine, plain)[0], shoot(engine, pinned)[0])


def test_words_that_the_network_has_never_seen_are_named() -> None:
    engine = NativeEngine(tiny())
    shot = Shot(prompt="a glorbnak in a meadow", negative_prompt="zzyzx", seconds=Fraction(1, 2), aspect="1:1")
    _, footage, _ = shoot(engine, plan(engine, shot, verbatim=True, upscale=False))
    told = " ".join(footage.notes)
    assert "glorbnak" in told
    assert "zzyzx" in told


def test_without_an_upscaler_it_says_that_it_cannot() -> None:
    engine = NativeEngine(tiny(upscaler=False))
    assert "upscale" not in engine.capabilities.controls
    request = plan(engine, Shot(prompt=WORDS, aspect="1:1"))
    assert (request.height, request.width) == SIZES["1:1"]
    assert "--upscale" in (lacking(engine.capabilities, replace(request, upscale=True)) or "")


def test_a_take_longer_than_its_limit_is_refused_by_name() -> None:
    engine = NativeEngine(tiny())
    request = plan(engine, Shot(prompt=WORDS, seconds=MAX_SECONDS + 1))
    assert "longer than 60 s" in (lacking(engine.capabilities, request) or "")


TWO = "a fox stands facing right and a dog stands facing left in a snowfield, the fox left of the dog"


def test_two_who_would_hide_each_other_in_a_tall_frame_are_drawn_one_after_the_other() -> None:
    engine = NativeEngine(tiny())
    shot = Shot(prompt=TWO, seconds=Fraction(2), aspect="9:16")
    request = plan(engine, shot, upscale=False)
    frames, footage, _ = shoot(engine, request)
    first, second = footage.understood["restaged"]["parts"]
    assert (first["num_frames"], second["num_frames"]) == (24, 24)
    assert any("one after the other" in note for note in footage.notes)
    for part, drawn in ((first, frames[:24]), (second, frames[24:])):
        alone = replace(request, prompt=part["caption"], num_frames=24)
        assert np.array_equal(shoot(engine, alone)[0], drawn), "each part is the model's own shot of its caption"
    assert footage.effective["native_frames"] == 16
    wide = plan(engine, replace(shot, aspect="16:9"), upscale=False)
    assert "restaged" not in shoot(engine, wide)[1].understood


def test_a_sequence_cannot_be_opened_and_says_what_can() -> None:
    engine = NativeEngine(tiny())
    request = plan(engine, Shot(prompt=TWO, seconds=Fraction(2), aspect="9:16"), upscale=False)
    with pytest.raises(InputError, match="16:9"):
        engine.explain(request, lambda caption, facts: [], lambda fraction, what, preview=None: None)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_is_drawn_in_its_own_frame_without_bars_and_hardly_trimmed(aspect: str) -> None:
    """What is drawn covers the frame; 4:5, which the model was not taught, is drawn in exactly that shape."""
    engine = NativeEngine(tiny())
    request = plan(engine, Shot(prompt=WORDS, aspect=aspect))  # pyright: ignore[reportArgumentType]
    height, width = engine._native_size(request)
    if aspect == "4:5":
        assert Fraction(width, height) == Fraction(4, 5)
    assert Fraction(width, height) == Fraction(request.width, request.height)

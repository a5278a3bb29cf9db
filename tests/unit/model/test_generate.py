"""Generation: the same seed the same frames, pictures that stay where they are pinned, takes of any length."""

import numpy as np
import pytest
import torch

from tianmu.core.errors import InputError
from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.conditions import pin_frames
from tianmu.model.generate import choose, generate, native_size
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.weights import NativeModel

INFO = {"steps": 3, "guidance": 2.0, "sampler": "dpmpp_2m", "few_steps": 2, "sizes": {"1:1": [32, 32]}, "cast": []}


@pytest.fixture(scope="module")
def model() -> NativeModel:
    torch.manual_seed(0)
    tokenizer = Tokenizer(["a", "fox", "dog"])
    config = TransformerConfig(num_words=len(tokenizer), channels=4, width=32, depth=1, heads=1, text_depth=1)
    networks = [Transformer(config).eval() for _ in range(2)]
    for network in networks:
        torch.nn.init.normal_(network.outward.weight, std=0.3)
    codec = Codec(CodecConfig(channels=4, width=16, blocks=1)).eval()
    return NativeModel(
        transformer=networks[0], distilled=networks[1], codec=codec, tokenizer=tokenizer, upscaler=None, info=INFO
    )


def _make(model: NativeModel, prompt: str = "a fox", **changes: object) -> np.ndarray:
    arguments = {"num_frames": 8, "height": 32, "width": 48, "seed": 5, "upscale": False} | changes
    return generate(prompt, model=model, **arguments)  # type: ignore[arg-type]


def test_a_seed_decides_everything(model: NativeModel) -> None:
    assert np.array_equal(_make(model), _make(model))
    assert not np.array_equal(_make(model), _make(model, seed=6))


def test_words_guidance_and_a_negative_prompt_change_the_picture(model: NativeModel) -> None:
    base = _make(model, guidance_scale=2.0)
    assert not np.array_equal(base, _make(model, "a dog", guidance_scale=2.0))
    assert not np.array_equal(base, _make(model, guidance_scale=4.0))
    assert not np.array_equal(base, _make(model, guidance_scale=2.0, negative_prompt="dog"))


@pytest.mark.parametrize("num_frames", [1, 5, 32, 33, 70])
def test_any_number_of_frames(model: NativeModel, num_frames: int) -> None:
    assert _make(model, num_frames=num_frames).shape == (num_frames, 32, 48, 3)


def test_a_longer_take_keeps_what_its_first_window_made(model: NativeModel) -> None:
    long, short = _make(model, num_frames=64), _make(model, num_frames=32)
    assert np.array_equal(long[:32], short)


def test_a_picture_opens_the_shot(model: NativeModel) -> None:
    picture = np.random.default_rng(0).integers(0, 255, (32, 48, 3), dtype=np.uint8)
    frames = _make(model, first_frame=picture)
    pinned = pin_frames(model.codec, picture[None], at=0, num_slabs=2, height=32, width=48)
    with torch.inference_mode():
        kept = model.codec.decode(pinned.known)[0, :, :4].clamp(-1, 1)
    expected = ((kept + 1) * 127.5).round().byte().permute(1, 2, 3, 0).numpy()
    assert np.abs(frames[:4].astype(int) - expected).max() <= 1


def test_pictures_of_other_shapes_fill_the_frame(model: NativeModel) -> None:
    wide = np.zeros((10, 90, 3), np.uint8)
    wide[:, 40:50] = 255
    assert pin_frames(model.codec, wide[None], at=0, num_slabs=3, height=32, width=48).known.shape == (1, 4, 3, 4, 6)


def test_frames_are_pinned_at_slabs(model: NativeModel) -> None:
    clip = np.zeros((6, 32, 48, 3), np.uint8)
    pinned = pin_frames(model.codec, clip, at=4, num_slabs=4, height=32, width=48)
    assert pinned.slabs.tolist() == [False, True, True, False]
    for at in (3, 16):
        with pytest.raises(InputError, match="0, 4, 8"):
            pin_frames(model.codec, clip, at=at, num_slabs=4, height=32, width=48)


def test_the_distilled_network_answers_when_nothing_else_is_asked(model: NativeModel) -> None:
    assert choose(model, None, None, None) == (model.distilled, 2, 1.0, "euler")
    assert choose(model, 2, 1.0, None) == (model.distilled, 2, 1.0, "euler")
    assert choose(model, None, None, None, negative=True) == (model.transformer, 3, 2.0, "dpmpp_2m")
    assert choose(model, 9, None, None) == (model.transformer, 9, 2.0, "dpmpp_2m")
    assert choose(model, None, 3.0, "euler") == (model.transformer, 3, 3.0, "euler")


def test_progress_is_heard_with_previews(model: NativeModel) -> None:
    heard: list[float] = []
    _make(model, num_frames=40, progress=lambda part, frame: heard.append(part))
    assert heard == sorted(heard)
    assert len(heard) == 4
    assert heard[-1] == pytest.approx(0.9)


@pytest.mark.parametrize("change", [{"height": 33}, {"width": 16}, {"num_frames": 0}])
def test_a_wrong_size_is_one_sentence(model: NativeModel, change: dict[str, int]) -> None:
    with pytest.raises(InputError, match="multiples of 16"):
        _make(model, "a fox", **change)


def test_unknown_samplers_and_aspects_name_the_known(model: NativeModel) -> None:
    with pytest.raises(InputError, match="euler, euler_ancestral, dpmpp_2m"):
        _make(model, sampler="magic")
    assert native_size("1:1", model) == (32, 32)
    with pytest.raises(InputError, match="1:1"):
        native_size("3:1", model)

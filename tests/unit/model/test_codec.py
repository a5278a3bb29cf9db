"""The codec: shapes of every size, slabs that do not see each other, normalised latents, pixels that survive."""

import pytest
import torch

from tianmu.model.codec import SHRUNK_CHANNELS, Codec, CodecConfig, Pixels


def _tiny() -> Codec:
    torch.manual_seed(0)
    return Codec(CodecConfig(channels=4, width=32, blocks=2)).eval()


def _shrinking() -> Codec:
    torch.manual_seed(0)
    return Codec(CodecConfig(encoder="shrink", channels=SHRUNK_CHANNELS, width=32, blocks=2)).eval()


def test_latents_that_are_only_shrunk_are_a_small_film() -> None:
    codec = _shrinking()
    small = torch.rand(1, 3, 8, 6, 10) * 2 - 1
    video = small.repeat_interleave(4, -1).repeat_interleave(4, -2)
    latents = codec.encode(video)
    assert latents.shape == (1, 48, 2, 3, 5)
    flat = torch.nn.functional.pixel_shuffle(latents[:, :, 0], 2)  # (1, t c, 6, 10)
    assert torch.allclose(flat.view(4, 3, 6, 10), small[0, :, :4].transpose(0, 1), atol=1e-6)
    codec.normalise(video)
    assert codec.decode(codec.encode(video)).shape == video.shape
    assert list(codec.encoder.parameters()) == []


def test_a_shrinking_encoder_has_as_many_channels_as_it_makes() -> None:
    with pytest.raises(ValueError, match="48 channels, not 32"):
        Codec(CodecConfig(encoder="shrink"))


@pytest.mark.parametrize("shape", [(4, 16, 16), (8, 64, 112), (16, 48, 24)])
def test_four_frames_are_a_slab_and_eight_pixels_a_latent(shape: tuple[int, int, int]) -> None:
    codec = _tiny()
    frames, height, width = shape
    video = torch.rand(2, 3, frames, height, width) * 2 - 1
    latents = codec.encode(video)
    assert latents.shape == (2, 4, frames // 4, height // 8, width // 8)
    assert codec.decode(latents).shape == video.shape


def test_slabs_are_coded_by_themselves() -> None:
    codec = _tiny()
    video = torch.rand(1, 3, 12, 16, 16)
    whole = codec.encode(video)
    apart = torch.cat([codec.encode(part) for part in video.split(4, 2)], 2)
    assert torch.allclose(whole, apart, atol=1e-5)
    decoded = torch.cat([codec.decode(part) for part in whole.split(1, 2)], 2)
    assert torch.allclose(codec.decode(whole), decoded, atol=1e-5)


def test_normalised_latents_have_unit_variance_and_the_same_pictures() -> None:
    codec = _tiny()
    video = torch.rand(3, 3, 8, 32, 32) * 2 - 1
    before = codec.decode(codec.encode(video))
    codec.normalise(video)
    latents = codec.encode(video)
    assert torch.allclose(latents.mean((0, 2, 3, 4)), torch.zeros(4), atol=1e-4)
    assert torch.allclose(latents.std((0, 2, 3, 4)), torch.ones(4), atol=1e-3)
    assert torch.allclose(codec.decode(latents), before, atol=1e-4)


def test_pixels_are_their_own_codec() -> None:
    video = torch.rand(2, 3, 8, 16, 24)
    latents = Pixels().encode(video)
    assert latents.shape == (2, Pixels.channels, 2, 2, 3)
    assert torch.equal(Pixels().decode(latents), video)

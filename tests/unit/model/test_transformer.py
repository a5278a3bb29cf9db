"""The transformer: any shape, its own noise level for every slab, and a clip that it can learn."""

from typing import Any

import pytest
import torch

from tianmu.model.flow import add_noise
from tianmu.model.transformer import Transformer, TransformerConfig, precondition


def _tiny(**changes: Any) -> Transformer:
    torch.manual_seed(0)
    fields: dict[str, Any] = {"num_words": 20, "channels": 4, "width": 64, "depth": 2, "heads": 2, "text_depth": 1}
    return Transformer(TransformerConfig(**{**fields, **changes}))


def test_a_network_that_says_clean_latents_says_them_itself() -> None:
    rest, clean = _awake(_tiny()), _awake(_tiny(predicts="clean"))
    clean.load_state_dict(rest.state_dict())
    noisy, sigma, text = torch.randn(2, 4, 2, 4, 4), torch.rand(2, 2), torch.ones(2, 3, dtype=torch.long)
    kept, said = (part[:, None, :, None, None] for part in precondition(sigma))
    assert torch.allclose(rest(noisy, sigma, text), kept * noisy + said * clean(noisy, sigma, text), atol=1e-5)


def _awake(model: Transformer) -> Transformer:
    torch.nn.init.normal_(model.outward.weight, std=0.1)
    return model


@pytest.mark.parametrize("shape", [(1, 8, 8), (4, 8, 14), (8, 14, 8), (2, 6, 14), (3, 2, 2)])
def test_any_length_aspect_and_size(shape: tuple[int, int, int]) -> None:
    model = _awake(_tiny())
    noisy = torch.randn(2, 4, *shape)
    out = model(noisy, torch.rand(2, shape[0]), torch.tensor([[3, 4, 5], [6, 0, 0]]))
    assert out.shape == noisy.shape
    assert out.isfinite().all()


def test_padding_a_caption_changes_nothing() -> None:
    model = _awake(_tiny())
    noisy, sigma = torch.randn(1, 4, 2, 4, 4), torch.rand(1, 2)
    short = model(noisy, sigma, torch.tensor([[3, 4]]))
    padded = model(noisy, sigma, torch.tensor([[3, 4, 0, 0, 0]]))
    assert torch.allclose(short, padded, atol=1e-5)


def test_words_and_their_order_matter() -> None:
    model = _awake(_tiny())
    noisy, sigma = torch.randn(1, 4, 1, 4, 4), torch.ones(1, 1)
    one, other = (model(noisy, sigma, torch.tensor([ids])) for ids in ([3, 4, 5], [5, 4, 3]))
    assert (one - other).abs().max() > 1e-4


def test_the_noise_level_of_one_slab_reaches_that_slab() -> None:
    model = _awake(_tiny(depth=1))
    torch.nn.init.normal_(model.modulation.weight, std=0.2)
    noisy, text = torch.randn(1, 4, 3, 4, 4), torch.tensor([[3]])
    before = model(noisy, torch.tensor([[0.5, 0.5, 0.5]]), text)
    after = model(noisy, torch.tensor([[0.5, 0.5, 0.0]]), text)
    change = (after - before).abs().amax((0, 1, 3, 4))
    assert change[2] > 2 * change[0]


def test_places_in_time_are_relative() -> None:
    model = _awake(_tiny())
    noisy, sigma, text = torch.randn(1, 4, 3, 4, 4), torch.rand(1, 3), torch.tensor([[3, 4]])
    straight = model(noisy, sigma, text)
    assert torch.allclose(straight, model(noisy, sigma, text, torch.tensor([[0.0, 1.0, 2.0]])), atol=1e-6)
    assert (straight - model(noisy, sigma, text, torch.tensor([[0.0, 3.0, 9.0]]))).abs().max() > 1e-4


def test_words_that_were_read_before_say_the_same() -> None:
    model = _awake(_tiny())
    noisy, sigma, text = torch.randn(2, 4, 3, 4, 4), torch.rand(2, 3), torch.tensor([[3, 4, 5], [6, 0, 0]])
    assert torch.equal(model(noisy, sigma, text), model(noisy, sigma, text, words=model.read(text)))


def test_it_overfits_one_clip() -> None:
    model = _tiny(width=96, depth=3, heads=3)
    generator = torch.Generator().manual_seed(1)
    clean = torch.randn(1, 4, 2, 4, 4, generator=generator)
    text = torch.tensor([[3, 4]])
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-3)
    loss = torch.tensor(1.0)
    for _ in range(150):
        noise = torch.randn(8, 4, 2, 4, 4, generator=generator)
        sigma = torch.rand(8, 2, generator=generator)
        noisy = add_noise(clean.expand(8, -1, -1, -1, -1), noise, sigma)
        loss = (model(noisy, sigma, text.expand(8, -1)) - clean).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert float(loss.detach()) < 0.02


def test_without_noise_the_answer_is_the_question() -> None:
    model = _awake(_tiny())
    clean = torch.randn(1, 4, 2, 4, 4)
    assert torch.equal(model(clean, torch.zeros(1, 2), torch.tensor([[3]])), clean)


def test_preconditioning_leaves_the_layers_a_target_of_unit_variance() -> None:
    generator = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(1, 1, 1, 200, 200, generator=generator) for _ in range(2))
    for level in (0.05, 0.3, 0.7, 1.0):
        sigma = torch.full((1, 1), level)
        kept, said = precondition(sigma)
        target = (clean - kept[..., None, None, None] * add_noise(clean, noise, sigma)) / said[..., None, None, None]
        assert abs(float(target.std()) - 1) < 0.02

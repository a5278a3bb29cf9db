"""Few steps: a student that goes in one unguided step as far as its teacher goes in one guided step, or in several.

Progressive and guidance distillation at once (Salimans & Ho 2022, arXiv:2202.00512; Meng et al. 2022,
arXiv:2210.03142): from a noisy point the teacher walks the flow to the student's next noise level, and the student
learns the clean prediction whose single Euler step ends at the same place.
"""

from __future__ import annotations

import random
from pathlib import Path

import torch
from jaxtyping import Float
from torch import Tensor, nn

from tianmu.model.codec import Codec
from tianmu.model.flow import add_noise, guide, per_slab, schedule, velocity
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer
from tianmu.training.loop import Batch
from tianmu.training.recipe import TrainRecipe
from tianmu.training.tasks import FlowTask


class DistillTask(FlowTask):
    """The student is `transformer`; it starts as a copy of the teacher."""

    stage = "distill"

    def __init__(
        self,
        student: Transformer,
        teacher: Transformer,
        codec: Codec,
        tokenizer: Tokenizer,
        recipe: TrainRecipe,
        cache: Path,
        flow_steps: int,
    ) -> None:
        super().__init__(student, codec, tokenizer, recipe, cache)
        self.flow_steps = flow_steps
        self.teacher = teacher.eval().requires_grad_(False)
        self.empty = tokenizer.encode([""])

    def matrices(self) -> list[nn.Parameter]:
        return []  # a short finetuning: AdamW alone keeps close to the teacher

    def batch(self, step: int, rank: int) -> Batch:
        """As the flow's batches after its last, but with the student's own noise levels."""
        recipe = self.recipe
        batch = super().batch(self.flow_steps + step, rank)
        rng = random.Random(f"{recipe.seed}/distill/{step}/{rank}")
        sigmas = schedule(recipe.few_steps, recipe.shift)
        number = torch.tensor([rng.randrange(recipe.few_steps) for _ in range(len(batch["clean"]))])
        slabs, device = batch["clean"].shape[2], batch["clean"].device
        given = torch.tensor([rng.randrange(slabs) if rng.random() < 0.3 else 0 for _ in number], device=device)
        noisy = torch.arange(slabs, device=device) >= given[:, None]
        batch["sigma"] = sigmas[number].to(device)[:, None] * noisy
        batch["next"] = sigmas[number + 1].to(device)[:, None] * noisy
        return batch

    def forward(self, batch: Batch) -> Tensor:
        clean, here, there, text = batch["clean"], batch["sigma"], batch["next"], batch["text"]
        noisy = add_noise(clean, batch["noise"], here)
        with torch.no_grad():
            reached = self._walk(noisy, here, there, text)
        denoised = self.transformer(noisy, here, text)
        ratio = per_slab(there / here.clamp(min=1e-6))
        target = (reached - ratio * noisy) / (1 - ratio)
        asked = per_slab((here > 0).float())
        weight = batch["weight"] * asked
        error = (denoised.float() - torch.where(asked > 0, target, denoised.detach().float())).square()
        return (weight * error).sum() / (weight.sum() * clean.shape[1]).clamp(min=1)

    def _walk(
        self, noisy: Float[Tensor, "b c s h w"], here: Float[Tensor, "b s"], there: Float[Tensor, "b s"], text: Tensor
    ) -> Float[Tensor, "b c s h w"]:
        """The teacher's guided way from one noise level to the next."""
        empty = torch.zeros_like(text)
        empty[:, :1] = self.empty.to(text.device)
        both = torch.cat([text, empty])
        count = self.recipe.teacher_steps
        for part in range(count):
            sigma = here + (there - here) * (part / count)
            conditional, unconditional = self.teacher(noisy.repeat(2, 1, 1, 1, 1), sigma.repeat(2, 1), both).chunk(2)
            denoised = guide(conditional.float(), unconditional.float(), self.recipe.guidance_scale)
            noisy = noisy + per_slab((there - here) / count) * velocity(noisy, denoised, sigma)
        return noisy

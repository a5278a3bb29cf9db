"""How varied a model's pictures are under one prompt, and which part of their diversity the prompts account for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.engines.protocol import Progress, plan_request
from tianmu.engines.registry import get_engine, require
from tianmu.film.shot import Shot, check_prompt
from tianmu.governance.diversity import PICTURE_WIDTH, TEXT_WIDTH, Given, alike, conditional, describe_picture, vendi
from tianmu.media.image import Frame
from tianmu.media.video import check_video, read_video
from tianmu.studio.output import staging
from tianmu.studio.render import render_take, silent

MOST_PROMPTS: Final = 200
MOST_EACH: Final = 16
_LARGEST: Final = 1_000_000


@dataclass(frozen=True, kw_only=True)
class ModelVariety:
    """The diversity of pictures that were made from prompts."""

    given: Given
    each: tuple[tuple[str, int, float], ...]
    """Every prompt, how many pictures it has, and the Vendi score of these; the least varied first."""

    @property
    def num_pictures(self) -> int:
        """Of all prompts."""
        return sum(count for _, count, _ in self.each)


def measure_model(pictures: Sequence[Frame], prompts: Sequence[str]) -> ModelVariety:
    """The conditional Vendi score of pictures `[h w 3] uint8`, each with the prompt that it was made from.

    Raises:
        InputError: there are fewer than two pictures, or not as many prompts.
    """
    if len(pictures) < 2 or len(pictures) != len(prompts):
        raise InputError(
            say(
                f"Diversity needs two pictures or more, each with its prompt; {len(pictures)} and {len(prompts)} came.",
                f"多样性至少需要两幅画面，各有提示词；而得到 {len(pictures)} 幅与 {len(prompts)} 条。",
            )
        )
    from tianmu.world.embedding import embed

    distinct = list(dict.fromkeys(prompts))
    vectors = embed(distinct)
    said = alike(vectors[[distinct.index(prompt) for prompt in prompts]], TEXT_WIDTH)
    shown = alike(np.stack([describe_picture(picture) for picture in pictures]), PICTURE_WIDTH)
    each: list[tuple[str, int, float]] = []
    for prompt in distinct:
        places = [place for place, other in enumerate(prompts) if other == prompt]
        each.append((prompt, len(places), vendi(shown[np.ix_(places, places)])))
    return ModelVariety(
        given=conditional(shown, said), each=tuple(sorted(each, key=lambda row: (row[2] / row[1], row[0])))
    )


def read_prompts(path: Path) -> tuple[str, ...]:
    """The prompts of a text file, one a line; empty lines and lines that begin with # are left out.

    Raises:
        MediaError: it cannot be read.
        InputError: it holds none, or more than `MOST_PROMPTS`, or one of them is no prompt.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError(f"more than {_LARGEST} bytes")
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MediaError(
            say(
                f"{path} cannot be read as prompts ({reason}); give a text file with one a line.",
                f"无法从 {path} 读取提示词（{reason}）；请给出每行一条的文本文件。",
            )
        ) from error
    found = tuple(dict.fromkeys(line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")))
    if not 1 <= len(found) <= MOST_PROMPTS:
        raise InputError(
            say(
                f"{path} holds {len(found)} prompts, and 1 to {MOST_PROMPTS} were expected, one a line.",
                f"{path} 中有 {len(found)} 条提示词，应为 1 到 {MOST_PROMPTS} 条，每行一条。",
            )
        )
    for prompt in found:
        check_prompt(prompt)
    return found


def try_engine(
    prompts: Sequence[str],
    engine_name: str,
    folder: Path,
    *,
    each: int,
    seconds: Fraction = Fraction(1),
    seed: int = 0,
    progress: Progress = silent,
) -> ModelVariety:
    """Make `each` shots of every prompt, reviewed as always, look at the middle of each, and throw them away.

    Args:
        folder: where there is room for one shot at a time; nothing stays there.

    Raises:
        TianmuError: as `render_take`; or fewer than two shots would be made.
    """
    engine = get_engine(engine_name)
    wanted = [(prompt, seed + number) for prompt in prompts for number in range(each)]
    pictures: list[Frame] = []
    for done, (prompt, number) in enumerate(wanted):
        request = plan_request(Shot(prompt=prompt, seconds=seconds), engine.capabilities, seed=number)
        require(engine, request)
        check_video(Path("take.mp4"), request.width, request.height, request.fps, format="mp4")
        progress(done / len(wanted), f"{done + 1}/{len(wanted)} {prompt[:40]}")
        with staging(folder / "take.mp4", overwrite=True) as scratch:
            taken = render_take(request, engine.name, scratch / "shot.mp4", format="mp4", leave=None)
            _, frames = read_video(taken.video.path)
            pictures.append(next(islice(frames, taken.video.num_frames // 2, None)).copy())
            for file in scratch.iterdir():
                file.unlink()
    return measure_model(pictures, [prompt for prompt, _ in wanted])

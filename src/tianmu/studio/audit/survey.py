"""Every prompt of an audit put to an engine: what the rules say of it, what the engine understood, what it drew."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.engines.protocol import Engine, Frames, Progress, ShotRequest
from tianmu.engines.registry import require
from tianmu.governance.review.verdict import Decision
from tianmu.media.image import Frame
from tianmu.studio.audit.prompts import LANGUAGES, Prompt
from tianmu.studio.audit.reading import Found, all_alike, read_asks
from tianmu.studio.render import silent
from tianmu.studio.review import review_prompt

Reader = Callable[[Frames], Mapping[str, str]]
"""From frames `[f h w 3]` uint8 at the engine's own size and rate to the facts that another network reads in them."""

LOOKED_AT = 32
"""Frames of a clip that is read back, four seconds of a model that draws eight a second."""
SMALL = (128, 72)
"""Pixels of a picture of an engine that only draws."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sight:
    """One prompt in one language, as an engine took it."""

    prompt: Prompt
    language: int
    """0 for English, 1 for Chinese."""
    decision: Decision
    """Of the policies in force; what they do not allow is not made."""
    rules: tuple[str, ...]
    found: tuple[Found, ...]
    scene: Mapping[str, Any] | None
    """None where nothing was made."""
    stated: frozenset[str]
    """The facts that the prompt decided; the others are the engine's own choice."""
    replaced: tuple[tuple[str, str], ...]
    frame: Frame | None
    read: Mapping[str, str] | None
    """What was read back from the frames; None where nothing reads them."""

    @property
    def words(self) -> str:
        """The prompt as it was put."""
        return self.prompt.text[self.language]


def survey(
    engine: Engine,
    prompts: Sequence[Prompt],
    *,
    seed: int,
    home: Path,
    reader: Reader | None = None,
    progress: Progress = silent,
) -> list[Sight]:
    """Put every prompt to `engine` in both languages, with one seed, so that only the words differ.

    Raises:
        InputError: the engine does not say what it understood, so that nothing can be counted.
        TianmuError: any other that the engine has.
    """
    sights: list[Sight] = []
    for number, prompt in enumerate(prompts):
        for language in range(len(LANGUAGES)):
            done = (number * len(LANGUAGES) + language) / (len(prompts) * len(LANGUAGES))
            progress(done, say("asking", "逐条试问"))
            sights.append(_look(engine, prompt, language, seed, home, reader))
    progress(1.0, say("counting", "统计"))
    return sights


def _look(engine: Engine, prompt: Prompt, language: int, seed: int, home: Path, reader: Reader | None) -> Sight:
    verdict = review_prompt(prompt.text[language], home=home)
    rules = tuple(ruling.rule for ruling in verdict.rulings)
    made: Mapping[str, Any] | None = None
    frames: Frames | None = None
    stopped = verdict.decision not in ("allow", "label")
    if not stopped:
        made, frames = _make(engine, prompt.text[language], seed)
    if made is None:
        # An engine that finds nothing to show says so itself, in the error that it raises.
        found = all_alike(prompt, language, "stopped" if stopped else "unknown")
    else:
        found = read_asks(prompt, language, made)
    return Sight(
        prompt=prompt,
        language=language,
        decision=verdict.decision,
        rules=rules,
        found=found,
        scene=None if made is None else made["scene"],
        stated=frozenset(made["stated"] if made else ()),
        replaced=tuple((word, used) for word, used in (made["replaced"] if made else ())),
        frame=None if frames is None else np.array(frames[len(frames) // 2]),
        read=None if frames is None or reader is None else reader(frames),
    )


def _make(engine: Engine, words: str, seed: int) -> tuple[Mapping[str, Any] | None, Frames | None]:
    """What the engine understood and drew; nothing where it can show nothing of it."""
    request = _request(engine, words, seed)
    require(engine, request)
    try:
        footage = engine.generate(request, silent)
    except InputError:
        return None, None
    if "scene" not in footage.understood:
        raise InputError(
            say(
                f"The engine {engine.name!r} does not say what it understood, so nothing of it can be counted; audit "
                "animatic or native.",
                f"引擎 {engine.name!r} 不说明它理解了什么，无从统计；请审计 animatic 或 native。",
            )
        )
    return footage.understood, np.concatenate([np.array(chunk) for chunk in footage.chunks])


def _request(engine: Engine, words: str, seed: int) -> ShotRequest:
    can = engine.capabilities
    if can.trained:
        width, height = (side // can.upscale_factor for side in can.sizes["16:9"])
        return ShotRequest(
            prompt=words, num_frames=LOOKED_AT, fps=can.native_fps, width=width, height=height, seed=seed
        )
    return ShotRequest(prompt=words, num_frames=3, fps=Fraction(2), width=SMALL[0], height=SMALL[1], seed=seed)

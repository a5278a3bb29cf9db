"""The seam between the studio and whatever makes pictures: what is asked, what comes back, what an engine can do.

An engine is any class that takes no arguments to make, and has `name`, `capabilities`, `model_digest` and `generate`.
It is found under the entry point group `tianmu.engines`, so that another package can bring its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal, Protocol, runtime_checkable

import numpy as np

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.film.shot import Aspect, Shot
from tianmu.film.time import count_frames, frames_time

if TYPE_CHECKING:
    from opentimelineio.opentime import RationalTime

Task = Literal["text", "image", "video", "extend", "connect", "loop", "edit"]
Control = Literal["steps", "guidance", "negative", "upscale", "interpolate"]
Frames = np.ndarray[Any, np.dtype[np.uint8]]
"""Frames outside the model: `[f h w c]` uint8, RGB."""

MAX_SEED = 2**63 - 1
MAX_STEPS = 1000
MAX_GUIDANCE = 100.0


@dataclass(frozen=True, kw_only=True, eq=False)
class Condition:
    """Frames that are pinned at a time: a first frame at 0, the clip that is to be extended, and so on."""

    at: RationalTime
    frames: Frames

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.at == other.at and np.array_equal(self.frames, other.frames)

    def __hash__(self) -> int:
        return hash((self.at.value, self.at.rate, self.frames.shape))


@dataclass(frozen=True, kw_only=True)
class ShotRequest:
    """One shot with nothing left open: the same request on the same machine makes the same frames."""

    prompt: str
    negative_prompt: str = ""
    num_frames: int
    fps: Fraction
    width: int
    height: int
    seed: int
    num_steps: int | None = None
    """None leaves it to the engine, which says in `Footage.effective` what it took."""
    guidance_scale: float | None = None
    """1.0 is off."""
    conditions: tuple[Condition, ...] = ()
    verbatim: bool = False
    """The engine reads the prompt as it was typed, without expanding it."""
    upscale: bool = False
    interpolate: bool = False
    """Frames between the engine's own are made by motion interpolation; else each is held."""

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= MAX_SEED:
            raise InputError(
                say(
                    f"A seed is a whole number from 0 to {MAX_SEED}, and {self.seed} is not.",
                    f"种子应为 0 到 {MAX_SEED} 的整数，而 {self.seed} 不是。",
                )
            )
        if self.num_steps is not None and not 1 <= self.num_steps <= MAX_STEPS:
            raise InputError(
                say(
                    f"The number of steps is 1 to {MAX_STEPS}, and {self.num_steps} is not.",
                    f"步数应为 1 到 {MAX_STEPS}，而 {self.num_steps} 不是。",
                )
            )
        if self.guidance_scale is not None and not 0 <= self.guidance_scale <= MAX_GUIDANCE:
            raise InputError(
                say(
                    f"Guidance is 0 to {MAX_GUIDANCE:g} (1 is off), and {self.guidance_scale} is not.",
                    f"引导强度应为 0 到 {MAX_GUIDANCE:g}（1 表示关闭），而 {self.guidance_scale} 不是。",
                )
            )

    @property
    def duration(self) -> RationalTime:
        """How long the shot is, in frames at its rate."""
        return frames_time(self.num_frames, self.fps)

    @property
    def seconds(self) -> Fraction:
        """The exact length in seconds."""
        return self.num_frames / self.fps


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """What an engine can do; a request that needs more is refused before the engine starts."""

    tasks: frozenset[Task]
    controls: frozenset[Control] = frozenset()
    max_seconds: Fraction
    native_fps: Fraction
    """The rate at which the engine makes its own frames."""
    default_fps: Fraction
    any_fps: bool = False
    """It draws at whatever rate is asked, with nothing between its own frames to fill."""
    sizes: Mapping[Aspect, tuple[int, int]]
    """Width and height that it gives for an aspect when no size is asked for."""
    max_pixels: int
    """Of one frame, at most."""
    upscale_factor: int = 1
    """`sizes` are larger by this than what comes without upscaling."""
    audio: bool = False
    trained: bool = True
    """A trained model makes its pictures; False where they are only drawn. The signed manifest says which."""
    description: tuple[str, str]
    """In English and in Chinese."""
    suggested: bool = True
    """Whether a person whose engine lacks something is pointed to this one."""


@dataclass(frozen=True, kw_only=True)
class Footage:
    """What an engine made. `chunks` is read once; a whole film is never in memory."""

    chunks: Iterator[Frames]
    num_frames: int
    fps: Fraction
    width: int
    height: int
    understood: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """The facts that the engine read out of the prompt, and the caption it worked from: JSON values."""
    notes: tuple[str, ...] = ()
    """What was replaced, dropped or filled in, in sentences for a person."""
    model_digest: str | None = None
    """SHA-256 of the weights, or None where there are none."""
    device: str = "cpu"
    """The kind of device: the same recipe on the same kind makes the same bytes."""
    effective: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """What the engine chose where the request left it open: steps, guidance, sampler. JSON values."""


class Progress(Protocol):
    """Called while a shot is made: `fraction` grows from 0 to 1; `what` is one word or two for a person."""

    def __call__(self, fraction: float, what: str, preview: Frames | None = None) -> None: ...


@runtime_checkable
class Engine(Protocol):
    """Makes footage out of a request, or says before it starts that it cannot."""

    name: str

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def model_digest(self) -> str | None:
        """SHA-256 of the weights, or of what else decides its pictures; None where only its version does."""
        ...

    def generate(self, request: ShotRequest, progress: Progress) -> Footage: ...


@runtime_checkable
class AroundEngine(Engine, Protocol):
    """An engine that can also draw a shot all around the viewer."""

    def draw_around(self, request: ShotRequest, indices: Sequence[int], *, width: int, progress: Progress) -> Footage:
        """Frames of the shot of `request`, one for each of `indices` in their order: equirectangular, half as high
        as `width`, the shot's own front in the middle."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Insight:
    """What an engine lets be seen of how it makes a shot. Films are `[f h w c]` uint8 at its own size and rate."""

    caption: str
    words: tuple[str, ...]
    """Of the caption, as the engine works from them."""
    fps: Fraction
    frames: Frames
    steps: tuple[Frames, ...]
    """The film as it was foreseen at every step of sampling."""
    looked: np.ndarray[Any, np.dtype[np.float32]]
    """Attention `[steps blocks words slabs rows cols]`: how much of a patch's look went to a word."""
    took: np.ndarray[Any, np.dtype[np.float32]]
    """The same, weighed by what was carried from the word into the patch."""
    knocked: np.ndarray[Any, np.dtype[np.float32]]
    """How far what a step foresees moves when a group of words is masked out of that step alone `[steps groups slabs
    rows cols]`, for the first steps."""
    without: tuple[Frames, ...]
    """For every group of words that was asked for, the film of the same noise without these words."""


Divide = Callable[[str, Mapping[str, Any]], Sequence[Sequence[int]]]
"""From a caption and what was understood to the groups of its words (by place) that are each left out once."""


@runtime_checkable
class ExplainingEngine(Engine, Protocol):
    """An engine that can be opened: it shows what its network looked at, and what a shot is without some words."""

    def explain(self, request: ShotRequest, divide: Divide, progress: Progress) -> Insight: ...


def plan_request(
    shot: Shot,
    capabilities: Capabilities,
    *,
    seed: int,
    num_steps: int | None = None,
    guidance_scale: float | None = None,
    first_frame: Frames | None = None,
    verbatim: bool = False,
    upscale: bool | None = None,
    interpolate: bool | None = None,
) -> ShotRequest:
    """Fill in what a shot leaves to the engine: its rate, its size for the aspect, whether it upscales.

    `first_frame` is one frame `[h w c]` in any size. `upscale` and `interpolate` are None where the person has not
    said; what was said is kept even where the engine lacks it, so that the check refuses it by name.
    """
    can_interpolate = "interpolate" in capabilities.controls
    can_upscale = "upscale" in capabilities.controls
    fps = shot.fps or (capabilities.native_fps if interpolate is False else capabilities.default_fps)
    if shot.fps is None and interpolate and can_interpolate and fps == capabilities.native_fps:
        fps = 3 * capabilities.native_fps
    width, height = shot.pixels or capabilities.sizes[shot.aspect]
    if shot.pixels is None and can_upscale and upscale is False:
        width, height = width // capabilities.upscale_factor, height // capabilities.upscale_factor
    conditions = () if first_frame is None else (Condition(at=frames_time(0, fps), frames=first_frame[None]),)
    return ShotRequest(
        prompt=shot.prompt,
        negative_prompt=shot.negative_prompt,
        num_frames=count_frames(shot.seconds, fps),
        fps=fps,
        width=width,
        height=height,
        seed=seed,
        num_steps=num_steps,
        guidance_scale=guidance_scale,
        conditions=conditions,
        verbatim=verbatim,
        upscale=can_upscale if upscale is None else upscale,
        interpolate=(can_interpolate and fps > capabilities.native_fps) if interpolate is None else interpolate,
    )


def lacking(capabilities: Capabilities, request: ShotRequest) -> str | None:
    """Name the first capability that `request` needs and these lack, in words for a person; None when all are there."""
    longest = capabilities.max_seconds
    wanted: list[tuple[bool, str]] = [
        ("text" in capabilities.tasks or bool(request.conditions), say("text to video", "文生视频")),
        (
            "image" in capabilities.tasks or not request.conditions,
            say("image to video (--image)", "图生视频（--image）"),
        ),
        (
            request.seconds <= longest,
            say(f"a shot longer than {float(longest):g} s", f"超过 {float(longest):g} 秒的镜头"),
        ),
        (
            request.width * request.height <= capabilities.max_pixels,
            say(f"frames of {request.width}x{request.height}", f"{request.width}x{request.height} 的画面"),
        ),
        _control(
            capabilities, "steps", request.num_steps is not None, "a number of steps (--steps)", "步数（--steps）"
        ),
        _control(
            capabilities, "guidance", request.guidance_scale is not None, "guidance (--guidance)", "引导（--guidance）"
        ),
        _control(
            capabilities,
            "negative",
            bool(request.negative_prompt),
            "negative prompts (--negative)",
            "负面提示词（--negative）",
        ),
        _control(capabilities, "upscale", request.upscale, "upscaling (--upscale)", "放大（--upscale）"),
        _control(
            capabilities, "interpolate", request.interpolate, "interpolation (--interpolate)", "插帧（--interpolate）"
        ),
    ]
    return next((what for has, what in wanted if not has), None)


def _control(capabilities: Capabilities, control: Control, needed: bool, en: str, zh: str) -> tuple[bool, str]:
    return control in capabilities.controls or not needed, say(en, zh)

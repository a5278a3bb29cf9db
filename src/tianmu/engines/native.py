"""The native engine: the diffusion transformer that ships with Tianmu, its upscaler, and motion interpolation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from math import ceil, log
from typing import Any

import torch

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.engines.frames import chunked, cover, hold
from tianmu.engines.protocol import (
    Capabilities,
    Control,
    Divide,
    Footage,
    Frames,
    Insight,
    Progress,
    ShotRequest,
)
from tianmu.engines.reading import Understanding, understand
from tianmu.engines.restaging import Restaging, restage
from tianmu.film.shot import ASPECTS, Aspect
from tianmu.media.interpolate import interpolate
from tianmu.model.explain import generate_without, look_inside
from tianmu.model.generate import NATIVE_FPS, NativeModel, choose, generate, native_model, native_size

RATE = Fraction(NATIVE_FPS)
UPSCALE = 2
MAX_SECONDS = Fraction(60)
FRAMES_A_CHUNK = 8
_STEP = 16
"""Pixels of a side are a multiple of it: the codec's factor of eight times the patches' two."""
_MADE = 0.9
"""The part of the progress that the network takes; the rest is interpolation, resizing and encoding."""


class NativeEngine:
    """Text, and a first frame where there is one, to video on the machine at hand."""

    name = "native"

    def __init__(self, model: NativeModel | None = None) -> None:
        """Take `model`, or read the weights that ship; CheckpointError says what is wrong with them."""
        self._model = model or native_model()

    @property
    def capabilities(self) -> Capabilities:
        """Sizes are what comes after the twofold upscaling, where the weights hold an upscaler."""
        larger = UPSCALE if self._model.upscaler is not None else 1
        controls: list[Control] = ["steps", "guidance", "negative", "interpolate"]
        if larger > 1:
            controls.append("upscale")
        sizes: dict[Aspect, tuple[int, int]] = {}
        for aspect in ASPECTS:
            height, width = _drawn_size(aspect, self._model)
            sizes[aspect] = larger * width, larger * height
        return Capabilities(
            tasks=frozenset({"text", "image"}),
            controls=frozenset(controls),
            max_seconds=MAX_SECONDS,
            native_fps=RATE,
            default_fps=3 * RATE,
            sizes=sizes,
            max_pixels=1920 * 1080,
            upscale_factor=larger,
            description=(
                "Tianmu's own diffusion transformer, on the CPU; its world is an animated stage",
                "天幕自己的扩散变换器，在 CPU 上运行；它的世界是一个动画舞台",
            ),
        )

    @property
    def model_digest(self) -> str | None:
        """SHA-256 of the weights."""
        return self._model.digest

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        """Make the shot: words to captions for this frame, captions to native frames, these to the size and rate."""
        progress(0.0, say("reading", "读取"))
        understood, staged = self._read(request)
        drawn = self._draw(staged, request, progress)
        return Footage(
            chunks=chunked(_finished(drawn, staged, request, progress), FRAMES_A_CHUNK),
            num_frames=request.num_frames,
            fps=request.fps,
            width=request.width,
            height=request.height,
            understood=staged.facts(understood),
            notes=(*understood.notes, *staged.notes, *self._unlearnt(request), *_resizing(drawn[0], request)),
            model_digest=self.model_digest,
            effective=self._effective(request, sum(map(len, drawn))),
        )

    def explain(self, request: ShotRequest, divide: Divide, progress: Progress) -> Insight:
        """Make the shot once with an eye on its attention, and once without each group of words that `divide` names."""
        understood, staged = self._read(request)
        first, *others = staged.parts
        if others:
            raise InputError(
                say(
                    "This take shows its cast one after the other, each by a caption of its own, and only a take of "
                    "one caption can be opened; explain the shot's take in 16:9.",
                    "这条素材让角色依次出现，各有自己的描述，而只有单一描述的素材可以打开；请解释该镜头的 16:9 素材。",
                )
            )
        caption = first.caption
        groups = divide(caption, staged.facts(understood))
        settings, without = self._settings(request), list[Frames]()
        inside = look_inside(caption, model=self._model, groups=groups, **settings)
        for number, group in enumerate(groups, 1):
            progress(number / (len(groups) + 1), say("leaving words out", "逐词遮去"))
            without.append(generate_without(caption, group, model=self._model, **settings))
        return Insight(
            caption=caption,
            words=inside.words,
            fps=RATE,
            frames=inside.frames,
            steps=inside.steps,
            looked=inside.looked,
            took=inside.took,
            knocked=inside.knocked,
            without=tuple(without),
        )

    def _read(self, request: ShotRequest) -> tuple[Understanding, Restaging]:
        """What a request says, and how that is staged in its frame."""
        understood = understand(request, known=self._model.info.get("cast", ()))
        height, width = self._native_size(request)
        return understood, restage(understood, request, width / height)

    def _draw(self, staged: Restaging, request: ShotRequest, progress: Progress) -> list[Frames]:
        """Native frames `[f h w c]` of every part."""
        drawn: list[Frames] = []
        for number, part in enumerate(staged.parts):

            def told(fraction: float, preview: Frames | None, number: int = number) -> None:
                done = (number + fraction) / len(staged.parts)
                progress(_MADE * done, say("dreaming", "生成"), preview)

            settings = self._settings(replace(request, num_frames=part.num_frames))
            drawn.append(generate(part.caption, model=self._model, **settings, upscale=request.upscale, progress=told))
        return drawn

    def _settings(self, request: ShotRequest) -> dict[str, Any]:
        """What a request says to the network, but for its words."""
        height, width = self._native_size(request)
        return {
            "negative_prompt": request.negative_prompt,
            "num_frames": ceil(request.seconds * RATE),
            "height": height,
            "width": width,
            "seed": request.seed,
            "num_steps": request.num_steps,
            "guidance_scale": request.guidance_scale,
            "first_frame": cover(request.conditions[0].frames[0], height, width) if request.conditions else None,
        }

    def _native_size(self, request: ShotRequest) -> tuple[int, int]:
        """Height and width of the native aspect that is nearest to the one asked for."""
        wanted = log(request.width / request.height)
        sizes = (_drawn_size(aspect, self._model) for aspect in ASPECTS)
        return min(sizes, key=lambda size: abs(log(size[1] / size[0]) - wanted))

    def _unlearnt(self, request: ShotRequest) -> tuple[str, ...]:
        """A note on words that reach the network as they are and that it has never seen."""
        verbatim = [request.prompt] if request.verbatim else []
        unseen = [word for text in (*verbatim, request.negative_prompt) for word in self._model.tokenizer.unknown(text)]
        if not unseen:
            return ()
        words = listed(tuple(f"“{word}”" for word in dict.fromkeys(unseen[:8])))
        return (say(f"The model has never seen {words}.", f"模型从未见过{words}。"),)

    def _effective(self, request: ShotRequest, num_frames: int) -> dict[str, Any]:
        """What really ran: the steps, the guidance, the sampler, the threads, and which model."""
        network, steps, guidance, sampler = choose(
            self._model, request.num_steps, request.guidance_scale, None, bool(request.negative_prompt)
        )
        return {
            "steps": steps,
            "guidance": guidance,
            "sampler": sampler,
            "distilled": network is self._model.distilled,
            "native_frames": num_frames,
            "native_fps": str(RATE),
            "threads": torch.get_num_threads(),
            "model": self._model.info.get("name"),
        }


def _drawn_size(aspect: Aspect, model: NativeModel) -> tuple[int, int]:
    """Height and width that the network draws for an aspect: those that it was trained on, where it was.

    Else the shorter side is that of its square, and the longer one the nearest that its codec and patches can make.
    """
    if aspect in model.info["sizes"]:
        return native_size(aspect, model)
    across, up = (float(part) for part in aspect.split(":"))
    side, _ = native_size("1:1", model)
    longer = max(1, round(side * max(across / up, up / across) / _STEP)) * _STEP
    return (longer, side) if up > across else (side, longer)


def _finished(drawn: Sequence[Frames], staged: Restaging, request: ShotRequest, progress: Progress) -> Iterator[Frames]:
    """Native frames `[f h w c]` of every part as single frames at the rate and the size asked for.

    Parts meet in a cut: nothing is interpolated from one to the next.
    """
    done = 0
    for frames, part in zip(drawn, staged.parts, strict=True):
        timed: Iterable[Frames] = frames
        if request.interpolate and request.fps > RATE:
            timed = interpolate(frames, len(frames), RATE, request.fps)
        elif request.fps != RATE:
            timed = hold(frames, RATE, request.fps)
        for frame in islice(timed, part.num_frames):
            finished = cover(frame, request.height, request.width)
            progress(_MADE + (1 - _MADE) * done / request.num_frames, say("writing", "写出"), finished)
            yield finished
            done += 1
    progress(1.0, say("done", "完成"))


def _resizing(frames: Frames, request: ShotRequest) -> tuple[str, ...]:
    height, width = frames.shape[1:3]
    if (height, width) == (request.height, request.width):
        return ()
    return (
        say(
            f"The engine draws {width}x{height} here; it was resized to {request.width}x{request.height} with Lanczos.",
            f"引擎在此画幅下绘制 {width}x{height}；已用 Lanczos 缩放到 {request.width}x{request.height}。",
        ),
    )

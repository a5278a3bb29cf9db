"""HD is the same picture as the clips', streamed: repeatable, of bounded memory, and polite when it is cut short."""

from __future__ import annotations

import itertools
import threading
import tracemalloc
from dataclasses import replace

import numpy as np
import pytest

from tianmu.core.errors import InputError
from tianmu.world.hd import render_frames
from tianmu.world.render import render_clip
from tianmu.world.scene import ACTIONS, CAMERAS, FRAMINGS, LOOKS, SETTINGS, TIMES, WEATHERS, Actor, Scene

SCENE = Scene(
    setting="sea",
    weather="rain",
    camera="push_in",
    actors=(Actor(subject="fox", action="spins"), Actor(subject="whale", action="floats")),
)
LATE = 2.0
"""Frames a second: slow, so that a few frames see the whole of a camera move."""


def stream(
    scene: Scene, num_frames: int = 3, *, fps: float = LATE, height: int = 90, width: int = 160, chunk: int = 4
) -> np.ndarray:
    chunks = list(render_frames(scene, num_frames=num_frames, fps=fps, height=height, width=width, chunk=chunk))
    assert all(part.dtype == np.uint8 for part in chunks)
    return np.concatenate(chunks)


def in_torch(scene: Scene, num_frames: int = 3, *, fps: float = LATE, height: int = 90, width: int = 160) -> np.ndarray:
    clip = render_clip(scene, num_frames=num_frames, fps=fps, height=height, width=width)
    return ((clip + 1) * 127.5 + 0.5).clamp(0, 255).byte().permute(1, 2, 3, 0).numpy()


def psnr(one: np.ndarray, two: np.ndarray) -> float:
    """In dB, of the worst frame."""
    error = ((one.astype(np.float64) - two) ** 2).mean((1, 2, 3)).max()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("weather", WEATHERS)
def test_hd_is_the_picture_that_clips_show(setting: str, weather: str) -> None:
    n = SETTINGS.index(setting) + WEATHERS.index(weather)
    for look in (LOOKS[n % 6], LOOKS[(n + 3) % 6]):
        turn = n + LOOKS.index(look)
        scene = Scene(
            setting=setting,
            weather=weather,
            look=look,
            time=TIMES[turn % 5],
            camera=CAMERAS[turn % 7],
            framing=FRAMINGS[turn % 3],
            actors=(Actor(subject="fox", action=ACTIONS[turn % 12]), Actor(subject="dog", action=ACTIONS[n % 12])),
            seed=n,
        )
        assert psnr(stream(scene), in_torch(scene)) > 35, scene


@pytest.mark.parametrize("look", LOOKS)
def test_so_it_is_at_360_lines(look: str) -> None:
    scene = replace(SCENE, look=look, setting="city", time="night")
    shape = {"height": 360, "width": 640}
    assert psnr(stream(scene, 2, **shape), in_torch(scene, 2, **shape)) > 45


@pytest.mark.parametrize("camera", CAMERAS)
def test_and_under_every_camera_in_every_framing(camera: str) -> None:
    for framing in FRAMINGS:
        scene = replace(SCENE, camera=camera, framing=framing, setting="forest", weather="leaves")
        assert psnr(stream(scene), in_torch(scene)) > 45, framing


@pytest.mark.parametrize("size", [(90, 51), (51, 90), (64, 153), (16, 16)])
def test_odd_sizes_and_aspects_are_drawn_too(size: tuple[int, int]) -> None:
    height, width = size
    for weather in ("rain", "snow", "leaves"):
        scene = replace(SCENE, weather=weather)
        assert psnr(stream(scene, height=height, width=width), in_torch(scene, height=height, width=width)) > 38


def test_what_drifts_for_long_comes_round() -> None:
    scene = Scene(setting="sea", weather="snow", camera="pan_right")
    assert psnr(stream(scene, 5, fps=1 / 40), in_torch(scene, 5, fps=1 / 40)) > 35


def test_the_same_scene_gives_the_same_bytes() -> None:
    assert np.array_equal(stream(SCENE), stream(SCENE))


def test_chunks_change_nothing_but_where_the_stream_is_cut() -> None:
    whole = stream(SCENE, 7)
    for chunk in (1, 3, 7, 100):
        assert np.array_equal(stream(SCENE, 7, chunk=chunk), whole)
    sizes = [len(part) for part in render_frames(SCENE, num_frames=7, fps=8.0, height=32, width=32, chunk=3)]
    assert sizes == [3, 3, 1]


def test_what_was_given_away_is_not_drawn_over() -> None:
    chunks = render_frames(SCENE, num_frames=6, fps=8.0, height=48, width=64, chunk=1)
    first = next(chunks)
    kept = first.copy()
    for later in chunks:
        assert not np.shares_memory(first, later)
    assert np.array_equal(first, kept)


def test_a_static_stage_stands_still() -> None:
    frames = stream(Scene(setting="meadow", weather="fog"), 5)
    assert (frames == frames[:1]).all()


def test_memory_does_not_grow_with_the_shot() -> None:
    def peak(num_frames: int) -> int:
        tracemalloc.start()
        # Always eight seconds, because how far the camera goes depends on them.
        for _ in render_frames(SCENE, num_frames=num_frames, fps=num_frames / 8, height=64, width=112):
            pass
        used = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return used

    peak(4)
    assert peak(136) < peak(8) + 64 * 112 * 3 * 8, "128 frames more take less room than eight of them"


def test_a_stream_that_is_left_lets_its_thread_go() -> None:
    before = threading.active_count()
    chunks = render_frames(SCENE, num_frames=1000, fps=24.0, height=48, width=64)
    next(chunks)
    assert threading.active_count() == before + 1
    chunks.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert threading.active_count() == before


@pytest.mark.parametrize(
    "wrong", [{"num_frames": 0}, {"num_frames": -3}, {"fps": 0.0}, {"fps": -24.0}, {"height": 15}, {"width": 2}]
)
def test_a_shot_that_cannot_be_is_refused_at_once(wrong: dict[str, float]) -> None:
    asked = {"num_frames": 24, "fps": 24.0, "height": 32, "width": 32} | wrong
    with pytest.raises(InputError, match=r"at least one frame of 16 x 16 pixels, but .* were asked for"):
        render_frames(SCENE, **asked)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(("setting", "time"), list(itertools.product(["room", "stage"], ["noon", "night"])))
def test_indoors_weather_stays_outside(setting: str, time: str) -> None:
    dry, wet = (stream(Scene(setting=setting, time=time, weather=weather), 2) for weather in ("clear", "rain"))
    changed = (dry != wet).any(-1).mean()
    assert changed < (0.2 if setting == "room" else 1e-9)

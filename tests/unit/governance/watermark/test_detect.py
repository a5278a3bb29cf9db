"""What goes in comes out, whatever is done on the way; and nothing comes out where nothing went in."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import cast

import av
import cv2
import numpy as np
import pytest
from av.video.stream import VideoStream
from cv2.typing import MatLike
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tianmu.governance.watermark import PUBLIC_KEY, Found, Watermark, detect
from tianmu.media.image import Frame

PAYLOAD = 0x0123_4567_89AB_CDEF
WIDTH, HEIGHT = 640, 360
NUM_FRAMES = 8

Clip = list[Frame]


def scene(width: int = WIDTH, height: int = HEIGHT, num_frames: int = NUM_FRAMES) -> Clip:
    """A flat sky, hills of some texture and a moving disc."""
    rng = np.random.default_rng(4)
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    grain = cv2.resize(rng.normal(0, 18, (90, 160)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    hills = rows > height * (0.62 + 0.08 * np.sin(columns / width * 9))
    stage = np.stack([80 + rows / 6, 120 + rows / 8, 200 - rows / 9], axis=2)
    stage[hills] = np.array([90, 130, 70]) + grain[hills][:, None]
    clip: Clip = []
    for index in range(num_frames):
        frame = stage.copy()
        left = width * (0.2 + 0.05 * index)
        frame[(rows - height / 2) ** 2 + (columns - left) ** 2 < (height / 7) ** 2] = (220, 120, 40)
        clip.append(np.clip(frame, 0, 255).astype(np.uint8))
    return clip


def marked(clip: Clip, payload: int = PAYLOAD, key: bytes = PUBLIC_KEY) -> Clip:
    height, width, _ = clip[0].shape
    watermark = Watermark(payload, width=width, height=height, key=key)
    return [watermark.apply(frame) for frame in clip]


@pytest.fixture(scope="module")
def clip() -> Clip:
    return marked(scene())


def coded(clip: Clip, codec: str, crf: int) -> Clip:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = cast(VideoStream, container.add_stream(codec, rate=24))
        stream.height, stream.width, _ = clip[0].shape
        stream.pix_fmt = "yuv420p"
        options: dict[str, object] = {"crf": str(crf), "preset": "veryfast"}
        stream.options = options | ({"x265-params": "log-level=none"} if codec == "libx265" else {})
        for frame in clip:
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(frame), format="rgb24")))
        container.mux(stream.encode())
    file.seek(0)
    with av.open(file, "r") as container:
        return [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in container.decode(video=0)]


def each(clip: Clip, change: Callable[[Frame], MatLike]) -> Clip:
    return [np.ascontiguousarray(change(frame), np.uint8) for frame in clip]


def resized(clip: Clip, width: int, height: int) -> Clip:
    how = cv2.INTER_AREA if height < clip[0].shape[0] else cv2.INTER_CUBIC
    return each(clip, lambda frame: cv2.resize(frame, (width, height), interpolation=how))


def cropped(clip: Clip, left: float, top: float) -> Clip:
    """Eight tenths of each side."""
    high, wide = HEIGHT * 8 // 10, WIDTH * 8 // 10
    row, column = int((HEIGHT - high) * top), int((WIDTH - wide) * left)
    return [frame[row : row + high, column : column + wide] for frame in clip]


def turned(clip: Clip, degrees: float) -> Clip:
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), degrees, 1.0)
    return each(clip, lambda frame: cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR))


def grey(frame: Frame) -> MatLike:
    return cv2.cvtColor(cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)


def jpeg(frame: Frame) -> MatLike:
    _, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 50])
    return cast(MatLike, cv2.imdecode(data, cv2.IMREAD_COLOR))


ATTACKS: dict[str, Callable[[Clip], Clip]] = {
    "H.264 CRF 23": lambda clip: coded(clip, "libx264", 23),
    "H.264 CRF 28": lambda clip: coded(clip, "libx264", 28),
    "H.264 CRF 33": lambda clip: coded(clip, "libx264", 33),
    "HEVC CRF 28": lambda clip: coded(clip, "libx265", 28),
    "half size": lambda clip: resized(clip, WIDTH // 2, HEIGHT // 2),
    "half size, CRF 23": lambda clip: coded(resized(clip, WIDTH // 2, HEIGHT // 2), "libx264", 23),
    "double size": lambda clip: resized(clip, 2 * WIDTH, 2 * HEIGHT),
    "crop, left top": lambda clip: cropped(clip, 0, 0),
    "crop, right bottom, scaled back": lambda clip: resized(cropped(clip, 1, 1), WIDTH, HEIGHT),
    "crop, CRF 28": lambda clip: coded(cropped(clip, 0.3, 0.9), "libx264", 28),
    "to 1:1": lambda clip: [frame[:, 140:500] for frame in clip],
    "to 9:16": lambda clip: [frame[:, 220:422] for frame in clip],
    "rotation 5": lambda clip: turned(clip, 5),
    "rotation -5, CRF 28": lambda clip: coded(turned(clip, -5), "libx264", 28),
    "quarter turn": lambda clip: each(clip, np.rot90),
    "mirror": lambda clip: [frame[:, ::-1] for frame in clip],
    "mirror, crop": lambda clip: cropped([frame[:, ::-1] for frame in clip], 0.5, 0.2),
    "grey": lambda clip: each(clip, grey),
    "brighter": lambda clip: each(clip, lambda frame: cv2.add(frame, np.full_like(frame, 40))),
    "darker": lambda clip: each(clip, lambda frame: (frame * 0.6).astype(np.uint8)),
    "half the frames": lambda clip: clip[::2],
    "dropped frames": lambda clip: [clip[0], *clip[4:]],
    "repeated frames": lambda clip: [frame for frame in clip for _ in range(3)],
    "cut into an unmarked clip": lambda clip: [*scene(num_frames=3), *clip],
    "screenshot": lambda clip: clip[3:4],
    "screenshot, JPEG": lambda clip: each(clip[3:4], jpeg),
    "screenshot of CRF 28": lambda clip: coded(clip, "libx264", 28)[3:4],
}


@pytest.mark.parametrize("name", ATTACKS)
def test_the_mark_survives(clip: Clip, name: str) -> None:
    found = detect(ATTACKS[name](clip))
    assert found is not None
    assert found.payload == PAYLOAD


@given(payload=st.integers(0, 2**64 - 1), key=st.binary(max_size=40), height=st.integers(200, 301))
@hypothesis_settings(max_examples=8)
def test_what_goes_in_comes_out(payload: int, key: bytes, height: int) -> None:
    found = detect(marked(scene(height * 16 // 9, height, 1), payload, key), keys=[key])
    assert found is not None
    assert found.payload == payload


def test_the_finding_says_what_was_done(clip: Clip) -> None:
    whole = detect(clip)
    assert whole is not None
    assert (whole.scale, whole.rotation, whole.mirrored, whole.num_frames) == (1, 0, False, NUM_FRAMES)
    flipped = detect(turned([frame[:, ::-1] for frame in cropped(clip, 0.5, 0.5)], 0)[:1])
    assert flipped is not None
    assert flipped.mirrored
    turning = detect(turned(clip, 4))
    assert turning is not None
    assert turning.rotation == pytest.approx(-4, abs=0.5)
    larger = detect(cropped(clip, 0.5, 0.5))
    assert larger is not None
    assert larger.scale == pytest.approx(1.25, abs=0.02)


def test_another_key_finds_nothing_and_the_right_one_is_named(clip: Clip) -> None:
    assert detect(clip, keys=[b"another"]) is None
    found = detect(clip, keys=[b"another", PUBLIC_KEY])
    assert isinstance(found, Found)
    assert found.key_index == 1


def test_the_unmarked_says_nothing() -> None:
    rng = np.random.default_rng(9)
    noise = [rng.integers(0, 256, (180, 320, 3), dtype=np.uint8)]
    still = scene(num_frames=1) * 20
    stripes: Frame = np.broadcast_to((np.arange(320) // 8 % 2 * 255).astype(np.uint8)[None, :, None], (180, 320, 3))
    for frames in (scene(), still, noise, [stripes], [np.zeros((90, 160, 3), np.uint8)]):
        assert detect(frames) is None


def test_odd_pictures_do_not_trouble_it() -> None:
    rng = np.random.default_rng(9)
    assert detect([]) is None
    for height, width in ((1, 1), (15, 400), (16, 16), (17, 2000), (3000, 20)):
        assert detect([rng.integers(0, 256, (height, width, 3), dtype=np.uint8)]) is None
    mixed = [scene(num_frames=1)[0], rng.integers(0, 256, (90, 160, 3), dtype=np.uint8)]
    assert detect(mixed) is None


def test_a_clip_may_change_its_size_on_the_way(clip: Clip) -> None:
    found = detect([*clip[:4], *resized(clip[4:], WIDTH // 2, HEIGHT // 2)])
    assert found is not None
    assert found.payload == PAYLOAD


def test_a_film_is_read_at_ever_greater_distances() -> None:
    """240 frames: 64 one by one, 64 at a distance of two, and 12 at one of four."""
    frame = marked(scene(num_frames=1))[0]
    found = detect(frame for _ in range(240))
    assert found is not None
    assert found.num_frames == 140


def test_the_same_picture_again_proves_nothing_more() -> None:
    frame = marked(scene(num_frames=1))[0]
    once, often = detect([frame]), detect([frame] * 20)
    assert once is not None
    assert often is not None
    assert often.score == pytest.approx(once.score, rel=1e-3)


def test_when_time_is_up_no_more_frames_are_read(clip: Clip) -> None:
    asked: list[int] = []

    def endless() -> Iterator[Frame]:
        while True:
            asked.append(1)
            yield clip[0]

    found = detect(endless(), most_seconds_of_work=0)
    assert found is not None
    assert len(asked) == 1


@pytest.mark.parametrize(("width", "height"), [(64, 64), (113, 64), (128, 96), (224, 128), (128, 224)])
def test_small_frames_are_read_too(width: int, height: int) -> None:
    found = detect(marked(scene(width, height)))
    assert found is not None
    assert found.payload == PAYLOAD

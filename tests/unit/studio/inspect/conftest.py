"""A studio with a work that left in every format: drawn, watermarked, labelled, signed and on record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tianmu.governance.aigc import first_write
from tianmu.governance.identity import Identity, open_identity
from tianmu.governance.provenance import Claim, Ingredient, sign_file
from tianmu.governance.similarity import fingerprint
from tianmu.governance.watermark import Watermark
from tianmu.media.image import Frame
from tianmu.media.video import write_video
from tianmu.studio.inspect import Reader
from tianmu.studio.store import Store
from tianmu.studio.store.issued import Issued
from tianmu.world.hd import render_frames
from tianmu.world.scene import Actor, Scene

MARK = 0x1234_5678_9ABC_DEF0
FPS = Fraction(24)


def drawn(seed: int, *, setting: str = "meadow", num_frames: int = 24) -> list[Frame]:
    """A short shot of the animated stage, 640 x 360."""
    scene = Scene(setting=setting, actors=(Actor(subject="fox", action="walks"),), seed=seed)
    chunks = render_frames(scene, num_frames=num_frames, fps=24.0, width=640, height=360)
    return [frame for chunk in chunks for frame in chunk]


def claim(title: str, mark: int | None = MARK, ingredients: tuple[Ingredient, ...] = ()) -> Claim:
    """What a shot by the native engine says."""
    return Claim(
        title=title,
        kind="film" if ingredients else "shot",
        trained=True,
        model_name="tianmu",
        model_digest="ab" * 32,
        engine="native",
        oversight="prompt_guided",
        mark=mark,
        recipe_sha256=None,
        ingredients=ingredients,
    )


@dataclass(frozen=True, kw_only=True)
class Studio:
    """A studio home, and its works by format."""

    home: Path
    store: Store
    identity: Identity
    frames: list[Frame]
    """Marked, as they were written."""
    works: Mapping[str, Path]
    reader: Reader


@pytest.fixture(scope="session")
def studio() -> Iterator[Studio]:
    """One for all tests of a session; they only read it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="tianmu-inspect-") as folder:
        home = Path(folder)
        identity = open_identity(home)
        mark = Watermark(MARK, width=640, height=360)
        frames = [mark.apply(frame) for frame in drawn(3)]
        with Store.open(home) as store, Reader() as reader:
            works = _works(home, identity, store, frames)
            yield Studio(home=home, store=store, identity=identity, frames=frames, works=works, reader=reader)


def _works(home: Path, identity: Identity, store: Store, frames: list[Frame]) -> dict[str, Path]:
    label = {"AIGC": first_write(identity.producer, MARK).to_json()}
    works = {ending: home / f"fox.{ending}" for ending in ("mp4", "gif", "webp")} | {"sequence": home / "foxes"}
    for ending, path in works.items():
        # A GIF has 256 colours and a palette of its own, so that fewer frames are enough to be slow.
        write_video(path, frames[:12] if ending in ("gif", "sequence") else frames, FPS, metadata=label)
    for ending in ("png", "jpg", "tif"):
        works[ending] = home / f"fox-still.{ending}"
        Image.fromarray(frames[0]).save(works[ending], quality=92)
    works["wav"] = home / "fox.wav"
    write_sound(works["wav"])
    for ending, path in works.items():
        signed = sign_file(path, claim(f"A fox ({ending})"), identity)
        look = "" if ending == "wav" else fingerprint(frames).to_text()
        record = Issued(
            mark=MARK,
            kind="shot",
            title=f"A fox ({ending})",
            file_sha256=signed.sha256,
            fingerprint=look,
            audience="all",
            at="2026-11-22T10:00:00Z",
        )
        store.issue(record, signed.manifest)
    return works


def write_sound(path: Path) -> None:
    """A second of a tone."""
    import wave

    tone = (np.sin(np.arange(8000) / 8000 * 440 * 2 * np.pi) * 8000).astype("<i2")
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(tone.tobytes())

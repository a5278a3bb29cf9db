"""A studio with keys, small works in every format, and what is claimed about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from tianmu.governance.footprint import Footprint
from tianmu.governance.identity import Identity, anchors, open_identity
from tianmu.governance.provenance import Claim, Ingredient, Provenance, Signed, read_provenance, sign_file
from tianmu.media.image import write_png
from tianmu.media.video import write_video

CLAIM = Claim(
    title="A fox in the snow",
    kind="shot",
    trained=True,
    model_name="tianmu-native",
    model_digest="ab" * 32,
    engine="native",
    oversight="prompt_guided",
    mark=0xFEDCBA9876543210,
    recipe_sha256="cd" * 32,
    footprint=Footprint(energy_kwh=0.002, carbon_kg=0.001, method="an estimate"),
    facts={"seed": 7, "prompt": "a fox, 狐狸"},
)
FPS = Fraction(24)


@dataclass(frozen=True)
class Studio:
    """One identity, the folder that its works lie in, and the few things that tests do with both."""

    identity: Identity
    anchors: tuple[bytes, ...]
    folder: Path

    def make(self, format: str, name: str = "work") -> Path:
        """An unsigned work of three small frames, others under each name: a video, a picture, or a document."""
        frames = np.random.default_rng(list(name.encode())).integers(0, 255, (3, 16, 24, 3), dtype=np.uint8)
        path = self.folder / f"{name}.{format}"
        if format == "sequence":
            path = self.folder / name
            write_video(path, frames, FPS, format="png")
        elif format == "png":
            write_png(path, frames[0])
        elif format == "pdf":
            from reportlab.pdfgen.canvas import Canvas

            page = Canvas(str(path), pagesize=(100, 80), invariant=1)
            page.drawString(10, 10, "Storyboard")
            page.save()
        elif format == "webm":
            with av.open(str(path), "w") as container:
                stream = container.add_stream("libvpx", rate=24)
                stream.width, stream.height, stream.pix_fmt = 24, 16, "yuv420p"
                for frame in frames:
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
                container.mux(stream.encode(None))
        else:
            write_video(path, frames, FPS)
        return path

    def sign(self, path: Path, **changes: Any) -> Signed:
        """Sign with the claim that all tests share, changed a little."""
        return sign_file(path, replace(CLAIM, **changes), self.identity)

    def signed(self, format: str, name: str = "work", **changes: Any) -> Path:
        """A signed work."""
        path = self.make(format, name)
        self.sign(path, **changes)
        return path

    def cut(self, name: str, *parts: Path, **changes: Any) -> Path:
        """A signed film made of some works, each called by its file's name."""
        used = tuple(Ingredient(path=each, title=each.name, relationship="componentOf") for each in parts)
        return self.signed("mp4", name, **{"kind": "film", "title": name, "ingredients": used, **changes})

    def read(self, path: Path, *, anchors: Sequence[bytes] | None = None, manifest: bytes | None = None) -> Provenance:
        """What a work says, which must say something; this studio's own anchors hold unless others are given."""
        trusted = self.anchors if anchors is None else anchors
        found = read_provenance(path, anchors=trusted, manifest=manifest)
        assert found is not None
        return found


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Identity, tuple[bytes, ...]]:
    """One identity for all tests: what is tried is what it signs."""
    home = tmp_path_factory.mktemp("house") / "home"
    identity = open_identity(home)
    return identity, anchors(home)


@pytest.fixture
def studio(house: tuple[Identity, tuple[bytes, ...]], tmp_path: Path) -> Studio:
    """A studio with a folder of its own."""
    folder = tmp_path / "works"
    folder.mkdir()
    return Studio(*house, folder)


@pytest.fixture
def changed() -> Callable[[Path, int], None]:
    """Changes one bit of one byte of a file."""

    def change(path: Path, at: int) -> None:
        content = bytearray(path.read_bytes())
        content[at] ^= 1 << (at % 8)
        path.write_bytes(content)

    return change

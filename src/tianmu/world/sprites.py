"""The cast's pictures: an atlas built once from the sprite packages, loaded as mip levels of premultiplied RGBA.

The atlas is a zip of one WebP strip a subject and an index with where each came from. A strip holds NUM_FRAMES frames
of SIZE x SIZE, left to right; the subject stands on the frame's bottom edge, centred, as large as it fits.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from PIL import Image
from torch import Tensor

from tianmu.core.errors import InputError, MediaError
from tianmu.world.scene import Subject, cast

SIZE = 256
NUM_FRAMES = 24
SPRITE_FPS = 12
"""The loop's own rate: twelve drawings a second, as cut-out animation is shot."""
_QUALITY = 78
_STILL = 0.004
"""Mean change of a pixel below which a drawing counts as the one before it."""


@dataclass(frozen=True, kw_only=True)
class Sprite:
    """One subject's drawings. `mips[k]` is [frame, 4, SIZE >> k, SIZE >> k], premultiplied, in [0, 1]."""

    subject: Subject
    mips: tuple[Float[Tensor, "f 4 _ _"], ...]
    extent: tuple[float, float]
    """Width and height of the drawing as a part of the frame."""

    def level(self, pixels: float) -> Float[Tensor, "f 4 s s"]:
        """The smallest mip level that still has a texel for every pixel of a frame drawn `pixels` wide."""
        k = 0
        while k + 1 < len(self.mips) and self.mips[k + 1].shape[-1] >= pixels:
            k += 1
        return self.mips[k]


def atlas_path() -> Path:
    """Where the shipped atlas lies."""
    return Path(str(files("tianmu.world").joinpath("data/atlas.zip")))


@cache
def atlas_index() -> dict[str, Any]:
    """The atlas's index: per subject its extent, sha256 of the drawing it was built from, licence and source."""
    try:
        with zipfile.ZipFile(atlas_path()) as archive:
            return json.loads(archive.read("index.json"))
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise MediaError(
            f"The sprite atlas {atlas_path()} cannot be read ({error}): install the package again, "
            "or build it with `tianmu atlas`."
        ) from error


@cache
def load_sprite(key: str, largest: int = SIZE) -> Sprite:
    """One subject's drawings, decoded once a process, with mip levels of at most `largest` pixels."""
    subject = cast()[key]
    with zipfile.ZipFile(atlas_path()) as archive:
        strip = np.asarray(Image.open(io.BytesIO(archive.read(f"{key}.webp"))).convert("RGBA"))
    frames = torch.from_numpy(strip.copy()).unflatten(1, (NUM_FRAMES, SIZE)).permute(1, 3, 0, 2).float() / 255
    frames[:, :3] *= frames[:, 3:]
    while frames.shape[-1] > largest:
        frames = torch.nn.functional.avg_pool2d(frames, 2)
    mips = [frames]
    while mips[-1].shape[-1] > 16:
        mips.append(torch.nn.functional.avg_pool2d(mips[-1], 2))
    width, height = atlas_index()["subjects"][key]["extent"]
    return Sprite(subject=subject, mips=tuple(mips), extent=(width, height))


def build_atlas(packages: Path, out: Path, subjects: Iterable[Subject] | None = None) -> Path:
    """Build the atlas of the whole cast, or of some subjects, from unpacked sprite packages, and write it to `out`.

    `packages` is a folder below which every package of the cast's cards lies unpacked (as `npm pack` and `tar` leave
    it). The same packages give the same bytes. Raises InputError when a drawing is not there.
    """
    index: dict[str, Any] = {"size": SIZE, "num_frames": NUM_FRAMES, "fps": SPRITE_FPS, "subjects": {}}
    strips: dict[str, bytes] = {}
    people = list(cast().values() if subjects is None else subjects)
    for subject, source in [(subject, _find(packages, subject)) for subject in people]:  # all are found before the work
        strip, extent = _strip(Image.open(source))
        buffer = io.BytesIO()
        Image.fromarray(strip).save(buffer, "WEBP", quality=_QUALITY, alpha_quality=90, method=6)
        strips[subject.key] = buffer.getvalue()
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        index["subjects"][subject.key] = {"extent": extent, "source_sha256": digest} | asdict(subject)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo("index.json"), json.dumps(index, ensure_ascii=False, indent=1))
        for key, data in strips.items():
            archive.writestr(zipfile.ZipInfo(f"{key}.webp"), data)
    return out


def _find(packages: Path, subject: Subject) -> Path:
    name = subject.package.split("/")[-1]
    found = sorted(p for p in packages.rglob(Path(subject.file).name) if name in str(p))
    if not found:
        raise InputError(
            f"The drawing {subject.file} of {subject.package} {subject.version} is not below {packages}: "
            f"unpack the package there (npm pack {subject.package}@{subject.version})."
        )
    return found[0]


def _strip(image: Image.Image) -> tuple[np.ndarray, tuple[float, float]]:
    """Drawings of the moving part of the loop, cropped to what any of them covers, side by side."""
    drawings: list[np.ndarray] = []
    for i in range(getattr(image, "n_frames", 1)):
        image.seek(i)
        drawings.append(np.asarray(image.convert("RGBA")))
    stack = np.stack(drawings)
    last = _last_moving(stack)
    picks = np.linspace(0, last, NUM_FRAMES, endpoint=False).astype(int)
    alpha = stack[picks, ..., 3].max(0) > 8
    rows, cols = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    top, bottom, left, right = rows[0], rows[-1] + 1, cols[0], cols[-1] + 1
    scale = (SIZE - 4) / max(bottom - top, right - left)
    width, height = round((right - left) * scale), round((bottom - top) * scale)
    strip = np.zeros((SIZE, NUM_FRAMES, SIZE, 4), np.uint8)
    x = (SIZE - width) // 2
    for i, pick in enumerate(picks):
        crop = Image.fromarray(stack[pick, top:bottom, left:right]).resize((width, height), Image.Resampling.LANCZOS)
        strip[SIZE - 2 - height : SIZE - 2, i, x : x + width] = np.asarray(crop)
    return strip.reshape(SIZE, NUM_FRAMES * SIZE, 4), (width / SIZE, height / SIZE)


def _last_moving(stack: np.ndarray) -> int:
    """Number of drawings up to which something moves; the loops of the packages often rest at their end."""
    seen = stack.astype(np.float32) / 255
    seen = seen[..., :3] * seen[..., 3:]
    change = np.abs(seen[1:] - seen[:-1]).mean((1, 2, 3)) / max(float(seen.mean()), 1e-6)
    moving = np.flatnonzero(change > _STILL)
    return len(stack) if len(moving) == 0 else max(int(moving[-1]) + 1, min(NUM_FRAMES, len(stack)))

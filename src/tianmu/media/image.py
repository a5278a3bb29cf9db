"""Still pictures: read, write, and the contact sheet."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from tianmu.core.errors import InputError, MediaError
from tianmu.core.files import whole_file, writing
from tianmu.core.text import say
from tianmu.media.metadata import check_metadata
from tianmu.media.metadata.png import png_chunks

Frame = NDArray[np.uint8]
"""One picture: `[h w c]` uint8, c = 3, RGB."""

_PAPER = (18, 18, 20)
_INK = (200, 200, 204)


def read_image(path: Path) -> Frame:
    """Read a picture as `[h w 3] uint8` RGB, turned upright as its EXIF says, transparency laid on white.

    Raises:
        MediaError: the file is missing, is no picture, or is damaged.
    """
    try:
        with Image.open(path) as opened:
            image = ImageOps.exif_transpose(opened)
            if image.has_transparency_data:
                image = image.convert("RGBA")
                paper = Image.new("RGBA", image.size, "white")
                image = Image.alpha_composite(paper, image)
            return np.array(image.convert("RGB"), dtype=np.uint8)
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise MediaError(
            say(
                f"{path} cannot be read as a picture; a PNG, JPEG, WebP or GIF file was expected.",
                f"无法将 {path} 读作图片；需要 PNG、JPEG、WebP 或 GIF 文件。",
            )
        ) from error


def write_png(path: Path, image: Frame, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write a picture `[h w 3] uint8` as PNG, whole or not at all, with what it says about itself.

    Raises:
        InputError: an entry of `metadata` cannot be written.
        OutputError: the file cannot be written.
    """
    checked = check_metadata(metadata or {})
    with whole_file(path) as part, writing(path):
        save_png(part, image, metadata=checked)


def save_png(path: Path, image: Frame, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write a picture `[h w 3] uint8` as PNG straight to `path`; for callers that hold a temporary path already.

    `metadata` has been checked by `check_metadata`; without it the bytes are the picture's alone.
    """
    chunks = png_chunks(metadata) if metadata else None
    Image.fromarray(image).save(path, format="PNG", compress_level=4, pnginfo=chunks)


def sheet_indices(num_frames: int, num_cells: int) -> tuple[int, ...]:
    """The frames that a contact sheet shows: first, last, and evenly between; all of them where there are few.

    Raises:
        InputError: there is no frame or no cell.
    """
    if num_frames < 1 or num_cells < 1:
        raise InputError(
            say(
                f"A contact sheet needs at least one frame and one cell, not {num_frames} and {num_cells}.",
                f"小样至少需要一帧和一格，而得到的是 {num_frames} 帧和 {num_cells} 格。",
            )
        )
    if num_cells == 1:
        return (num_frames // 2,)
    count = min(num_frames, num_cells)
    return tuple(round(cell * (num_frames - 1) / max(count - 1, 1)) for cell in range(count))


def contact_sheet(
    frames: Sequence[Frame], columns: int = 4, *, labels: Sequence[str] | None = None, cell_width: int | None = None
) -> Frame:
    """Lay frames out as a photographer's contact sheet: rows of `columns`, a thin border, a label under each.

    Args:
        frames: pictures `[h w 3] uint8`, all of one size.
        columns: pictures in a row; fewer frames than that make one shorter row.
        labels: one short text a frame, such as its time.
        cell_width: width of a picture in pixels; by default its own, and at least 128, so that a label fits.

    Returns:
        `[h w 3] uint8`, with even height and width.

    Raises:
        InputError: no frames, frames of different sizes, no columns, or not one label a frame.
    """
    _require_sheet(frames, columns, labels)
    height, width, _ = frames[0].shape
    wide: int = cell_width or max(width, 128)
    high = max(1, round(height * wide / width))
    resample = Image.Resampling.NEAREST if wide % width == 0 else Image.Resampling.LANCZOS
    gap = max(2, wide // 40)
    text = max(10, wide // 12) if labels else 0
    font = ImageFont.load_default(size=max(9, text - 3)) if labels else None

    columns = min(columns, len(frames))
    rows = math.ceil(len(frames) / columns)
    size = (gap + columns * (wide + gap), gap + rows * (high + text + gap))
    sheet = Image.new("RGB", (size[0] + size[0] % 2, size[1] + size[1] % 2), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for index, frame in enumerate(frames):
        row, column = divmod(index, columns)
        left, top = gap + column * (wide + gap), gap + row * (high + text + gap)
        picture = Image.fromarray(frame)
        if picture.size != (wide, high):
            picture = picture.resize((wide, high), resample)
        sheet.paste(picture, (left, top))
        if labels:
            draw.text((left, top + high + 1), labels[index], fill=_INK, font=font)
    return np.array(sheet, dtype=np.uint8)


def _require_sheet(frames: Sequence[Frame], columns: int, labels: Sequence[str] | None) -> None:
    if not frames or columns < 1:
        raise InputError(
            say(
                f"A contact sheet needs at least one frame and one column, not {len(frames)} and {columns}.",
                f"小样至少需要一帧和一列，而得到的是 {len(frames)} 帧和 {columns} 列。",
            )
        )
    sizes = {frame.shape for frame in frames}
    if len(sizes) > 1:
        raise InputError(
            say(
                f"A contact sheet needs frames of one size, not {sorted(sizes)}.",
                f"小样中的各帧尺寸必须相同，而得到的是 {sorted(sizes)}。",
            )
        )
    if labels is not None and len(labels) != len(frames):
        raise InputError(
            say(
                f"A contact sheet needs one label a frame: {len(frames)} frames came with {len(labels)} labels.",
                f"小样每帧需要一个标签：{len(frames)} 帧却有 {len(labels)} 个标签。",
            )
        )

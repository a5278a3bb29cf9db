"""Scores as people read them: a table, and a contact sheet with its captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from tianmu.media.image import sheet_indices
from tianmu.training.probe import FACTS

ISSUE_FACTS = ("setting", "time", "camera", "subject", "action")
"""The facts that the project promises something about."""

_PAPER, _INK = (18, 18, 20), (200, 200, 204)


def table(scores: dict[str, Any], *, markdown: bool) -> str:
    """All scores as text, for a page (Markdown) or for a terminal."""
    parts = [
        ("Probe accuracy (generated / renders = score)", accuracy_rows(scores, FACTS)),
        ("Frechet distance in the probe's features, to other renders", _frechet_rows(scores)),
        ("Physics, permanence and flicker", _motion_rows(scores)),
        ("Drift along a long take", _drift_rows(scores)),
    ]
    return "\n".join(grid(title, rows, markdown=markdown) for title, rows in parts)


def accuracy_rows(scores: dict[str, Any], facts: Sequence[str]) -> list[list[str]]:
    """Header and one row a fact: trained combinations, then held-out ones."""
    rows = [["fact", "trained", "renders", "score", "held out", "renders", "score"]]
    for fact in facts:
        cells = [fact]
        for side in ("trained", "held_out"):
            found = scores["accuracy"][side][fact]
            cells += [number(found[name]) for name in ("generated", "renders", "ratio")]
        rows.append(cells)
    return rows


def _frechet_rows(scores: dict[str, Any]) -> list[list[str]]:
    found = scores["frechet"]
    return [
        ["generated", "floor (renders)", "clips in each set"],
        [number(found["generated"]), number(found["floor"]), str(found["samples"])],
    ]


def _motion_rows(scores: dict[str, Any]) -> list[list[str]]:
    rows = [["measure", "generated", "renders"]]

    def add(name: str, both: dict[str, Any], key: str | None = None) -> None:
        rows.append([name, *(number(both[kind][key] if key else both[kind]) for kind in ("generated", "renders"))])

    def found(both: dict[str, Any]) -> list[str]:
        return [f"{both[kind]['found']} of {both[kind]['of']}" for kind in ("generated", "renders")]

    falls, bounces = scores["physics"]["falls"], scores["physics"]["bounces"]
    rows.append(["falls found", *found(falls)])
    add("gravity, frame heights/s² (the world's: 1.6)", falls, "gravity")
    add("part of a fall that a parabola explains", falls, "fit")
    rows.append(["bounces found", *found(bounces)])
    add("period of a bounce, s (the world's: 0.8)", bounces, "period")
    add("height of a bounce, frame heights", bounces, "height")
    add("part of it that equal parabolas explain", bounces, "fit")
    add("lowest hop over highest", bounces, "rebound")
    add("frames in which an actor is seen", scores["permanence"], "seen")
    add("same colours at the end as at the beginning", scores["permanence"], "sameness")
    add("flicker where nothing moves, grey levels of 255", scores["flicker"])
    rows.append(["seconds per clip", number(scores["seconds_per_clip"]), "–"])
    return rows


def _drift_rows(scores: dict[str, Any]) -> list[list[str]]:
    drift = scores["drift"]
    rows = [["from second", "subject", "set", "time", "look", "detail", "detail of renders"]]
    for i, second in enumerate(drift["seconds"]):
        here = drift["generated"][i]
        cells = [number(here[name]) for name in ("subject", "setting", "time", "look", "sharpness")]
        rows.append([str(second), *cells, number(drift["renders"][i]["sharpness"])])
    return rows


def number(value: float | None) -> str:
    """Three figures of a number; a dash when there is none."""
    if value is None:
        return "–"
    return f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"


def grid(title: str, rows: Sequence[Sequence[str]], *, markdown: bool) -> str:
    """A titled table: the first row is its header."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [f"## {title}", ""] if markdown else [title]
    for place, row in enumerate(rows):
        cells = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |" if markdown else "  " + "  ".join(cells))
        if markdown and place == 0:
            lines.append(
                "|"
                + "|".join("-" * (width + 2) if i == 0 else "-" * (width + 1) + ":" for i, width in enumerate(widths))
                + "|"
            )
    return "\n".join(lines) + "\n"


def captioned_sheet(
    clips: Sequence[Float[Tensor, "3 f h w"]], captions: Sequence[str], *, columns: int = 6
) -> NDArray[np.uint8]:
    """A row of frames a clip, evenly over its time, with its caption above: [h w 3] uint8, frames twice enlarged."""
    _, _, height, width = clips[0].shape
    scale = 2 if height < 120 else 1
    high, wide, gap, line = height * scale, width * scale, 4, 16
    font = ImageFont.load_default(size=11)
    size = (gap + columns * (wide + gap), gap + len(clips) * (line + high + gap))
    sheet = Image.new("RGB", (size[0] + size[0] % 2, size[1] + size[1] % 2), _PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, (clip, caption) in enumerate(zip(clips, captions, strict=True)):
        top = gap + row * (line + high + gap)
        while draw.textlength(caption, font=font) > size[0] - 2 * gap:
            caption = caption[:-2].rstrip() + "…"
        draw.text((gap, top), caption, fill=_INK, font=font)
        frames = ((clip.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 3, 0).numpy()
        for column, index in enumerate(sheet_indices(len(frames), columns)):
            picture = Image.fromarray(frames[index]).resize((wide, high), Image.Resampling.NEAREST)
            sheet.paste(picture, (gap + column * (wide + gap), top + line))
    return np.array(sheet, dtype=np.uint8)

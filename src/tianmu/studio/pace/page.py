"""A rhythm as a file: the picture alone, or a page with the picture, its sentences and the numbers of every shot."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Final

from tianmu.core.errors import InputError
from tianmu.core.files import whole_file, write_text, writing
from tianmu.core.settings import settings
from tianmu.core.text import listed, say
from tianmu.studio.output import refuse_existing
from tianmu.studio.pace.picture import clock, draw_rhythm, in_words
from tianmu.studio.pace.rhythm import Rhythm

ENDINGS: Final = (".svg", ".png", ".html")
_STYLE = (
    'body{font:16px/1.5 system-ui,"Noto Sans SC",sans-serif;max-width:76rem;margin:2rem auto;padding:0 1rem;color:#222}'
    "svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{padding:.15rem .8rem;text-align:right;"
    "border-bottom:1px solid #ddd}td:first-child,th:first-child{text-align:left}"
)
_KINDS = {"shot": ("shot", "镜头"), "title": ("title", "字幕卡"), "black": ("black", "黑场")}


def check_picture(path: Path, *, overwrite: bool) -> None:
    """Refuse, before any work, a place where no picture can be written.

    Raises:
        InputError: its ending is none that a rhythm is drawn as.
        OutputError: something is there that may not be replaced.
    """
    if path.suffix.lower() not in ENDINGS:
        endings = listed(list(ENDINGS))
        raise InputError(
            say(
                f"A rhythm is drawn as {endings}, and {path.name} is none; choose another name with -o.",
                f"节奏图可写成 {endings}，而 {path.name} 都不是；请用 -o 换个名字。",
            )
        )
    refuse_existing(path, overwrite=overwrite)


def write_rhythm(rhythm: Rhythm, path: Path, *, overwrite: bool = False) -> None:
    """Draw it as what the ending of `path` says.

    Raises:
        InputError, OutputError: see `check_picture`; the disk is full.
    """
    check_picture(path, overwrite=overwrite)
    sheet = draw_rhythm(rhythm)
    match path.suffix.lower():
        case ".svg":
            write_text(path, sheet.svg())
        case ".png":
            from PIL.PngImagePlugin import PngInfo

            words = PngInfo()
            words.add_itxt("Description", sheet.about, lang=settings().language)
            with whole_file(path) as part, writing(path):
                sheet.image().save(part, format="PNG", optimize=True, pnginfo=words)
        case _:
            write_text(path, _page(rhythm, sheet.svg()))


def _page(rhythm: Rhythm, drawing: str) -> str:
    title = say(f"Rhythm of {rhythm.title}", f"《{rhythm.title}》的节奏")
    head = say("shot|begins|seconds", "镜头|开始|秒").split("|")
    rows = "".join(
        f"<tr><td>{escape(piece.slate or say(*_KINDS[piece.kind]))}</td>"
        f"<td>{clock(float(piece.first / rhythm.fps))}</td><td>{float(piece.num_frames / rhythm.fps):.2f}</td></tr>"
        for piece in rhythm.pieces
    )
    sentences = "".join(f"<li>{escape(said)}</li>" for said in in_words(rhythm))
    return (
        f'<!doctype html><html lang="{settings().language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>{drawing}'
        f"<ul>{sentences}</ul><table><tr>{''.join(f'<th>{escape(cell)}</th>' for cell in head)}</tr>{rows}</table>"
        "</body></html>\n"
    )

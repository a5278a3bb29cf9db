"""A screenplay from a file: what it is, is seen from its content first, and from its suffix where that is open."""

from __future__ import annotations

from pathlib import Path

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.film.screenplay import Screenplay
from tianmu.studio.importers.fdx import parse_fdx
from tianmu.studio.importers.fountain import parse_fountain
from tianmu.studio.importers.headings import find_heading
from tianmu.studio.importers.source import decode
from tianmu.studio.importers.treatment import parse_treatment

FOUNTAIN_SUFFIXES = (".fountain", ".spmd")
SUFFIXES = (*FOUNTAIN_SUFFIXES, ".fdx", ".txt", ".md", ".markdown")
LARGEST_FILE = 64 << 20
"""Bytes; a script of 300 pages has about half a million."""


def read_screenplay(path: Path) -> Screenplay:
    """Read Fountain, FDX, or a treatment in plain text or Markdown.

    A `.txt` or `.md` with a scene heading on a line of its own is Fountain; without one it is a treatment.

    Raises:
        MediaError: the file is missing, cannot be read, is no text, or is a broken FDX.
        InputError: it holds no scene, or two scenes of one number.
    """
    data = _read(path)
    suffix = path.suffix.lower()
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if suffix == ".fdx" or start.startswith((b"<?xml", b"<FinalDraft")):
        return parse_fdx(data)
    text = decode(data, path.name)
    if not text.strip():
        raise InputError(
            say(
                f'{path.name} is empty; write a scene, such as "INT. LIGHTHOUSE - NIGHT" on a line of its own and '
                "below it what is seen.",
                f"{path.name} 是空的；请写一场戏，例如单独一行“内景. 灯塔 - 夜”，下面写看到的画面。",
            )
        )
    if suffix in FOUNTAIN_SUFFIXES or any(find_heading(row) is not None for row in text.splitlines()):
        return parse_fountain(text)
    return parse_treatment(text)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise MediaError(
                say(
                    f"{path.name} has more than {LARGEST_FILE >> 20} MB, which no screenplay has; give the script.",
                    f"{path.name} 超过 {LARGEST_FILE >> 20} MB，不会是剧本；请给出剧本文件。",
                )
            )
        return path.read_bytes()
    except OSError as error:
        raise MediaError(
            say(
                f"{path} cannot be read ({error.strerror or error}); give a screenplay ({', '.join(SUFFIXES)}).",
                f"无法读取 {path}（{error.strerror or error}）；请给出剧本文件（{'、'.join(SUFFIXES)}）。",
            )
        ) from error

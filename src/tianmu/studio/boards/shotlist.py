"""A shot list to read and to sort: CSV for spreadsheets, a table in Markdown for documents.

The CSV file is UTF-8 with a byte order mark and CRLF line ends (RFC 4180): Excel takes a file without the mark for the
machine's old code page and garbles Chinese, LibreOffice reads either.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tianmu.core.files import whole_file, write_text, writing
from tianmu.core.settings import Language
from tianmu.core.text import listed, say
from tianmu.film.asset import Asset
from tianmu.film.shot import Shot, ShotList
from tianmu.studio.boards.terms import ANGLES, MOVES, SETUPS, SIZES, decimal, plain, running_time, speech, word

COLUMNS: dict[str, tuple[str, str]] = {
    "slate": ("Slate", "镜号"),
    "scene": ("Scene", "场"),
    "setup": ("Setup", "机位"),
    "size": ("Size", "景别"),
    "angle": ("Angle", "角度"),
    "move": ("Move", "运镜"),
    "aspect": ("Frame", "画幅"),
    "seconds": ("Seconds", "秒"),
    "set": ("Set", "场景"),
    "cast": ("Cast", "角色"),
    "props": ("Props", "道具"),
    "time": ("Time", "时间"),
    "weather": ("Weather", "天气"),
    "action": ("Action", "动作"),
    "dialogue": ("Dialogue", "台词"),
    "prompt": ("Prompt", "提示词"),
    "seed": ("Seed", "种子"),
    "reasons": ("Reasons", "理由"),
}
_IN_MARKDOWN = ("slate", "size", "angle", "move", "seconds", "cast", "action", "dialogue")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in its full-width forms too."""


def write_shot_csv(
    path: Path, shots: ShotList, language: Language | None = None, *, assets: Sequence[Asset] = ()
) -> None:
    """Write a shot list for a spreadsheet, one row a shot, whole or not at all.

    Column names are in the person's language or in `language`; `assets` give cast, sets and props their names, which
    else are called by their ids. A cell that a spreadsheet would run as a formula gets an apostrophe before it.

    Raises:
        OutputError: the file cannot be written.
    """
    names = _names(assets)
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([say(*words, language=language) for words in COLUMNS.values()])
    for shot in shots.shots:
        row = _row(shot, names, language)
        writer.writerow([_inert(row[column]) for column in COLUMNS])
    with whole_file(path) as part, writing(path):
        part.write_bytes(b"\xef\xbb\xbf" + written.getvalue().encode())


def write_shot_markdown(
    path: Path, shots: ShotList, language: Language | None = None, *, assets: Sequence[Asset] = ()
) -> None:
    """Write a shot list as a table in Markdown, with the number of shots, the running time and the frame above it.

    Raises:
        OutputError: the file cannot be written.
    """
    names = _names(assets)
    aspects = dict.fromkeys(shot.aspect for shot in shots.shots)
    head = [say(*COLUMNS[column], language=language) for column in _IN_MARKDOWN]
    lines = [
        f"# {say('Shot list', '分镜表', language=language)}",
        "",
        running_time(len(shots.shots), shots.seconds, language, aspect=listed(tuple(aspects)) if aspects else ""),
        "",
        f"| {' | '.join(head)} |",
        f"| {' | '.join('---:' if column == 'seconds' else '---' for column in _IN_MARKDOWN)} |",
    ]
    for shot in shots.shots:
        row = _row(shot, names, language)
        lines.append(f"| {' | '.join(_escaped(row[column]) for column in _IN_MARKDOWN)} |")
    if shots.notes:
        lines += ["", *(f"- {_escaped(note)}" for note in shots.notes)]
    write_text(path, "\n".join(lines) + "\n")


def _names(assets: Sequence[Asset]) -> dict[str, str]:
    return {asset.id: asset.name for asset in assets}


def _row(shot: Shot, names: Mapping[str, str], language: Language | None) -> dict[str, str]:
    """A shot as the words of its cells, by column."""

    def named(id: str) -> str:
        return plain(names.get(id, id))

    between = say("; ", "；", language=language)
    cast = (
        say(
            f"{named(performer.asset)} ({performer.action}, {performer.direction})",
            f"{named(performer.asset)}（{word(performer.action, 'zh')}，{word(performer.direction, 'zh')}）",
            language=language,
        )
        for performer in shot.performers
    )
    return {
        "slate": plain(shot.slate),
        "scene": plain(shot.scene),
        "setup": say(*SETUPS[shot.setup], language=language),
        "size": say(*SIZES[shot.size], language=language),
        "angle": say(*ANGLES[shot.angle], language=language),
        "move": say(*MOVES[shot.move], language=language),
        "aspect": shot.aspect,
        "seconds": decimal(shot.seconds),
        "set": named(shot.set) if shot.set else "",
        "cast": between.join(cast),
        "props": between.join(map(named, shot.props)),
        "time": word(shot.time, language),
        "weather": word(shot.weather, language),
        "action": plain(shot.action).strip(),
        "dialogue": "\n".join(plain(line.character) + speech(line, language) for line in shot.lines),
        "prompt": plain(shot.prompt).strip(),
        "seed": str(shot.seed),
        "reasons": between.join(say(reason.en, reason.zh, language=language) for reason in shot.reasons),
    }


def _inert(cell: str) -> str:
    """A cell that no spreadsheet runs: one that begins like a formula, even after spaces, begins with an apostrophe."""
    return f"'{cell}" if cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA) else cell


def _escaped(cell: str) -> str:
    """Words as Markdown shows them: its own marks escaped, line breaks as `<br>`."""
    text = re.sub(r"([\\`*_{}\[\]#|~])", r"\\\1", cell.strip())
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"\s*\n\s*", "<br>", text)

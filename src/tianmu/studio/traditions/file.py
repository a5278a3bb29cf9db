"""Files of entries: YAML, checked whole before an entry of it is used; one clear sentence for the first fault."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NoReturn, cast

from tianmu.core.errors import InputError, MediaError
from tianmu.core.text import say
from tianmu.governance.review.categories import read_yaml
from tianmu.studio.traditions.entry import KINDS, Both, Entry, Kind

SCHEMA: Final = "tianmu.traditions.1"
LARGEST: Final = 500_000
"""Bytes of a file; a larger one is something else."""
LONGEST: Final = 4_000
"""Characters of one text of an entry."""
MOST: Final = 200
"""Entries of a file."""

_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,59}")
_BOTH = ("name", "origin", "about", "here", "care")
_KNOWN = {"id", "kind", *_BOTH, "sources", "commands", "skeleton", "ask_first"}
_COMMAND = re.compile(r"tianmu [a-z][a-z-]*( .*)?")


def read_entries(path: Path, *, own: bool = True) -> tuple[Entry, ...]:
    """The entries of a file; `own` is one of a studio, and no shipped one.

    Raises:
        MediaError: it cannot be read, or is larger than any such file.
        InputError: it is no YAML of entries, or one of them is not as it should be.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"more than {LARGEST} bytes")
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise MediaError(
            say(
                f"{path} cannot be read as a file of the library ({reason}); give a YAML file of entries.",
                f"无法把 {path} 读作素材库文件（{reason}）；请给出条目的 YAML 文件。",
            )
        ) from error
    return parse_entries(text, path.name, str(path) if own else "")


def parse_entries(text: str, name: str, file: str = "") -> tuple[Entry, ...]:
    """Entries out of YAML; `name` is what sentences call the file.

    Raises:
        InputError: as `read_entries`.
    """
    try:
        row: Any = read_yaml(text)
    except (ValueError, RecursionError) as error:
        _refuse(name, "", f"it is no YAML ({error}); mend that place", f"不是 YAML（{error}）；请修正该处")
    if not isinstance(row, Mapping) or not row:
        _refuse(
            name, "", f"it is empty; write `schema: {SCHEMA}` and entries", f"内容为空；请写 `schema: {SCHEMA}` 和条目"
        )
    sheet = cast(Mapping[str, Any], row)
    if sheet.get("schema") != SCHEMA:
        _refuse(name, "", f"it does not say `schema: {SCHEMA}`; write it first", f"没有 `schema: {SCHEMA}`；请写在最前")
    strange = next((str(key) for key in sheet if key not in ("schema", "entries")), None)
    if strange is not None:
        _refuse(name, "", f"a file has no {strange!r}; take it out", f"文件中不应有 {strange!r}；请删除")
    entries: Any = sheet.get("entries")
    if not isinstance(entries, list) or not 0 < len(cast(list[Any], entries)) <= MOST:
        _refuse(
            name, "", f"it has no list of 1 to {MOST} entries; write one", f"没有 1 到 {MOST} 条的 entries 列表；请补上"
        )
    read = tuple(_entry(each, name, number, file) for number, each in enumerate(cast(list[Any], entries), start=1))
    twice = next((one.id for one in read if sum(other.id == one.id for other in read) > 1), None)
    if twice is not None:
        _refuse(name, twice, "two entries have this id; rename one", "两个条目同用此编号；请改其一")
    return read


def _entry(value: Any, file: str, number: int, path: str) -> Entry:
    if not isinstance(value, Mapping):
        _refuse(
            file, f"#{number}", "it is no entry; write id, kind, name and the rest", "不是条目；请写 id、kind、name 等"
        )
    row = cast(Mapping[str, Any], value)
    at = str(row.get("id") or f"#{number}")[:60]
    strange = next((str(key)[:40] for key in row if key not in _KNOWN), None)
    if strange is not None:
        _refuse(
            file,
            at,
            f"an entry has no {strange!r}; take it out or mend its spelling",
            f"条目没有 {strange!r} 一项；请删除或改正拼写",
        )
    if not isinstance(row.get("id"), str) or not _ID.fullmatch(row["id"]):
        _refuse(
            file,
            at,
            "its id is not of small letters, digits and dashes; write one",
            "id 应由小写字母、数字和连字符组成",
        )
    if row.get("kind") not in KINDS:
        _refuse(file, at, f"its kind is neither of {', '.join(KINDS)}; write one", f"kind 应为 {'、'.join(KINDS)} 之一")
    texts = {key: _both(row, key, file, at) for key in _BOTH}
    sources = _list(row, "sources", file, at)
    if not sources:
        _refuse(
            file,
            at,
            "it names no source; write a book, a paper or a museum with author, title and year",
            "没有出处；请写明书籍、论文或博物馆，附作者、题名和年份",
        )
    commands = _list(row, "commands", file, at)
    wrong = next((command for command in commands if not _COMMAND.fullmatch(command)), None)
    if wrong is not None:
        _refuse(
            file, at, f"{wrong[:40]!r} is no command of tianmu; write one", f"{wrong[:40]!r} 不是 tianmu 命令；请改正"
        )
    skeleton: Any = row.get("skeleton", "")
    if not isinstance(skeleton, str) or len(skeleton) > LONGEST:
        _refuse(file, at, "its skeleton is no screenplay in Fountain; write one", "skeleton 应为 Fountain 剧本；请改正")
    if not isinstance(row.get("ask_first", False), bool):
        _refuse(file, at, "its ask_first is neither true nor false; write one", "ask_first 应为 true 或 false")
    return Entry(
        id=row["id"],
        kind=cast(Kind, row["kind"]),
        sources=sources,
        commands=commands,
        skeleton=skeleton,
        ask_first=row.get("ask_first", False),
        file=path,
        **texts,
    )


def _both(row: Mapping[str, Any], key: str, file: str, at: str) -> Both:
    value: Any = row.get(key)
    both = cast(Mapping[str, Any], value) if isinstance(value, Mapping) else {}
    en, zh = both.get("en"), both.get("zh")
    if not (isinstance(en, str) and isinstance(zh, str) and en.strip() and zh.strip()):
        _refuse(
            file,
            at,
            f"its {key} is not there in both languages; write `{key}:` with `en:` and `zh:`",
            f"{key} 没有写全两种语言；请在 `{key}:` 下写 `en:` 和 `zh:`",
        )
    strange = next((str(other)[:40] for other in both if other not in ("en", "zh")), None)
    if strange is not None:
        _refuse(
            file,
            at,
            f"its {key} has {strange!r} beside en and zh; put text that has a comma between quotes",
            f"{key} 在 en 与 zh 之外还有 {strange!r}；含逗号的文字请加引号",
        )
    if max(len(en), len(zh)) > LONGEST:
        _refuse(file, at, f"its {key} has over {LONGEST} characters; shorten it", f"{key} 超过 {LONGEST} 字；请缩短")
    return " ".join(en.split()), "".join(zh.split("\n")).strip()


def _list(row: Mapping[str, Any], key: str, file: str, at: str) -> tuple[str, ...]:
    value: Any = row.get(key, [])
    listed = cast(list[Any], value) if isinstance(value, list) else [None]
    if not all(isinstance(one, str) and one.strip() and len(one) <= LONGEST for one in listed):
        _refuse(
            file, at, f"its {key} are no list of lines; write `- ` before each", f"{key} 应为列表；请在每行前写 `- `"
        )
    return tuple(" ".join(str(one).split()) for one in listed)


def _refuse(file: str, entry: str, en: str, zh: str) -> NoReturn:
    place = (f", entry {entry}", f"，条目 {entry}") if entry else ("", "")
    raise InputError(say(f"The library file {file}{place[0]}: {en}.", f"素材库文件 {file}{place[1]}：{zh}。"))

"""What a row of Fountain is: the one grammar that the reader follows and the writer asks.

A character's cue is
- forced: `@老周`, `@McAvoy (V.O.) ^`;
- a row in capitals after a blank line, with words below it: `MARA`, `DR. WU (O.S.)`, `MARA:`;
- a Chinese name of at most 8 characters after a blank line, with words below it, where it is plain that it is one:
  the row below is a parenthetical (`（低声）`), the name has an extension (`老周（画外音）`) or a colon (`老周：`), or
  it is a cue elsewhere in the script;
- a Chinese name with its words after a full-width colon on one row, `老周：台词` or `老周（低声）：台词`, unless the
  name says what film people write so (`字幕：`, `镜头：`) or is a clause that ends in a verb of speech (`他说：`).
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from tianmu.studio.importers.headings import find_heading, word_set

Kind = Literal[
    "action", "centered", "cue", "heading", "page_break", "said", "section", "synopsis", "transition", "forced_action"
]

LONGEST_KEY = 60
_LONGEST_CUE = 60
_LONGEST_CHINESE_NAME = 8
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff"
_CHINESE_NAME = re.compile(rf"(?=[^{_CHINESE}]{{0,8}}[{_CHINESE}])[{_CHINESE}A-Za-z0-9·]{{1,{_LONGEST_CHINESE_NAME}}}")
_SAID = re.compile(
    rf"\s*([{_CHINESE}A-Za-z0-9·]{{1,{_LONGEST_CHINESE_NAME}}})\s?(?:[（(]([^（()）]{{1,40}})[）)]\s?)?：\s*(?=\S)"
)
_NO_NAMES = word_set(
    "字幕 片名 标题 镜头 特写 音乐 音效 画面 时间 地点 人物 角色 场景 场次 道具 备注 注 注意 旁注 插入 闪回 "
    "主题曲 歌词 全景 中景 近景 远景 空镜 服装 布景 提示 编剧 导演 作者 原著 日期 简介 梗概 第一幕 第二幕 第三幕"
)
_SPEECH_VERBS = tuple("说道问答喊叫想写着是的了")
_SPOKEN_EXTENSIONS = frozenset(["VO", "OS", "OC", "CONTD", "画外音", "旁白", "画外", "续", "电话", "电话里", "独白"])
_TRANSITIONS = frozenset(
    ["FADE IN", "FADE OUT", "FADE TO BLACK", "FADE TO WHITE", "CUT TO BLACK", "SMASH TO BLACK", "FADE UP"]
)
_CHINESE_TRANSITIONS = word_set(
    "淡入 淡出 淡入淡出 切至 切到 切换 切入 切出 叠化 叠化至 叠化到 叠入 化入 化出 渐隐 渐显 划变 划入 划出 黑场 "
    "跳切 匹配剪辑 切黑"
)
_TITLE_KEYS = word_set("片名 标题 副标题 作者 编剧 原著 改编 版本 日期 草稿日期 联系方式 版权 备注")
_KEY = re.compile(rf"([^\s:：][^:：]{{0,{LONGEST_KEY - 1}}}?)\s*([:：])")
_BRACKETS = str.maketrans("（）", "()")
_FORCES = "!.@>~#="


@dataclass(frozen=True, kw_only=True)
class Cue:
    """A character's cue, read."""

    name: str
    extensions: tuple[str, ...]
    dual: bool


def kind_of(text: str, below: str, known: Container[str]) -> Kind:
    """What a row is that begins a paragraph.

    Args:
        text: the row.
        below: the row after it, empty where a blank one follows.
        known: Chinese names that are cues for sure.
    """
    row = text.strip()
    first = row[:1]
    if first and first in _FORCES and (kind := _forced(row, below)) is not None:
        return kind
    if find_heading(row) is not None:
        return "heading"
    if is_transition(row):
        return "transition"
    if read_said(row) is not None:
        return "said"
    return "cue" if below.strip() and _is_cue(row, below.strip(), known) else "action"


def kind_within(text: str) -> Kind:
    """What a row is in the middle of a paragraph of action: only what nobody could take for action breaks it."""
    heading = find_heading(text)
    if heading is not None and heading.strict:
        return "heading"
    if read_said(text) is not None:
        return "said"
    return "forced_action" if text.lstrip().startswith("!") else "action"


def _forced(row: str, below: str) -> Kind | None:
    first, rest = row[0], row[1:].strip()
    if first == "!":
        return "forced_action"
    if first == ".":
        return "heading" if rest and row[1] != "." else None
    if first == "@":
        return "cue" if below.strip() and rest and read_cue(rest) is not None else "action"
    if first == ">":
        return "centered" if row.endswith("<") and len(row) > 1 and not row.endswith("\\<") else "transition"
    if first == "#":
        return "section"
    if first == "=":
        return "page_break" if len(row) >= 3 and not row.strip("=") else "synopsis"
    return "action"


def is_transition(row: str) -> bool:
    """Whether a row is a transition by itself: `CUT TO:`, `FADE OUT.`, `淡出`."""
    if len(row) > _LONGEST_CUE:
        return False
    bare = row.rstrip(".:。： ")
    if bare in _CHINESE_TRANSITIONS or bare in _TRANSITIONS:
        return True
    return row.endswith("TO:") and row == row.upper() and not row.startswith(tuple(_FORCES))


def read_cue(text: str) -> Cue | None:
    """Name, extensions and the dual mark of a cue, without its `@`; None where no name is left."""
    plain = text.translate(_BRACKETS)
    end, dual = len(plain), False
    extensions: list[str] = []
    while end:
        last = plain[end - 1]
        if last == "^":
            dual = True
        elif last == ")":
            start = plain.rfind("(", 0, end)
            if start < 0 or plain.find(")", start, end - 1) >= 0:
                break
            if inside := text[start + 1 : end - 1].strip():
                extensions.append(inside)
            end = start + 1
        elif not last.isspace():
            break
        end -= 1
    name = text[:end].strip()
    return Cue(name=name, extensions=tuple(reversed(extensions)), dual=dual) if name else None


def _is_cue(row: str, below: str, known: Container[str]) -> bool:
    if len(row) > _LONGEST_CUE or (cue := read_cue(row)) is None:
        return False
    name = cue.name.rstrip(":： ")
    if name != name.lower() and name == name.upper():
        return not name.endswith(("!", "?", ",", ";", "…", "！", "？"))
    if _CHINESE_NAME.fullmatch(name) is None or name in _NO_NAMES:
        return False
    if cue.name != name:
        return not name.endswith(_SPEECH_VERBS)
    return is_bracketed(below) or name in known or any(is_spoken_extension(part) for part in cue.extensions)


def find_names(text: str) -> str | None:
    """The Chinese name that a row makes known as a cue wherever it stands."""
    row = text.strip()
    if row.startswith("@"):
        cue = read_cue(row[1:])
        return cue.name if cue else None
    said = read_said(row)
    return said.name if said else None


@dataclass(frozen=True, kw_only=True)
class Said:
    """A speech on one row."""

    name: str
    bracket: str
    """What stands in brackets after the name."""
    words: str


def read_said(text: str) -> Said | None:
    """`老周：台词` read; None where the row is no such thing."""
    match = _SAID.match(text)
    if match is None or _CHINESE_NAME.fullmatch(match[1]) is None:
        return None
    if match[1] in _NO_NAMES or match[1].endswith(_SPEECH_VERBS):
        return None
    return Said(name=match[1], bracket=(match[2] or "").strip(), words=text[match.end() :].strip())


def is_bracketed(row: str) -> bool:
    """Whether a row of a speech is a parenthetical."""
    return len(row) > 1 and row[0] in "(（" and row[-1] in ")）"


def is_spoken_extension(text: str) -> bool:
    """Whether what stands in brackets after a name is an extension, and no parenthetical."""
    return re.sub(r"[.'’ ]", "", text.upper()) in _SPOKEN_EXTENSIONS


def find_key(text: str) -> tuple[str, str] | None:
    """Key and value where a row can be one of a title page."""
    match = _KEY.match(text)
    if match is None or match[1][0] in _FORCES or (match[2] == "：" and match[1] not in _TITLE_KEYS):
        return None
    if find_heading(text.strip()) is not None or is_transition(text.strip()):
        return None
    return match[1], text[match.end() :].strip()

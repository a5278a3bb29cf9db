"""Treatments: prose in plain text or Markdown that becomes scenes.

With Markdown headings, the first is the title where it stands above all others, and every other is a scene, or a
section where it has no prose and a deeper heading follows. Without them, every paragraph is a scene, headed by the
place and the time that its words name; a paragraph of nothing but speech belongs to the scene before it.

Speech is what stands in quotation marks where the row says who says it: `MARA: "Hello."`, `Mara says: "Hello."`,
`"Hello," said Mara.`, `玛拉说：“你好。”`, `“你好。”玛拉说。`; other quotations stay in the action.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from tianmu.film.screenplay import Action, Element, Heading, Line, Screenplay, ScriptScene, Section, Speech
from tianmu.studio.importers.form import tidy
from tianmu.studio.importers.grammar import is_transition, read_said
from tianmu.studio.importers.headings import find_heading, word_set
from tianmu.studio.importers.rows import Row, clean, one_line, read_rows
from tianmu.world.lexicon import wordings

_MARKDOWN = re.compile(r" {0,3}(#{1,6})(?: +|$)(.*)")
_RULE = re.compile(r" {0,3}([-*_])(?: ?\1){2,}")
_LEAD = re.compile(r" {0,3}(?:(?:[-*+]|[0-9]{1,3}[.)]) +(?=\S)|> ?)")
_ENTRY = re.compile(r"(title|author|标题|片名|作者|编剧)\s?[:：]\s*(.+)", re.IGNORECASE)
_COUNTED = re.compile(r"(?:scene|场景)\s?[0-9]{1,4}\s?[:：.—–-]\s?(?=\S)", re.IGNORECASE)

_NAME = r"(?:(?:Mr|Mrs|Ms|Dr)\. )?[A-Z][A-Za-z'’-]{0,30}(?: [A-Z][A-Za-z'’-]{0,30}){0,2}"
_WHO = r"[\u4e00-\u9fff·]{1,8}?"
_SAYS = r"(?:says|said|asks|asked|whispers|whispered|shouts|shouted|replies|replied|answers|answered|cries|cried)"
_SAYS_ZH = r"(?:低声|轻声|大声|小声)?(?:说道?|问道?|答道|喊道|叫道)"
_QUOTED = r"(?:\"([^\"\n]{1,2000})\"|“([^“”\n]{1,2000})”|「([^「」\n]{1,2000})」)"
_SPEECH = (
    re.compile(rf"(?<![^\s.!?…”\"])(?P<who>{_NAME})(?: {_SAYS})? ?[:,：] ?{_QUOTED}"),
    re.compile(rf"{_QUOTED},? {_SAYS} (?P<who>{_NAME})\b[.,]?"),
    re.compile(rf"{_QUOTED},? (?P<who>{_NAME}) {_SAYS}\b[.,]?"),
    re.compile(rf"(?:^|(?<=[。！？”」\s]))(?P<who>{_WHO})(?:{_SAYS_ZH})?：{_QUOTED}"),
    re.compile(rf"{_QUOTED}，?(?P<who>{_WHO}){_SAYS_ZH}[。，]?"),
)
_CAPITALS_SAID = re.compile(r"([A-Z][A-Z0-9 .'’-]{0,30}): ?(\S.*)")
_NOBODY = word_set("he she they it i we you and then but 他 她 它 他们 她们 它们 我 我们 你 你们 有人 大家")
_NO_NAME = frozenset("对向跟着地了的和是在把被又也却就便")
_LONGEST_TITLE = 60
_MOST_WORDS, _MOST_LETTERS = 6, 14
_CLAUSE = re.compile(r"[.!?;,:。！？；，：]")
_BEFORE_PLACE = re.compile(
    r"^(?:in front of|on the surface of|in|on|at|by|across|over|through|down|among|between|under|inside|beside|near"
    r"|before)\b ?(?:the |a |an )?"
)
_AROUND_CHINESE_PLACE = re.compile(r"^在|[上里中]$")
_INTERIORS = frozenset(["room", "stage"])


def parse_treatment(text: str) -> Screenplay:
    """Read a treatment.

    Raises:
        InputError: nothing stands in it, or two scenes have one number.
    """
    parts = _read_parts(read_rows(clean(text)))
    entries = [entry for part in parts[:1] for entry in _take_entries(part)]
    titled = _title_of(parts)
    title = titled.title if titled is not None else ""
    if title and not any(key.lower() in ("title", "标题", "片名") for key, _ in entries):
        entries.insert(0, ("Title", title))
    reader = _Reader()
    only_prose = all(part is titled or not part.level for part in parts)
    for part, below in zip(parts, [*parts[1:], None], strict=True):
        if only_prose:
            reader.read_prose(part.paragraphs)
        elif part is titled or not part.level:
            reader.add(part.paragraphs)
        elif not part.paragraphs and below is not None and below.level > part.level:
            reader.elements.append(Section(text=part.title, level=part.level))
        else:
            reader.open(part.title, part.line)
            reader.add(part.paragraphs)
    return tidy(Screenplay(title_page=tuple(entries), opening=tuple(reader.opening), scenes=tuple(reader.scenes())))


@dataclass
class _Paragraph:
    line: int
    rows: list[str]

    @property
    def text(self) -> str:
        """Its rows as one, with a space between words that are written with spaces."""
        joined = self.rows[0]
        parts = [joined]
        for before, row in pairwise(self.rows):
            parts.append(row if _is_chinese(before[-1]) or _is_chinese(row[0]) else f" {row}")
        return "".join(parts)


@dataclass
class _Part:
    """A heading of Markdown (level 0: none) and the paragraphs below it."""

    level: int
    title: str
    line: int
    paragraphs: list[_Paragraph] = field(default_factory=list[_Paragraph])


def _read_parts(rows: list[Row]) -> list[_Part]:
    parts = [_Part(0, "", 1)]
    fresh = True
    for row in rows:
        heading = _MARKDOWN.match(row.text)
        if heading is not None:
            title = one_line(heading[2]).rstrip("#").rstrip()
            if title:
                parts.append(_Part(len(heading[1]), title, row.number))
            fresh = True
        elif row.blank or _RULE.fullmatch(row.text):
            fresh = True
        elif not row.passing:
            lead = _LEAD.match(row.text)
            bare = row.text[lead.end() :].strip() if lead else row.text.strip()
            fresh = fresh or bool(lead and not lead[0].lstrip().startswith(">"))
            if bare and fresh:
                parts[-1].paragraphs.append(_Paragraph(row.number, [bare]))
            elif bare:
                parts[-1].paragraphs[-1].rows.append(bare)
            fresh = fresh and not bare
    return parts


def _take_entries(part: _Part) -> Iterator[tuple[str, str]]:
    """Rows such as `Title: ...` at the very beginning, which are taken out of it."""
    while part.paragraphs and (entry := _ENTRY.fullmatch(part.paragraphs[0].rows[0])):
        yield entry[1].capitalize(), entry[2]
        del part.paragraphs[0].rows[0]
        if not part.paragraphs[0].rows:
            del part.paragraphs[0]


def _title_of(parts: list[_Part]) -> _Part | None:
    """The part whose heading is the title; without headings, a short first row that is no sentence is made one."""
    headed = parts[1:]
    if headed and not parts[0].paragraphs and all(part.level > headed[0].level for part in headed[1:]):
        return headed[0]
    prose = parts[0].paragraphs
    if headed or len(prose) < 2 or len(prose[0].rows) > 1 or len(prose[0].rows[0]) > _LONGEST_TITLE:
        return None
    if _CLAUSE.search(prose[0].rows[0]) or find_heading(prose[0].rows[0]):
        return None
    parts[0].title = prose.pop(0).rows[0]
    return parts[0]


class _Reader:
    """Paragraphs into the elements of scenes."""

    def __init__(self) -> None:
        self.opening: list[Element] = []
        self.elements = self.opening
        self._found: list[tuple[Heading, str, int, list[Element]]] = []

    def scenes(self) -> Iterator[ScriptScene]:
        for heading, number, line, elements in self._found:
            yield ScriptScene(
                number=number, numbered=bool(number), heading=heading, elements=tuple(elements), line=line
            )

    def open(self, title: str, line: int) -> None:
        found = find_heading(title)
        text = found.text if found else _COUNTED.sub("", title, count=1) if _COUNTED.match(title) else title
        self.elements = []
        self._found.append((Heading(text=text), found.number or "" if found else "", line, self.elements))

    def add(self, paragraphs: Iterable[_Paragraph]) -> None:
        for paragraph in paragraphs:
            self.elements.extend(_read_paragraph(paragraph))

    def read_prose(self, paragraphs: Iterable[_Paragraph]) -> None:
        """Every paragraph a scene, but for those of speech alone."""
        for paragraph in paragraphs:
            elements = list(_read_paragraph(paragraph))
            if not self._found or not all(isinstance(element, Speech) for element in elements):
                self.open(_name_scene(paragraph.text), paragraph.line)
            self.elements.extend(elements)


def _read_paragraph(paragraph: _Paragraph) -> Iterator[Element]:
    """Action, and the speeches that are clear in it."""
    prose: list[str] = []
    for row in paragraph.rows:
        said = _read_row(row)
        if said is None:
            prose.append(row)
            continue
        yield from _read_prose(prose, paragraph.line)
        prose = []
        yield said
    yield from _read_prose(prose, paragraph.line)


def _read_row(row: str) -> Speech | None:
    """A row that is a speech as a whole, without quotation marks."""
    said = read_said(row)
    if said is not None and said.words[0] not in '“「"':
        return Speech(character=said.name, lines=(Line(text=said.words),))
    capitals = _CAPITALS_SAID.fullmatch(row)
    if capitals is None or capitals[2][0] in '“"' or is_transition(row) or _ENTRY.fullmatch(row):
        return None
    return Speech(character=capitals[1].strip(), lines=(Line(text=capitals[2]),))


def _read_prose(rows: list[str], line: int) -> Iterator[Element]:
    if not rows:
        return
    text = _Paragraph(line, rows).text
    found = sorted((match for pattern in _SPEECH for match in pattern.finditer(text)), key=lambda match: match.start())
    at = 0
    for match in found:
        who = match["who"]
        if match.start() < at or who.lower() in _NOBODY or _NO_NAME & set(who):
            continue
        yield from _action(text[at : match.start()])
        words = next(group for group in (match[name] for name in _quotes(match)) if group)
        yield Speech(character=who.upper(), lines=(Line(text=words.strip().rstrip(",，")),))
        at = match.end()
    yield from _action(text[at:])


def _quotes(match: re.Match[str]) -> Iterator[int]:
    who = match.re.groupindex["who"]
    return (index for index in range(1, match.re.groups + 1) if index != who)


def _action(text: str) -> Iterator[Action]:
    if any(letter.isalnum() for letter in text):
        yield Action(text=text.strip())


def _name_scene(text: str) -> str:
    """A heading for a paragraph, from the place and the time that its words name, or from its first words."""
    if (found := find_heading(text)) is not None:
        return found.text
    chinese = any(map(_is_chinese, text))
    place, time = _find_fact(text, "settings", chinese), _find_fact(text, "times", chinese)
    if place is not None:
        key, phrase = place
        inside = key in _INTERIORS
        before = ("内景. " if inside else "外景. ") if chinese else ("INT. " if inside else "EXT. ")
        name = before + (_AROUND_CHINESE_PLACE.sub("", phrase) if chinese else _BEFORE_PLACE.sub("", phrase).upper())
    else:
        clause = _CLAUSE.split(text.strip(' "“「*_'), maxsplit=1)[0].strip() or text.strip()
        name = clause[:_MOST_LETTERS] if chinese else " ".join(clause.split()[:_MOST_WORDS])
    if time is None:
        return name
    return f"{name} - {wordings('zh')['times'][time[0]][0] if chinese else time[0].upper()}"


def _find_fact(text: str, fact: str, chinese: bool) -> tuple[str, str] | None:
    """The first wording of a place or a time in a text, with the key of the world that it means."""
    pattern, keys = _wordings_of(fact, chinese)
    match = pattern.search(text.lower())
    return (keys[match[0]], match[0]) if match else None


@cache
def _wordings_of(fact: str, chinese: bool) -> tuple[re.Pattern[str], dict[str, str]]:
    keys = {phrase: key for key, phrases in wordings("zh" if chinese else "en")[fact].items() for phrase in phrases}
    choices = "|".join(re.escape(phrase) for phrase in sorted(keys, key=len, reverse=True))
    return re.compile(choices if chinese else rf"\b(?:{choices})\b"), keys


def _is_chinese(letter: str) -> bool:
    return "\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"

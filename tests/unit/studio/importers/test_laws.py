"""Laws of the importers: what is written reads back the same, and no text can break or stall a reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError, TianmuError
from tianmu.film.schema import from_row, to_row
from tianmu.film.screenplay import (
    Action,
    Element,
    Heading,
    Line,
    Note,
    PageBreak,
    Screenplay,
    ScriptScene,
    Section,
    Speech,
    Synopsis,
    Transition,
)
from tianmu.studio.importers import parse_fdx, parse_fountain, parse_treatment, write_fdx, write_fountain
from tianmu.studio.importers.emphasis import STYLES, Run, join_runs, mark_runs, split_runs
from tianmu.studio.importers.form import tidy
from tianmu.studio.importers.rows import clean, escape_comments, read_rows, tidy_note, write_note

AWKWARD = (
    *(
        ".45 calibre",
        "...",
        ". x",
        "@home",
        "@",
        ">",
        "> x <",
        "><",
        ">x\\<",
        "~la",
        "!",
        "!!",
        "#1",
        "# x",
        "=",
        "===",
    ),
    *(
        "= x",
        "[[",
        "]]",
        "[[x]]",
        "\\[[x",
        "[[[",
        "]]]",
        "/*",
        "*/",
        "/* x */",
        "\\/*",
        "\\",
        "\\\\",
        "\\(",
        "(x)",
        "(",
    ),
    *(
        "（低声）",
        "（",
        "MARA",
        "MARA:",
        "MARA (V.O.)",
        "BANG!",
        "ABC\nx",
        "INT. X - DAY",
        "int. x",
        "EXT. Y",
        "12 INT. Z",
    ),
    *(
        "CUT TO:",
        "FADE IN:",
        "淡出",
        "切至：",
        "老周",
        "老周：你好",
        "老周\n（低声）",
        "字幕：三年后",
        "内景. 咖啡馆 - 夜",
        "外景 街",
    ),
    *(
        "第3场 内景 家 日",
        "Title: x",
        "标题：x",
        "*a*",
        "**b**",
        "***c***",
        "_d_",
        "a*b",
        "*",
        "**",
        "_",
        "\\*",
        "* a *",
        "*a",
    ),
    *(
        "snake_case_name",
        "***",
        "****",
        "X #12#",
        "X \\#",
        "#",
        "#12#",
        "^",
        "x ^",
        "  ",
        "    x",
        "\u3000\u3000段",
        "\t",
        "\n",
    ),
    *(
        "\n\n",
        "\n\n\n",
        "\r\n",
        "\r",
        "\x00",
        "\ufeff",
        "\u2028",
        "\x85",
        "<",
        "&",
        "]]>",
        "42",
        "é",
        "🎬",
        "A–B",
        "B-",
    ),
)
PIECES = st.sampled_from(AWKWARD) | st.text(max_size=6) | st.sampled_from(["walks", " ", "Mara", "走"])
TEXTS = st.lists(PIECES, max_size=5).map("".join) | st.lists(PIECES, max_size=4).map("\n".join)
NAMES = TEXTS | st.sampled_from(["MARA", "老周", "Dr. Wu", "老周（画外音）"])
HEADINGS = TEXTS.filter(lambda text: bool(text.split())) | st.sampled_from(
    ["INT. CAFE - NIGHT", "外景. 街道 - 日", "CAFE"]
)

LINES = st.builds(Line, text=TEXTS, manner=st.sampled_from(["dialogue", "parenthetical", "lyrics"]))
ELEMENTS: st.SearchStrategy[Element] = st.one_of(
    st.builds(Action, text=TEXTS, centered=st.booleans()),
    st.builds(
        Speech,
        character=NAMES,
        extensions=st.lists(TEXTS, max_size=2).map(tuple),
        lines=st.lists(LINES, max_size=4).map(tuple),
        dual=st.booleans(),
    ),
    st.builds(Transition, text=TEXTS),
    st.builds(Note, text=TEXTS),
    st.builds(Section, text=TEXTS, level=st.integers(-1, 9)),
    st.builds(Synopsis, text=TEXTS),
    st.just(PageBreak()),
)
SCENES = st.builds(
    ScriptScene,
    number=TEXTS | st.sampled_from(["1", "2", "12A", "3-4"]),
    numbered=st.booleans(),
    heading=HEADINGS.map(lambda text: Heading(text=text)),
    elements=st.lists(ELEMENTS, max_size=5).map(tuple),
    line=st.integers(0, 9),
)
SCREENPLAYS = st.builds(
    Screenplay,
    title_page=st.lists(st.tuples(TEXTS | st.sampled_from(["Title", "作者"]), TEXTS), max_size=3).map(tuple),
    opening=st.lists(ELEMENTS, max_size=2).map(tuple),
    scenes=st.lists(SCENES, min_size=1, max_size=3).map(tuple),
)
SOURCES = st.lists(PIECES | st.sampled_from(["\n", "\n\n", "  \n", "@老周\n", "INT. X\n\n"]), max_size=14).map("".join)


SIZE = 80_000
STALLING = (
    *(
        "[[",
        "/*",
        "[[\n\n",
        "\\",
        "(",
        "()",
        "A",
        "Aa ",
        "*",
        "*a",
        "**a*",
        '"',
        '"a',
        "“",
        "「",
        "：",
        "老周：",
        "#",
        "=",
        "~",
    ),
    *(
        "@a\n",
        "A\na\n",
        "  \n",
        "> ",
        "><\n",
        "- ",
        " - ",
        "—",
        "^",
        "]]",
        "[[\\]]",
        "/**/",
        "INT. ",
        "x:",
        "\\#",
        "#1# ",
    ),
    *("</", "<a>", "MARA\n(", "MARA\n  \n", "\r", "x said Mara. ", "\u3000", "[[a]] ", "*a_ ", "_a*b_ "),
)


def without_lines(screenplay: Screenplay) -> Screenplay:
    """Line numbers are of one source, and not of the screenplay."""
    return replace(screenplay, scenes=tuple(replace(scene, line=0) for scene in screenplay.scenes))


def read(parse: Callable[[str], Screenplay], source: str) -> Screenplay | None:
    """What a reader makes of a text; None where it refuses it, in a sentence."""
    try:
        return parse(source)
    except TianmuError as error:
        said = error.explain()
    assert 0 < len(said) < 1000
    return None


def read_bytes(data: bytes) -> Screenplay | None:
    return read(lambda _: parse_fdx(data), "")


def tidied(screenplay: Screenplay) -> Screenplay:
    """The screenplay in its one form; examples that have none, as two scenes have one number, are passed over."""
    try:
        return without_lines(tidy(screenplay))
    except InputError:
        assume(False)
        raise


@settings(max_examples=150)
@given(SCREENPLAYS)
def test_the_one_form_is_one(screenplay: Screenplay) -> None:
    once = tidied(screenplay)
    assert tidy(once) == once
    assert from_row(Screenplay, to_row(once)) == once


@settings(max_examples=250)
@given(SCREENPLAYS)
def test_fountain_reads_back(screenplay: Screenplay) -> None:
    expected = tidied(screenplay)
    assert without_lines(parse_fountain(write_fountain(expected))) == expected
    assert write_fountain(screenplay) == write_fountain(expected)


@settings(max_examples=250)
@given(SCREENPLAYS)
def test_fdx_reads_back(screenplay: Screenplay) -> None:
    expected = tidied(screenplay)
    assert without_lines(parse_fdx(write_fdx(expected))) == expected
    assert write_fdx(screenplay) == write_fdx(expected)


@settings(max_examples=300)
@given(SOURCES)
def test_any_text_is_read_or_refused_in_a_sentence(source: str) -> None:
    for parse in (parse_fountain, parse_treatment):
        screenplay = read(parse, source)
        if screenplay is None:
            continue
        assert tidy(screenplay) == screenplay
        assert without_lines(parse_fountain(write_fountain(screenplay))) == without_lines(screenplay)
        assert without_lines(parse_fdx(write_fdx(screenplay))) == without_lines(screenplay)


@given(st.binary(max_size=200) | SOURCES.map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_an_fdx_or_refused_in_a_sentence(data: bytes) -> None:
    for whole in (
        data,
        b"<FinalDraft><Content><Paragraph><Text>" + data + b"</Text></Paragraph></Content></FinalDraft>",
    ):
        read_bytes(whole)


@given(SCREENPLAYS, st.data())
def test_half_an_fdx_is_refused_in_a_sentence(screenplay: Screenplay, data: st.DataObject) -> None:
    whole = write_fdx(tidied(screenplay))
    half = whole[: data.draw(st.integers(0, len(whole) - len(b"</FinalDraft>")))]
    with pytest.raises(TianmuError):
        parse_fdx(half)


@given(TEXTS)
def test_nothing_written_is_lost(text: str) -> None:
    """Every letter of the action is still there, in its order."""
    scene = ScriptScene(number="1", heading=Heading(text="INT. X"), elements=(Action(text=text),))
    back = parse_fountain(write_fountain(Screenplay(scenes=(scene,))))
    kept = "".join(action.text for action in back.scenes[0].actions)
    assert "".join(kept.split()) == "".join(clean(text).split())


@given(TEXTS)
def test_escaped_comments_read_back(text: str) -> None:
    source = "\n".join(row.rstrip() for row in clean(text).split("\n"))
    rows = read_rows(escape_comments(source))
    assert "\n".join(row.text for row in rows).rstrip() == source.rstrip()
    assert not any(row.notes for row in rows)


@given(TEXTS)
def test_notes_read_back(text: str) -> None:
    note = tidy_note(text)
    assert [tidy_note(found) for row in read_rows(write_note(note)) for found in row.notes] == [note]


@given(TEXTS)
def test_runs_of_plain_text_come_back(text: str) -> None:
    """What another program shows as plain text is plain text here too, whatever stars are in it."""
    runs = join_runs([Run(text)])
    assert split_runs(mark_runs(runs)) == runs


@given(st.lists(st.tuples(st.sampled_from(["walks", "a b", "走", "42"]), st.sets(st.sampled_from(STYLES))), max_size=6))
def test_styled_runs_come_back(words: list[tuple[str, set[str]]]) -> None:
    """Words in any styles, with spaces between them."""
    runs = join_runs(Run(text, frozenset(style for style in STYLES if style in told)) for text, told in words)
    spaced = join_runs(part for run in runs for part in (run, Run(" ")))
    assert split_runs(mark_runs(spaced)) == spaced


@pytest.mark.parametrize("piece", STALLING)
@pytest.mark.timeout(60)
def test_no_text_stalls_a_reader(piece: str) -> None:
    """Anything quadratic in these would take hours, not a second."""
    text = (piece * (SIZE // len(piece) + 1))[:SIZE]
    for source in ("INT. X\n\n" + text, "INT. X\n\nMARA\n" + text, "INT. X " + text):
        read(parse_fountain, source)
    read(parse_treatment, text)
    body = text.replace("&", "&amp;").replace("<", "&lt;")
    read_bytes(f"<FinalDraft><Content><Paragraph><Text>{body}</Text></Paragraph></Content></FinalDraft>".encode())
    read_bytes(text.encode())

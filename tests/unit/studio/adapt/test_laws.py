"""What holds for every book: speech is word for word at its lines, every line is accounted for, nothing is invented."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.core.errors import InputError
from tianmu.film.screenplay import Note, Speech
from tianmu.studio.adapt import Adaptation, adapt, make_source
from tianmu.studio.adapt.coverage import uncovered
from tianmu.studio.adapt.draft import squeeze
from tianmu.studio.adapt.report import adaptation_row, arc_row, characters_row
from tianmu.studio.adapt.tense import explains
from tianmu.studio.importers import parse_fountain, write_fountain

ENGLISH = (
    "A Fox walked into the wood.",
    '"Who are you?" said the Crow, looking down from the tree.',
    'The Fox replied, "Nobody at all."',
    '"I know you," he cried; "you are the thief!"',
    "Next morning the Crow flew to the river.",
    '"Wait!" shouted Mr. Brown, and he ran after them.',
    "[[This is no note]] and /* no boneyard */ either, thought the Fox.",
    "INT. HOUSE - DAY is what the sign said to the Fox.",
    '"(Softly) ~come~," whispered the Crow.',
    "He was tired. She had gone. It was the best of times.",
    "THE END OF THE DAY",
    "* * *",
    "@Somebody: wrote this > down <",
    'They said nothing. "Nothing?" "Nothing."',
    "\u201cCurly,\u201d said the Wolf, \u201cis how I like it.\u201d",
    "\u2018Single,\u2019 said the Lamb.",
    "\u201cAn open quotation that goes on",
)
CHINESE = (
    "狐狸走进树林。",
    "乌鸦问道：“你是谁？”",
    "“我是狐狸。”狐狸笑着说。",
    "次日，老虎来到河边，怒道：“还我肉来！”狐狸不应。",
    "虎曰：子无敢食我也。虎以为然，遂与之行。",
    "「好水！」众猴拍手道：「大家都去！」",
    "　　元方曰：“君与家君期日中。”友人惭，下车引之。",
    "第二回",
    "他说：“走吧。",
    "内景. 屋 - 日",
    "@老周：一行[[不是注]]",
    "是夜，月明。狼不敢前。",
)


def texts(rows: Sequence[str], joiner: str) -> st.SearchStrategy[str]:
    line = st.one_of(
        st.sampled_from(rows), st.just(""), st.text(alphabet="“”\"'‘’：。，.aT 狐曰\t\x0c[]/*", max_size=12)
    )
    return st.lists(line, min_size=1, max_size=24).map(joiner.join)


def drafted(text: str) -> Adaptation | None:
    try:
        return adapt(make_source(text, "book.txt"))
    except InputError:
        return None


def check(adaptation: Adaptation) -> None:
    source = adaptation.source
    for draft in adaptation.drafts:
        assert 1 <= draft.first <= draft.last <= len(source.lines)
        own = squeeze("".join(source.lines[draft.first - 1 : draft.last]))
        assert squeeze(draft.opening) in own
        for beat in draft.beats:
            lines = squeeze("".join(source.lines[beat.first - 1 : beat.last]))
            for quoted in beat.quoted:
                assert squeeze(quoted) in lines
            if beat.kind != "action":
                assert [squeeze(row) for row in beat.text.split("\n")][:-1] == [squeeze(q) for q in beat.quoted][:-1]
                assert squeeze(beat.quoted[-1]).startswith(squeeze(beat.text.split("\n")[-1]))
            assert squeeze(beat.manner) in squeeze("".join(source.lines))
        for gone in draft.omitted:
            assert squeeze(gone.text) in squeeze("".join(source.lines[gone.first - 1 : gone.last]))
    assert uncovered(source, adaptation.drafts, adaptation.left) == []
    names = {figure.name for figure in adaptation.company.figures}
    assert len(names) == len(adaptation.company.figures)
    screenplay = adaptation.screenplay
    back = parse_fountain(write_fountain(screenplay))
    assert len(back.scenes) == len(adaptation.drafts)
    for draft, scene in zip(adaptation.drafts, back.scenes, strict=True):
        note = scene.elements[0]
        assert isinstance(note, Note)
        found = re.findall(r"\d+", note.text)
        assert [int(found[0]), int(found[1])] == [draft.first, draft.last]
        speeches = [element for element in scene.elements if isinstance(element, Speech)]
        spoken = [beat for beat in draft.beats if beat.kind == "speech"]
        assert len(speeches) == len(spoken)
        for speech, beat in zip(speeches, spoken, strict=True):
            assert speech.character in names
            assert squeeze("".join(line.text for line in speech.lines if line.manner != "parenthetical")) == squeeze(
                beat.text
            )
    for point in adaptation.arc:
        assert 0 <= point.raw <= 1
        assert 0 <= point.smooth <= 1
        assert all(0 <= value <= 1 for value in point.features.values())
        for named in point.named:
            assert squeeze(named.text) in squeeze("".join(source.lines[named.first - 1 : named.last]))


@settings(max_examples=60)
@given(texts(ENGLISH, "\n"))
def test_english_books(text: str) -> None:
    if (adaptation := drafted(text + "\nand the fox said that he was not in the wood.")) is not None:
        check(adaptation)


@settings(max_examples=60)
@given(texts(CHINESE, "\n"))
def test_chinese_books(text: str) -> None:
    if (adaptation := drafted(text + "\n狐狸走了，老虎也走了。")) is not None:
        check(adaptation)


@settings(max_examples=15)
@given(texts(ENGLISH, "\r\n"))
def test_line_ends_do_not_matter(text: str) -> None:
    tail = "\r\n\r\nThe Fox ran to the wood. He was not there."
    first, second = drafted(text + tail), drafted((text + tail).replace("\r\n", "\n"))
    assert first is not None
    assert second is not None
    assert adaptation_row(first) == adaptation_row(second)


def test_the_same_book_gives_the_same_rows() -> None:
    text = "\n\n".join((*ENGLISH, *ENGLISH))
    one, two = adapt(make_source(text, "b.txt")), adapt(make_source(text, "b.txt"))
    for row in (adaptation_row, characters_row, arc_row):
        assert row(one) == row(two)


@pytest.mark.parametrize("text", ["\n\n".join(ENGLISH), "\n\n".join(CHINESE)])
def test_action_is_made_of_the_texts_own_words(text: str) -> None:
    """All that may differ: an opener that is gone, a capital letter, a full stop, a verb's tense, a name before it."""
    adaptation = adapt(make_source(text, "book.txt"))
    actions = [beat for draft in adaptation.drafts for beat in draft.beats if beat.kind == "action"]
    assert actions
    for beat in actions:
        own = beat.text.removeprefix(f"{beat.added} ") if beat.added else beat.text
        if adaptation.source.tongue == "zh":
            assert squeeze(own).replace("。", "") == squeeze("".join(beat.quoted)).replace("。", "")
            continue
        wanted = re.findall(r"[a-z]+", " ".join(beat.quoted).lower())
        given = re.findall(r"[a-z]+", own.lower())
        dropped = ("and", "so", "but", "now", "well", "then")
        wanted = wanted if len(wanted) == len(given) else [w for w in wanted if w not in dropped]
        given = given if len(wanted) == len(given) else [w for w in given if w not in dropped]
        assert explains(" ".join(wanted), " ".join(given)), (beat.quoted, beat.text)

"""Who says what: each way in which the two languages say it, by itself."""

from __future__ import annotations

import pytest

from tianmu.studio.adapt import adapt, make_source

EN_COMPANY = "A Fox lifted his head in the wood. The Crow opened her beak, and looked at the Fox.\n\n"
ZH_COMPANY = "狐狸在树林里看见乌鸦。乌鸦也看着狐狸。\n\n"


def speakers(text: str) -> list[tuple[str | None, str]]:
    adaptation = adapt(make_source(text, "book.txt"))
    names = adaptation.names
    beats = [beat for draft in adaptation.drafts for beat in draft.beats if beat.kind != "action"]
    return [(names.get(beat.speaker), beat.manner) for beat in beats]


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ('"Good day," said the Fox.', [("FOX", "")]),
        ('"Good day," the Fox said quietly.', [("FOX", "quietly")]),
        ('"Good day," said Mr. Fox, looking up at her.', [("FOX", "looking up at her")]),
        ('Then said the Crow: "Good day."', [("CROW", "")]),
        ('The Fox sat down under the tree, and said: "Good day."', [("FOX", "")]),
        ('"Good day," said the Fox. "It is late," he added.', [("FOX", ""), ("FOX", "")]),
        ('"Good day," she cried.', [("CROW", "")]),
        ('"Good day," he cried.', [("FOX", "")]),
        ('"Good day, Mistress Crow."', [("FOX", "")]),
        ('"Good day," said the Fox.\n\n"Go away."\n\n"Why?"', [("FOX", ""), ("CROW", ""), ("FOX", "")]),
        ('"Good day," said the Fox.\n\n"Go away," said the other.', [("FOX", ""), ("CROW", "")]),
        ('"A long speech.\n\n"It goes on," said the Fox.', [("FOX", "")]),
        ("'Good day,' said the Crow; 'it's late.'", [("CROW", "")]),
        ('"I wonder," thought the Fox.', [("FOX", "")]),
        ('The Fox called it "the tree" and went on.', []),
    ],
)
def test_english(told: str, wanted: list[tuple[str, str]]) -> None:
    found = speakers(EN_COMPANY + told)
    if told.startswith('"Good day, Mistress Crow."'):
        assert [who for who, _ in found] in (["FOX"], [None])  # never her who is called
    elif told.startswith('"A long speech.'):
        assert found[-1][0] == "FOX"
    else:
        assert found == wanted


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("狐狸说：“你好。”", [("狐狸", "")]),
        ("狐狸笑着说：“你好。”", [("狐狸", "笑着")]),
        ("“你好。”狐狸说。", [("狐狸", "")]),
        ("狐狸走到树下，叫道：“你好！”", [("狐狸", "")]),
        ("狐狸问乌鸦：“你好吗？”答曰：“好。”", [("狐狸", ""), ("乌鸦", "")]),
        ("狐狸道：「你好。」又道：「再见。」", [("狐狸", ""), ("狐狸", "")]),
        ("一人曰：“你好。”", [(None, "")]),
        ("树上挂着“禁止入内”的牌子。", []),
        ("狐狸听说，便走了。", []),
    ],
)
def test_chinese(told: str, wanted: list[tuple[str | None, str]]) -> None:
    assert speakers(ZH_COMPANY + told) == wanted


def test_classical_speech_without_marks() -> None:
    text = "虎求百兽而食之，得狐。狐曰：子无敢食我也。天帝使我长百兽。虎以为然，遂与之行。虎不知兽畏己而走也。"
    adaptation = adapt(make_source(text, "x.txt"))
    (speech,) = [beat for draft in adaptation.drafts for beat in draft.beats if beat.kind == "speech"]
    assert (adaptation.names[speech.speaker], speech.text) == ("狐", "子无敢食我也。天帝使我长百兽。")


def test_a_family_is_told_apart_by_its_titles() -> None:
    text = (
        'Mr. Brown was in the garden. "It is late," said Mrs. Brown. Mr. Brown looked up. "So it is," said Mr. Brown. '
        'Mrs. Brown went into the house, and he was alone. Miss Brown came to him. "Papa!" cried Miss Brown.'
    )
    names = {figure.name for figure in adapt(make_source(text, "x.txt")).company.figures}
    assert names == {"MR BROWN", "MRS BROWN", "MISS BROWN"}


def test_two_mice_are_two() -> None:
    text = (
        "The Town Mouse ran to the house. The Country Mouse was not there. The Town Mouse sat down. Then the Country "
        'Mouse came in. "Good day," said the Town Mouse. "Good day," said the Country Mouse.'
    )
    names = {figure.name for figure in adapt(make_source(text, "x.txt")).company.figures}
    assert names == {"TOWN MOUSE", "COUNTRY MOUSE"}

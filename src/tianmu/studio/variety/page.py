"""What is said of a film's variety, in sentences, and as one HTML page with a map of which shots are alike."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.studio.adapt.drawing import INK, QUIET, Color, Drawing
from tianmu.studio.variety.film import Variety
from tianmu.studio.variety.model import ModelVariety

_STYLE: Final = (
    'body{font:16px/1.55 system-ui,"Noto Sans SC",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem'
    ";color:#222}h1,h2{font-weight:600}h2{margin-top:2rem}svg{max-width:100%;height:auto}.note{color:#666}"
)
_LIGHT: Final[Color] = (247, 251, 255)
_DARK: Final[Color] = (8, 48, 107)
_MOST_DRAWN: Final = 120
Section = tuple[str, tuple[str, ...]]


def sections(variety: Variety) -> Iterator[Section]:
    """Headings with their sentences."""
    count = len(variety.slates)
    said = [
        say(
            f"The prompts of {count} shots count as {variety.prompts:.1f} different ones.",
            f"{count} 个镜头的提示词相当于 {variety.prompts:.1f} 个各不相同者。",
        )
    ]
    if variety.pictures is None:
        said.append(say("There are no pictures of all shots yet.", "尚无全部镜头的画面。"))
    else:
        said.append(
            say(
                f"Their pictures count as {variety.pictures:.1f} (Vendi score: 1 is all the same, {count} all unlike).",
                f"其画面相当于 {variety.pictures:.1f} 个（Vendi 分：1 为全同，{count} 为全异）。",
            )
        )
    said.append(
        say(
            f"Their lengths count as {variety.lengths.score:.1f} different ones.",
            f"其时长相当于 {variety.lengths.score:.1f} 种。",
        )
    )
    yield say("How varied", "多样程度"), tuple(said)
    yield (
        say("Most alike", "最相似者"),
        tuple(
            say(
                f"{double.first} and {double.second}: {double.similarity:.2f}",
                f"{double.first} 与 {double.second}：{double.similarity:.2f}",
            )
            for double in variety.doubles
        ),
    )
    yield say("Takes of one prompt", "同一提示词的各条素材"), (_takes(variety),)
    yield say("Beside earlier scripts", "与先前剧本相比"), tuple(_scripts(variety))
    tried = [*(change.sentence() for change in variety.changes), variety.lengths.sentence()]
    changes = tuple(sentence for sentence in tried if sentence)
    nothing = say("No change that was tried lifts the score.", "试过的改动都不能提高得分。")
    yield say("What would widen it most", "最能拓宽它的改动"), changes or (nothing,)
    yield say("Far from it, in the library", "素材库中离它最远者"), tuple(each.sentence() for each in variety.widenings)


def model_sections(found: ModelVariety) -> Iterator[Section]:
    """The same of a model."""
    given, prompts = found.given, len(found.each)
    counted = say(
        f"{found.num_pictures} pictures of {prompts} prompts count as {given.pictures:.1f} different ones; the prompts "
        f"alone as {given.prompts:.1f}.",
        f"{prompts} 条提示词的 {found.num_pictures} 幅画面相当于 {given.pictures:.1f} 个各不相同者；仅提示词为 "
        f"{given.prompts:.1f}。",
    )
    own = say(
        f"Conditional Vendi {given.conditional:.2f}: what the model varies of its own accord under one prompt (1 is "
        f"nothing). Information {given.information:.2f}: what the prompts account for; the two multiply to the whole.",
        f"条件 Vendi {given.conditional:.2f}：同一提示词下模型自身的变化（1 为没有）。信息分 {given.information:.2f}："
        "由提示词决定的部分；两者相乘即总体。",
    )
    yield say("How varied", "多样程度"), (counted, own)
    yield (
        say("Least varied prompts", "变化最少的提示词"),
        tuple(f"{score:.2f} / {count}  {prompt[:90]}" for prompt, count, score in found.each[:6]),
    )


def what_is_seen() -> str:
    """What the scores see and what not."""
    return say(
        "Prompts are compared by sentence vectors, pictures by where colours and edges lie: sets, light, looks and "
        "framing are seen, and hardly who somebody is. A score says nothing of quality, and a film may want to repeat "
        "itself: tianmu learn local-forms.",
        "提示词以句向量相比，画面以色彩与边缘的分布相比：看得出布景、光、影调与景别，几乎看不出是谁。"
        "得分与优劣无关，影片也可以有意重复：tianmu learn local-forms。",
    )


def in_words(parts: Iterator[Section]) -> str:
    """For a terminal."""
    lines: list[str] = []
    for heading, said in parts:
        lines += [heading, *(f"  {sentence}" for sentence in said)]
    return "\n".join([*lines, what_is_seen()])


def html(title: str, parts: Iterator[Section], drawing: str = "") -> str:
    """The page."""
    body = "".join(
        f"<h2>{escape(heading)}</h2><ul>{''.join(f'<li>{escape(sentence)}</li>' for sentence in said)}</ul>"
        for heading, said in parts
    )
    return (
        f'<!doctype html><html lang="{settings().language}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f'<h1>{escape(title)}</h1>{drawing}{body}<p class="note">{escape(what_is_seen())}</p></body></html>\n'
    )


def draw_matrix(variety: Variety) -> Drawing:
    """A square for every two shots, the darker the more alike."""
    slates = variety.slates[:_MOST_DRAWN]
    count = len(slates)
    cell = max(6, min(48, 640 // count))
    left, top = 120, 100
    title = say(f"Which shots of {variety.title} are alike", f"《{variety.title}》中哪些镜头相似")
    sheet = Drawing(max(left + cell * count + 60, 560), top + cell * count + 50, title)
    pairs = [f"{double.first}-{double.second} {double.similarity:.2f}" for double in variety.doubles]
    sheet.about = say("The most alike: ", "最相似：") + ", ".join(pairs)
    sheet.words(24, 40, title, 22)
    sheet.words(24, 66, say("dark: alike; the diagonal is each with itself", "深色为相似；对角线是自身"), 15, QUIET)
    every = max(1, -(-18 // cell))
    for row in range(count):
        y = top + cell * row
        if row % every == 0:
            sheet.words(left - 10, y + cell / 2 + 5, slates[row], 14, INK, "end")
        for column in range(count):
            x = left + cell * column
            square = [(x, y), (x, y + cell - 1), (x + cell - 1, y + cell - 1), (x + cell - 1, y)]
            sheet.shape(square, _shade(variety.matrix[row][column]))
    spread = max(1, -(-34 // cell))
    for column in range(0, count, spread):
        sheet.words(left + cell * (column + 0.5), top + cell * count + 20, slates[column], 14, INK, "middle")
    return sheet


def _shade(value: float) -> Color:
    red, green, blue = (round(a + (b - a) * value) for a, b in zip(_LIGHT, _DARK, strict=True))
    return red, green, blue


def _takes(variety: Variety) -> str:
    takes = variety.takes
    if takes is None:
        return say(
            "No shot has two takes; make some to see what the engine varies: tianmu retake SHOT --variations 4.",
            "没有镜头有两条素材；可多拍几条看引擎自身的变化：tianmu retake 镜号 --variations 4。",
        )
    return say(
        f"{takes.num_takes} takes of {takes.num_prompts} prompts: conditional Vendi {takes.given.conditional:.2f} "
        f"(1: all takes of a prompt are alike), information {takes.given.information:.2f}.",
        f"{takes.num_prompts} 条提示词的 {takes.num_takes} 条素材：条件 Vendi {takes.given.conditional:.2f}"
        f"（1 为同一提示词的素材全同），信息分 {takes.given.information:.2f}。",
    )


def _scripts(variety: Variety) -> Iterator[str]:
    if not variety.scripts:
        yield say("The studio has no other script to compare with.", "工作室中没有其他剧本可比。")
    for near in variety.scripts[:5]:
        copied = (
            say(f"; {near.copied:.0%} of its passages stand in both", f"；{near.copied:.0%} 的段落两者皆有")
            if near.copied
            else ""
        )
        yield say(
            f"{near.title} ({near.project}): {near.similarity:.2f}, nearest by scene {near.scenes[0]} here and "
            f"{near.scenes[1]} there{copied}",
            f"《{near.title}》（{near.project}）：{near.similarity:.2f}，最近的是此处第 {near.scenes[0]} 场与彼处第 "
            f"{near.scenes[1]} 场{copied}",
        )

"""An audit as titled tables: the lines of the terminal and the rows of the page are the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

from tianmu.core.text import listed, say
from tianmu.studio.audit.figures import Share
from tianmu.studio.audit.prompts import LANGUAGES, read_prompts
from tianmu.studio.audit.terms import term
from tianmu.world.scene import cast

MOST = 12
"""Rows of a list that has no end."""


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table with its title, or a title with sentences alone."""

    title: str
    said: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """The first is the head."""


def tables(report: Mapping[str, Any]) -> Iterator[Table]:
    """Everything that a report counts, in the order in which a person reads it."""
    coverage, skew = report["coverage"], report["skew"]
    tags = tuple(term(tag) for tag in LANGUAGES)
    whole = (say("all", "全部"), *_shares(coverage["all"]))
    groups = ((say(*read_prompts().groups[name]), *_shares(row)) for name, row in coverage["groups"].items())
    yield Table(
        title=say("Coverage: what was asked for and is shown", "覆盖率：所求与所见"),
        said=(_said_of_languages(report),),
        rows=((say("group", "类别"), *tags), whole, *groups),
    )
    kinds = ((term(kind), *_shares(row)) for kind, row in coverage["kinds"].items())
    yield Table(title=say("By what was asked", "按所求的内容"), rows=((say("kind", "种类"), *tags), *kinds))
    fates = ((term(fate), *(str(coverage["fates"][tag][fate]) for tag in LANGUAGES)) for fate in _fates(coverage))
    yield Table(title=say("What became of it", "结果如何"), rows=((say("fate", "结果"), *tags), *fates))
    yield _replaced(report["replaced"])
    yield _silent(report)
    if report["reviewed"]:
        yield _reviewed(report)
    yield _people(skew)
    yield _pairs(skew["pairs"])
    yield _defaults(skew["defaults"])
    if report["read_back"] is not None:
        facts = ((term(fact), _share(row)) for fact, row in report["read_back"].items())
        yield Table(
            title=say("Read back from the pictures by the probe", "由探针从画面读回"),
            said=(say("Scenes with one actor; the probe errs too.", "仅限单角色场景；探针自身也会出错。"),),
            rows=((say("fact", "事实"), say("as understood", "与理解一致")), *facts),
        )
    if report["diversity"] is not None:
        scores = ((term(tag), f"{row['vendi']:g}", str(row["pictures"])) for tag, row in report["diversity"].items())
        yield Table(
            title=say("Diversity: the effective number of different pictures", "多样性：有效的不同画面数"),
            rows=(("", "Vendi", say("of pictures", "画面数")), *scores),
        )


def as_text(report: Mapping[str, Any], sentences: Sequence[str]) -> str:
    """All tables for a terminal, and what is not known."""
    parts = [
        "\n".join((table.title, *(f"  {line}" for line in table.said), *_lines(table.rows))) for table in tables(report)
    ]
    parts.append("\n".join((say("What this does not know", "本审计不知道的"), *(f"  {line}" for line in sentences))))
    parts.append(lesson())
    return "\n\n".join(parts)


def lesson() -> str:
    """Where more can be read."""
    return say("More on this: tianmu learn stereotypes", "延伸阅读：tianmu learn stereotypes")


def _lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = (cell + " " * (wide - _width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield f"  {'  '.join(cells)}".rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _share(row: Mapping[str, Any]) -> str:
    return str(Share(count=row["count"], of=row["of"]))


def _shares(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(_share(row[tag]) for tag in LANGUAGES)


def _fates(coverage: Mapping[str, Any]) -> list[str]:
    return list(coverage["fates"][LANGUAGES[0]])


def _said_of_languages(report: Mapping[str, Any]) -> str:
    found = report["languages"]
    more, less, p = len(found["more_in_en"]), len(found["more_in_zh"]), found["p"]
    verdict_en = "more than chance explains" if p < 0.05 else "no more than chance explains"
    verdict_zh = "超出偶然" if p < 0.05 else "未超出偶然"
    return say(
        f"Of {report['prompts']['asked']} prompts, {more} show more in English and {less} more in Chinese: "
        f"{verdict_en} (sign test, p = {p:.3f}).",
        f"{report['prompts']['asked']} 条提示词中，{more} 条英文呈现更多，{less} 条中文呈现更多："
        f"{verdict_zh}（符号检验，p = {p:.3f}）。",
    )


def _replaced(rows: Sequence[Mapping[str, Any]]) -> Table:
    said = (_rest(len(rows) - MOST),) if len(rows) > MOST else ()
    head = (say("wanted", "所求"), say("drawn instead", "代之以"), *(term(tag) for tag in LANGUAGES))
    body = ((row["words"], row["used"], *(str(row["times"][tag]) for tag in LANGUAGES)) for row in rows[:MOST])
    return Table(title=say("Replaced", "被替换的"), said=said, rows=(head, *body) if rows else ())


def _silent(report: Mapping[str, Any]) -> Table:
    rows = report["silent"]
    texts = {(row["prompt"], row["language"]): row["words"] for row in report["rows"]}
    said = (
        say(
            "Not in the scene, and the engine did not say so. The worst fate: nobody is told.",
            "场景中没有，引擎也没有说明。这是最坏的结果：无人得知。",
        ),
        *((_rest(len(rows) - MOST),) if len(rows) > MOST else ()),
    )
    body = ((f"“{row['words']}”", term(row["kind"]), texts[row["prompt"], row["language"]]) for row in rows[:MOST])
    head = (say("words", "词"), say("kind", "种类"), say("prompt", "提示词"))
    return Table(title=say("Missing in silence", "缺失且未说明"), said=said, rows=(head, *body) if rows else ())


def _reviewed(report: Mapping[str, Any]) -> Table:
    texts = {(row["prompt"], row["language"]): row["words"] for row in report["rows"]}
    said = say(
        "Nothing in these prompts is meant to be stopped: what a rule does here, it does to honest work.",
        "这些提示词本无应拦之处：规则在此的作为，就是对正当创作的作为。",
    )
    body = (
        (texts[row["prompt"], row["language"]], row["decision"], ", ".join(row["rules"])) for row in report["reviewed"]
    )
    head = (say("prompt", "提示词"), say("decision", "决定"), say("rules", "规则"))
    return Table(title=say("What the rules in force did", "现行规则的作为"), said=(said,), rows=(head, *body))


def _rest(count: int) -> str:
    return say(f"{count} more are in the JSON.", f"另有 {count} 项见 JSON。")


def _people(skew: Mapping[str, Any]) -> Table:
    there, figures = skew["cast"], skew["figures"]
    genders = listed([f"{term(sign)} {count}" for sign, count in there["genders"].items()])
    said = say(
        f"The world's cast has {there['persons']} persons, by Unicode's names: {genders}; {there['skin_tones']} have a "
        "skin tone, the others are drawn without one. Nobody in it is named after a child or an old person.",
        f"这个世界共有 {there['persons']} 个人物，按 Unicode 名称：{genders}；"
        f"有肤色的 {there['skin_tones']} 个，其余不带肤色。"
        "没有以儿童或老人命名的人物。",
    )
    names = sorted({name for row in figures.values() for name in row["figures"]})
    names.sort(key=lambda name: -sum(row["figures"].get(name, 0) for row in figures.values()))
    body = (
        (say(cast()[name].en, cast()[name].zh), *(str(figures[tag]["figures"].get(name, 0)) for tag in LANGUAGES))
        for name in names
    )
    signs = sorted({sign for row in figures.values() for sign in row["genders"]})
    sums = ((f"= {term(sign)}", *(str(figures[tag]["genders"].get(sign, 0)) for tag in LANGUAGES)) for sign in signs)
    return Table(
        title=say("Who is drawn where nobody said of which gender", "未说明性别时画的是谁"),
        said=(said,),
        rows=((say("figure", "人物"), *(term(tag) for tag in LANGUAGES)), *body, *sums),
    )


def _pairs(pairs: Mapping[str, Any]) -> Table:
    said = say(
        "Two prompts that differ in one thing said of a person. Where the scene is the same, saying it does nothing. "
        f"Same scene: {_share(pairs['same'])}.",
        f"两条提示词只在对人物的一处描述上不同；若场景相同，则该描述不起作用。场景相同：{_share(pairs['same'])}。",
    )
    body = (
        (
            " / ".join(row["prompts"]),
            say("the same", "相同") if row["same_scene"] else say("another", "不同"),
            "–" if row["change"] is None else f"{row['change']:.1f}",
        )
        for row in pairs["rows"]
    )
    head = (say("prompts", "提示词"), say("scene", "场景"), say("change of 255", "变化（满分 255）"))
    return Table(title=say("Does saying it change anything?", "说了有用吗？"), said=(said,), rows=(head, *body))


def _defaults(defaults: Mapping[str, Mapping[str, int]]) -> Table:
    body = (
        (term(fact), ", ".join(f"{term(key)} {count}" for key, count in list(seen.items())[:6]))
        for fact, seen in defaults.items()
        if seen
    )
    title = say("What is drawn where nothing was said", "未说明时的默认")
    return Table(title=title, rows=((say("fact", "事实"), say("chosen, times", "所选及次数")), *body))

"""What is written of an adaptation: the screenplay, the tables, the two pictures, and a page for the writer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tianmu.core.files import writing
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.governance.identity import open_identity
from tianmu.governance.provenance import Claim, sign_file
from tianmu.studio.adapt.adaptation import Adaptation
from tianmu.studio.adapt.arc import explain_features
from tianmu.studio.adapt.draft import Beat, Draft
from tianmu.studio.adapt.pictures import draw_arc, draw_network
from tianmu.studio.importers import write_fountain

FILES = (
    *("adaptation.fountain", "adaptation.md", "adaptation.json"),
    *("characters.json", "network.svg", "network.png", "arc.json", "arc.svg", "arc.png"),
)
"""Everything that an adaptation writes, the draft first."""
MANIFESTS = tuple(f"{name}.c2pa" for name in FILES if not name.endswith(".png"))
"""What signs them, where it is not in the file itself."""
SCHEMA = "tianmu.adaptation.1"
_MOST_OMISSIONS = 200
"""Sentences left out that the page lists; all are in the JSON."""


def write_adaptation(adaptation: Adaptation, folder: Path) -> list[Path]:
    """Write every file of `FILES` into a folder that is there.

    Raises:
        OutputError: the folder is not writable or the disk is full.
    """
    with writing(folder):
        _text(folder / FILES[0], write_fountain(adaptation.screenplay))
        _text(folder / FILES[1], "\n".join(_page(adaptation)) + "\n")
        _json(folder / FILES[2], adaptation_row(adaptation))
        _json(folder / FILES[3], characters_row(adaptation))
        draw_network(adaptation.network, adaptation.title).write(folder / FILES[4], folder / FILES[5])
        _json(folder / FILES[6], arc_row(adaptation))
        draw_arc(adaptation.arc, adaptation.title).write(folder / FILES[7], folder / FILES[8])
    return [folder / name for name in FILES]


def sign_adaptation(adaptation: Adaptation, folder: Path) -> None:
    """Sign every file that `write_adaptation` wrote: pictures in themselves, the others by a manifest beside them.

    Raises:
        OutputError: the folder is not writable or the disk is full; the studio's keys cannot be made.
    """
    identity = open_identity(settings().home)
    trained = adaptation.planner != "rules"
    model = adaptation.planner if trained else None
    for name in FILES:
        title = f"{adaptation.title}: {name}"[:120]
        facts = {"source": adaptation.source.name, "worded_by": adaptation.planner}
        claim = Claim(title=title, kind="document", trained=trained, model_name=model, engine="adapt", facts=facts)
        sign_file(folder / name, claim, identity)


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _json(path: Path, row: dict[str, Any]) -> None:
    _text(path, json.dumps(row, ensure_ascii=False, indent=1) + "\n")


def adaptation_row(adaptation: Adaptation) -> dict[str, Any]:
    """The whole draft as JSON: scenes with their lines, beats with their sources, and what was left out."""
    source, names = adaptation.source, adaptation.names
    return {
        "schema": SCHEMA,
        "title": adaptation.title,
        "author": adaptation.author,
        "source": {
            "file": source.name,
            "lines": len(source.lines),
            "first": source.first,
            "last": source.last,
            "language": source.tongue,
            "classical": source.classical,
        },
        "worded_by": adaptation.planner,
        "scenes": [_scene_row(draft, names) for draft in adaptation.drafts],
        "left_out": [
            {"lines": [left.first, left.last], "why": {"en": left.en, "zh": left.zh}} for left in adaptation.left
        ],
        "notes": list(adaptation.notes),
    }


def _scene_row(draft: Draft, names: dict[str, str]) -> dict[str, Any]:
    return {
        "number": draft.number,
        "heading": draft.heading,
        "chapter": draft.title,
        "lines": [draft.first, draft.last],
        "opening": draft.opening,
        "begins": {"en": draft.cut.en, "zh": draft.cut.zh},
        "place": "carried over" if draft.cut.carried else "named" if draft.cut.place else "not named",
        "present": [names[key] for key in draft.present],
        "beats": [_beat_row(beat, names) for beat in draft.beats],
        "left_out": [
            {"lines": [gone.first, gone.last], "text": gone.text, "why": {"en": gone.en, "zh": gone.zh}}
            for gone in draft.omitted
        ],
    }


def _beat_row(beat: Beat, names: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {"kind": beat.kind, "lines": [beat.first, beat.last], "text": beat.text}
    if beat.kind == "action":
        row |= {"from": list(beat.quoted), "worded_by": beat.by}
        row |= {"present_tense": True} if beat.present else {}
        return row | ({"name_added": beat.added} if beat.added else {})
    row |= {"quoted": list(beat.quoted), "speaker": names.get(beat.speaker), "found_by": beat.reason}
    row |= {"listener": names[beat.listener]} if beat.listener else {}
    row |= {"manner": beat.manner} if beat.manner else {}
    return row | ({"thought": True} if beat.thought else {})


def characters_row(adaptation: Adaptation) -> dict[str, Any]:
    """The network as JSON."""
    names, network = adaptation.names, adaptation.network
    return {
        "title": adaptation.title,
        "characters": [
            {
                "name": node.name,
                "aliases": list(node.aliases),
                "mentions": node.mentions,
                "speeches": node.speeches,
                "scenes": list(node.scenes),
                "gender": node.gender or None,
                "several": node.group,
            }
            for node in network.nodes
        ],
        "together": [{"who": [names[a], names[b]], "scenes": count} for a, b, count in network.together],
        "speaks": [{"from": names[a], "to": names[b], "speeches": count} for a, b, count in network.speaks],
    }


def arc_row(adaptation: Adaptation) -> dict[str, Any]:
    """The arc as JSON: what was counted, with which weight, and the sentences that made each point."""
    return {
        "title": adaptation.title,
        "what": {
            "en": "Counts of words and marks, weighted and smoothed over neighbours (1, 2, 1). It is no reading.",
            "zh": "词语与标点的计数，加权后与相邻场次平滑（1、2、1）。并非对作品的解读。",
        },
        "features": [
            {"name": name, "weight": weight, "en": en, "zh": zh} for name, weight, en, zh in explain_features()
        ],
        "points": [
            {
                "scene": point.scene,
                "lines": [point.first, point.last],
                "features": point.features,
                "raw": point.raw,
                "smooth": point.smooth,
                "sentences": [
                    {"lines": [named.first, named.last], "text": named.text, "counted": list(named.words)}
                    for named in point.named
                ],
            }
            for point in adaptation.arc
        ],
    }


def _page(adaptation: Adaptation) -> Iterator[str]:
    """The page for the writer, in the language that the person reads."""
    source = adaptation.source
    yield f"# {_plain(adaptation.title)}"
    yield ""
    speeches = [beat for draft in adaptation.drafts for beat in draft.beats if beat.kind != "action"]
    unknown = sum(beat.kind == "voice" for beat in speeches)
    yield say(
        f"A draft of {len(adaptation.drafts)} scenes from `{source.name}`, {len(source.lines)} lines. "
        f"{len(speeches)} speeches are word for word; the speakers of {unknown} are not known. "
        f"Action by: {adaptation.planner}.",
        f"由 `{source.name}`（{len(source.lines)} 行）改编的草稿，共 {len(adaptation.drafts)} 场。"
        f"对白 {len(speeches)} 段，照录原文，其中 {unknown} 段不知说话人。动作由 {adaptation.planner} 写成。",
    )
    yield ""
    for note in adaptation.notes:
        yield f"- {note}"
    yield say("## Characters", "## 人物")
    yield ""
    yield say("![The network of characters](network.svg)", "![人物关系](network.svg)")
    yield ""
    yield say("| name | also called | mentions | speeches | scenes |", "| 名字 | 别称 | 提及 | 对白 | 场次 |")
    yield "|---|---|---|---|---|"
    for node in adaptation.network.nodes:
        also = ", ".join(alias for alias in node.aliases[:6] if alias.upper() != node.name)
        yield f"| {_cell(node.name)} | {_cell(also)} | {node.mentions} | {node.speeches} | {_runs(node.scenes)} |"
    yield ""
    yield say("## Tension", "## 张力")
    yield ""
    yield say("![The arc of tension](arc.svg)", "![张力曲线](arc.svg)")
    yield ""
    yield say("A count of words and marks, not a reading.", "只是词语和标点的计数，并非解读。")
    yield ""
    yield say("## Scenes", "## 分场")
    yield ""
    for draft in adaptation.drafts:
        yield from _scene_rows(adaptation, draft)
    yield ""
    yield from _left_rows(adaptation)


def _scene_rows(adaptation: Adaptation, draft: Draft) -> Iterator[str]:
    names = adaptation.names
    who = say(", ", "、").join(names[key] for key in draft.present)
    yield say(
        f"{draft.number}. **{_plain(draft.heading)}**, lines {draft.first}-{draft.last} ({draft.cut.en})",
        f"{draft.number}. **{_plain(draft.heading)}**，第 {draft.first}-{draft.last} 行（{draft.cut.zh}）",
    ) + (say(f": {who}", f"：{who}") if who else "")


def _left_rows(adaptation: Adaptation) -> Iterator[str]:
    yield say("## Left out", "## 未收入")
    yield ""
    for left in adaptation.left:
        yield say(f"- {_lines(left.first, left.last)}: {left.en}", f"- {_lines(left.first, left.last)}：{left.zh}")
    gone = [omission for draft in adaptation.drafts for omission in draft.omitted]
    for omission in gone[:_MOST_OMISSIONS]:
        yield say(
            f"- {_lines(omission.first, omission.last)}, {omission.en}: {_plain(omission.text[:120])}",
            f"- {_lines(omission.first, omission.last)}，{omission.zh}：{_plain(omission.text[:60])}",
        )
    if len(gone) > _MOST_OMISSIONS:
        yield say(
            f"- and {len(gone) - _MOST_OMISSIONS} sentences more, in adaptation.json",
            f"- 另有 {len(gone) - _MOST_OMISSIONS} 句，见 adaptation.json",
        )
    if not adaptation.left and not gone:
        yield say("- nothing", "- 无")


def _lines(first: int, last: int) -> str:
    span = f"{first}" if first == last else f"{first}-{last}"
    return say(f"line {span}" if first == last else f"lines {span}", f"第 {span} 行")


def _runs(numbers: tuple[int, ...]) -> str:
    """Numbers as ranges: `1-3, 7`."""
    parts: list[str] = []
    for number in numbers:
        first, _, last = parts[-1].partition("-") if parts else ("", "", "")
        if parts and number == int(last or first) + 1:
            parts[-1] = f"{first}-{number}"
        else:
            parts.append(str(number))
    return ", ".join(parts)


def _plain(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>|#" else letter for letter in text)


def _cell(text: str) -> str:
    return _plain(text) or " "

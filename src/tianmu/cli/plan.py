"""`tianmu plan`: a screenplay as a breakdown and a shot list, every shot with its reasons."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs
from tianmu.core.text import listed, say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tianmu.film.asset import Asset
    from tianmu.film.breakdown import Breakdown
    from tianmu.film.screenplay import Screenplay
    from tianmu.film.shot import Shot, ShotList

PLANNERS = ("rules", "llm")

_CATEGORIES = {
    "cast": ("cast", "演员"),
    "extras": ("extras", "特约群演"),
    "atmosphere": ("atmosphere", "群众演员"),
    "stunts": ("stunts", "特技"),
    "set": ("sets", "场景"),
    "props": ("props", "道具"),
    "vehicles": ("vehicles", "车辆船只"),
    "animals": ("animals", "动物"),
    "effects": ("effects", "特效"),
    "sound": ("sound", "声音"),
    "wardrobe": ("wardrobe", "服装"),
}
_SETUPS = {
    "establishing": ("establishing", "定场"),
    "master": ("master", "主镜头"),
    "two_shot": ("two-shot", "双人"),
    "over_shoulder": ("over the shoulder", "过肩"),
    "single": ("single", "单人"),
    "reaction": ("reaction", "反应"),
    "insert": ("insert", "插入"),
    "action": ("action", "动作"),
}
_SIZES = {
    "extreme_wide": ("extreme wide", "大远景"),
    "wide": ("wide", "全景"),
    "medium_wide": ("medium wide", "中全景"),
    "medium": ("medium", "中景"),
    "medium_close": ("medium close", "中近景"),
    "close": ("close", "近景"),
    "extreme_close": ("extreme close", "特写"),
}
_MOVES = {
    "static": ("static", "固定"),
    "pan_left": ("pan left", "左摇"),
    "pan_right": ("pan right", "右摇"),
    "tilt_up": ("tilt up", "上摇"),
    "tilt_down": ("tilt down", "下摇"),
    "push_in": ("push in", "推近"),
    "pull_out": ("pull out", "拉远"),
}


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `plan` and its options."""
    parser = verbs.add_parser("plan", help=say("turn a screenplay into a shot list", "把剧本变成镜头表"))
    add = parser.add_argument
    add("screenplay", type=Path, help=say("Fountain, FDX, plain text or Markdown", "Fountain、FDX、纯文本或 Markdown"))
    add(
        "--aspect",
        default="16:9",
        help=say(
            "16:9, 9:16, 1:1, 4:5, 4:3 or 2.39:1 (default: 16:9)",
            "画幅 16:9、9:16、1:1、4:5、4:3 或 2.39:1（默认 16:9）",
        ),
    )
    add(
        "--planner",
        choices=PLANNERS,
        default="rules",
        help=say(
            "rules, or llm: the model that TIANMU_LLM_URL and TIANMU_LLM_MODEL name (default: rules)",
            "rules（规则）或 llm：由 TIANMU_LLM_URL 与 TIANMU_LLM_MODEL 指定的模型（默认 rules）",
        ),
    )
    add("-o", "--output", type=Path, help=say("write the shot list to this file, as JSON", "把镜头表写成 JSON 文件"))
    add("--overwrite", action="store_true", help=say("replace the file if it is there", "允许覆盖已有文件"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Plan, and print or write what was planned."""
    import json

    from tianmu.core.files import write_text
    from tianmu.film.schema import to_row
    from tianmu.studio.importers import read_screenplay
    from tianmu.studio.output import refuse_existing
    from tianmu.studio.planner import break_down, cast_assets, language_planner, link_assets, plan_shots

    if arguments.output is not None:
        refuse_existing(arguments.output, overwrite=arguments.overwrite)
    planner = language_planner(arguments.planner)
    screenplay = read_screenplay(arguments.screenplay)
    breakdown = break_down(screenplay)
    assets, notes = cast_assets(screenplay, breakdown)
    shots = plan_shots(screenplay, assets, aspect=arguments.aspect, planner=planner)
    breakdown = link_assets(breakdown, assets)
    if arguments.output is not None:
        write_text(arguments.output, json.dumps(to_row(shots), ensure_ascii=False, indent=1) + "\n")
    if arguments.json:
        row = {
            "breakdown": to_row(breakdown),
            "assets": [to_row(asset) for asset in assets],
            "shots": to_row(shots),
            "notes": [*notes, *shots.notes],
            "file": str(arguments.output) if arguments.output is not None else None,
        }
        print(json.dumps(row, ensure_ascii=False))
        return 0
    print("\n".join(report(screenplay, breakdown, assets, shots, notes)))
    if arguments.output is not None:
        print(say(f"\n{arguments.output}: the shot list, as JSON", f"\n{arguments.output}：镜头表（JSON）"))
    return 0


def report(
    screenplay: Screenplay,
    breakdown: Breakdown,
    assets: Sequence[Asset],
    shots: ShotList,
    notes: Sequence[str],
) -> Iterator[str]:
    """The plan for a person, line by line."""
    count = len(screenplay.scenes)
    minutes, seconds = divmod(round(float(shots.seconds)), 60)
    title = screenplay.title or say("Untitled", "无题")
    yield say(
        f"{title}: {count} scene{'s' * (count != 1)}, {len(shots.shots)} shots, {minutes}:{seconds:02d}, "
        f"planned by {shots.planner}",
        f"{title}：{count} 场，{len(shots.shots)} 个镜头，{minutes}:{seconds:02d}，规划：{shots.planner}",
    )
    yield ""
    for category, words in _CATEGORIES.items():
        names = [item.name for item in breakdown.items if item.category == category]
        if names:
            yield f"{say(*words)} ({len(names)}): {listed(names)}"
    yield ""
    for asset in assets:
        yield f"  {asset.id}: {say(asset.now.en, asset.now.zh)}"
    for note in (*notes, *shots.notes):
        yield f"! {note}"
    headings = {scene.number: scene.heading.text for scene in screenplay.scenes}
    scene = None
    for shot in shots.shots:
        if shot.scene != scene:
            scene = shot.scene
            yield f"\n{scene}  {headings[scene]}"
        yield from _shot(shot)


def _shot(shot: Shot) -> Iterator[str]:
    facts = [say(*_SETUPS[shot.setup]), say(*_SIZES[shot.size]), say(*_MOVES[shot.move])]
    yield f"  {shot.slate}  {float(shot.seconds):g} s  {', '.join(facts)}"
    if shot.action:
        yield f"      {shot.action}"
    for line in shot.lines:
        yield f"      {line.character}{'' if line.on_screen else say(' (heard)', '（画外）')}: {line.text}"
    yield f"      > {shot.prompt}"
    reasons = dict.fromkeys(say(reason.en, reason.zh) for reason in shot.reasons)
    yield f"      {say('because: ', '理由：')}{say('; ', '；').join(reasons)}"

"""`tianmu engines`: which engines are installed, what each can do, and why a broken one is broken."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.engines.protocol import Capabilities
    from tianmu.engines.registry import EngineStatus


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `engines` and its option."""
    parser = verbs.add_parser(
        "engines", help=say("list what is installed and what each can do", "列出已安装的引擎及其能力")
    )
    parser.add_argument("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the table, or the object."""
    import json

    from tianmu.engines.registry import list_engines

    found = list_engines()
    if arguments.json:
        print(json.dumps({"engines": [as_row(status) for status in found]}, ensure_ascii=False))
    else:
        print(table(found))
    return 0


def as_row(status: EngineStatus) -> dict[str, object]:
    """One engine for a program."""
    row: dict[str, object] = {"name": status.name, "source": status.source, "broken": status.broken}
    if status.engine is None:
        return row
    can = status.engine.capabilities
    return row | {
        "tasks": sorted(can.tasks),
        "controls": sorted(can.controls),
        "max_seconds": float(can.max_seconds),
        "native_fps": float(can.native_fps),
        "default_fps": float(can.default_fps),
        "sizes": {aspect: list(size) for aspect, size in can.sizes.items()},
        "max_pixels": can.max_pixels,
        "audio": can.audio,
        "description": say(*can.description),
    }


def table(found: list[EngineStatus]) -> str:
    """A few lines an engine, for a person."""
    return "\n\n".join("\n".join(_lines(status)) for status in found)


def _lines(status: EngineStatus) -> list[str]:
    if status.engine is None:
        return [
            say(f"{status.name}  (broken)  {status.source}", f"{status.name}（无法使用） {status.source}"),
            f"  {status.broken}",
        ]
    can = status.engine.capabilities
    return [
        f"{status.name}  {status.source}",
        f"  {say(*can.description)}",
        *(f"  {name}: {what}" for name, what in _facts(can)),
    ]


def _facts(can: Capabilities) -> list[tuple[str, str]]:
    width, height = can.sizes["16:9"]
    rate = f"{float(can.default_fps):g}" + (
        say(", or any", "，或任意") if can.any_fps or "interpolate" in can.controls else ""
    )
    facts = [
        (say("makes a shot from", "输入"), ", ".join(sorted(can.tasks))),
        (say("frames a second", "帧率"), rate),
        (say("size at 16:9", "16:9 尺寸"), f"{width}x{height}"),
        (say("at most", "最长"), say(f"{float(can.max_seconds):g} s", f"{float(can.max_seconds):g} 秒")),
    ]
    return [*facts, (say("can be told", "可调"), ", ".join(sorted(can.controls)))] if can.controls else facts

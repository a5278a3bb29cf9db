"""`tianmu audit`: what an engine can show of people, cultures, places and looks, and what it draws when nobody says."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, whole
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `audit` and its options."""
    parser = verbs.add_parser(
        "audit", help=say("coverage and skew of an engine, over fixed prompts", "以固定提示词审计引擎的覆盖与偏差")
    )
    add = parser.add_argument
    add("--engine", help=say("which engine (default: native)", "审计哪个引擎（默认 native）"))
    add("--quick", action="store_true", help=say("a third of the prompts", "只用约三分之一的提示词"))
    add("--seed", type=whole("--seed", 0, 2**63 - 1), default=0, help=say("default: 0", "默认 0"))
    add("-o", "--output", type=Path, help=say("the folder (default: audit-ENGINE)", "文件夹（默认 audit-引擎名）"))
    add("--overwrite", action="store_true", help=say("replace an earlier audit", "允许覆盖先前的审计"))
    add(
        "--cards",
        action="store_true",
        help=say("print the cards of the model and of its data instead", "改为输出模型卡与数据卡"),
    )
    add("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Audit, and print the tables; or print the cards."""
    import json

    if arguments.cards:
        return _print_cards(arguments)
    from tianmu.cli.progress import progress_bar
    from tianmu.engines.registry import DEFAULT_ENGINE
    from tianmu.studio.audit import PAGE, audit_engine
    from tianmu.training.reading import open_reader

    engine = arguments.engine or DEFAULT_ENGINE
    folder: Path = arguments.output or Path(f"audit-{engine}")
    with progress_bar() as progress:
        audit = audit_engine(
            engine,
            folder,
            quick=arguments.quick,
            seed=arguments.seed,
            open_reader=open_reader,
            overwrite=arguments.overwrite,
            progress=progress,
        )
    if arguments.json:
        print(json.dumps(audit.report, ensure_ascii=False))
    else:
        print(f"{audit.text}\n\n{folder / PAGE}")
    return 0


def _print_cards(arguments: argparse.Namespace) -> int:
    import json

    from tianmu.training.card import model_card, shipped_scores
    from tianmu.world.card import data_card
    from tianmu.world.croissant import croissant

    if arguments.json:
        print(json.dumps({"model": shipped_scores(), "data": croissant()}, ensure_ascii=False))
    else:
        print(f"{model_card(shipped_scores())}\n{data_card()}", end="")
    return 0

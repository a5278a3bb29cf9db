"""`tianmu adapt`: a book becomes a draft screenplay, with its network of characters and its arc of tension."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `adapt` and its options."""
    parser = verbs.add_parser(
        "adapt", help=say("a draft screenplay from a book in plain text", "由一本书（纯文本）得到剧本草稿")
    )
    add = parser.add_argument
    add(
        "text",
        type=Path,
        help=say(
            "the book, in English or Chinese: UTF-8, UTF-16 or GB18030", "中文或英文的书：UTF-8、UTF-16 或 GB18030"
        ),
    )
    add(
        "-o",
        "--output",
        type=Path,
        help=say("the folder for the draft (default: named after the text)", "草稿存放的文件夹（默认以文本命名）"),
    )
    add(
        "--planner",
        choices=("rules", "llm"),
        default="rules",
        help=say(
            "who words the action: rules, or the model that TIANMU_LLM_URL and TIANMU_LLM_MODEL name (default: rules)",
            "动作由谁写：rules（规则），或 TIANMU_LLM_URL 与 TIANMU_LLM_MODEL 指定的模型（默认 rules）",
        ),
    )
    add("--overwrite", action="store_true", help=say("replace an earlier draft there", "允许覆盖那里的旧草稿"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Read, draft, write."""
    import json

    from tianmu.cli.progress import progress_bar
    from tianmu.core.errors import OutputError
    from tianmu.core.files import whole_folder
    from tianmu.studio.adapt import FILES, MANIFESTS, adapt, read_source, sign_adaptation, write_adaptation
    from tianmu.studio.planner import language_planner

    text: Path = arguments.text
    folder: Path = arguments.output or Path(f"{text.stem}-draft")

    def ours(path: Path) -> bool:
        return {entry.name for entry in path.iterdir()} <= {*FILES, *MANIFESTS}

    if folder.is_dir() and any(folder.iterdir()) and ours(folder) and not arguments.overwrite:
        raise OutputError(
            say(
                f"{folder} holds a draft already; choose another folder with -o, or allow it with --overwrite.",
                f"{folder} 中已有草稿；请用 -o 另选文件夹，或用 --overwrite 允许覆盖。",
            )
        )
    planner = language_planner(arguments.planner)
    source = read_source(text)
    with progress_bar() as progress, whole_folder(folder, replaces=ours) as part:
        adaptation = adapt(source, planner, progress)
        write_adaptation(adaptation, part)
        sign_adaptation(adaptation, part)
    files = [folder / name for name in FILES]
    speeches = [beat for draft in adaptation.drafts for beat in draft.beats if beat.kind != "action"]
    unknown = sum(beat.kind == "voice" for beat in speeches)
    if arguments.json:
        row = {
            "title": adaptation.title,
            "scenes": len(adaptation.drafts),
            "characters": [figure.name for figure in adaptation.company.figures],
            "speeches": len(speeches),
            "speaker_unknown": unknown,
            "worded_by": adaptation.planner,
            "notes": list(adaptation.notes),
            "files": [str(path) for path in files],
        }
        print(json.dumps(row, ensure_ascii=False))
        return 0
    print(
        say(
            f"{adaptation.title}: {len(adaptation.drafts)} scenes, {len(adaptation.company.figures)} characters, "
            f"{len(speeches)} speeches, {unknown} of them by nobody known; action by {adaptation.planner}",
            f"{adaptation.title}：{len(adaptation.drafts)} 场，{len(adaptation.company.figures)} 个人物，"
            f"{len(speeches)} 段对白，其中 {unknown} 段不知说话人；动作：{adaptation.planner}",
        )
    )
    for note in adaptation.notes:
        print(f"  {note}")
    print("\n".join(str(path) for path in files))
    print(say(f"To plan it: tianmu plan {files[0]}", f"规划镜头：tianmu plan {files[0]}"))
    return 0

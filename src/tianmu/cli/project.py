"""`tianmu project`: lists what is kept, writes a project into one file and reads it back, deletes it."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `project` and what it can do."""
    parser = verbs.add_parser(
        "project", help=say("list, export, import or delete films", "列出、导出、导入或删除影片项目")
    )
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)

    listing = actions.add_parser("list", help=say("list all projects", "列出所有项目"))
    listing.set_defaults(run=list_projects)

    exporting = actions.add_parser("export", help=say("write all of a project into one file", "把整个项目写成一个文件"))
    exporting.add_argument("name", metavar="NAME", help=say("the project", "项目名称"))
    exporting.add_argument("file", metavar="FILE.tianmu", type=Path, help=say("the file to write", "要写的文件"))
    exporting.add_argument("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖"))
    exporting.set_defaults(run=export)

    importing = actions.add_parser("import", help=say("restore a project from such a file", "从这样的文件恢复项目"))
    importing.add_argument("file", metavar="FILE.tianmu", type=Path, help=say("the file to read", "要读的文件"))
    importing.add_argument("--name", metavar="NAME", help=say("default: the name it had", "默认沿用原名"))
    importing.set_defaults(run=restore)

    deleting = actions.add_parser(
        "delete", help=say("delete a project, and media that no other needs", "删除项目及其他项目不需要的媒体")
    )
    deleting.add_argument("name", metavar="NAME", help=say("the project", "项目名称"))
    deleting.set_defaults(run=delete)

    for action in (listing, exporting, importing, deleting):
        action.add_argument("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))


def list_projects(arguments: argparse.Namespace) -> int:
    """Print every project with how much it holds."""
    import json
    from dataclasses import asdict

    from tianmu.studio.store import Store

    with Store.open() as store:
        found = store.projects()
    if arguments.json:
        print(json.dumps({"projects": [asdict(info) for info in found]}, ensure_ascii=False))
        return 0
    for info in found:
        print(
            say(
                f"{info.name}: {info.num_takes} takes, {info.num_documents} documents",
                f"{info.name}：{info.num_takes} 个镜次，{info.num_documents} 份文档",
            )
        )
    if not found:
        print(say("There is no project yet.", "还没有项目。"))
    return 0


def export(arguments: argparse.Namespace) -> int:
    """Write the file."""
    from tianmu.cli.shot import readable_bytes
    from tianmu.studio.store import Store, export_project

    with Store.open() as store:
        export_project(store.project(arguments.name), arguments.file, overwrite=arguments.overwrite)
    size = arguments.file.stat().st_size
    _tell(
        arguments,
        {"project": arguments.name, "file": str(arguments.file), "bytes": size},
        say(
            f"{arguments.file}: {readable_bytes(size)}, all of {arguments.name!r}",
            f"{arguments.file}：{readable_bytes(size)}，{arguments.name!r} 的全部内容",
        ),
    )
    return 0


def restore(arguments: argparse.Namespace) -> int:
    """Read the file."""
    from tianmu.studio.store import Store, import_project

    with Store.open() as store:
        project = import_project(store, arguments.file, arguments.name)
        num_takes = len(project.takes())
    _tell(
        arguments,
        {"project": project.name, "num_takes": num_takes},
        say(f"{project.name!r} is here, with {num_takes} takes", f"已导入 {project.name!r}，共 {num_takes} 个镜次"),
    )
    return 0


def delete(arguments: argparse.Namespace) -> int:
    """Delete the project."""
    from tianmu.studio.store import Store

    with Store.open() as store:
        store.delete_project(arguments.name)
    _tell(
        arguments,
        {"deleted": arguments.name},
        say(f"{arguments.name!r} was deleted", f"已删除 {arguments.name!r}"),
    )
    return 0


def _tell(arguments: argparse.Namespace, row: dict[str, object], sentence: str) -> None:
    import json

    print(json.dumps(row, ensure_ascii=False) if arguments.json else sentence)

"""`tianmu release`: release a film that those have signed who must; check the release of others, offline."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs, add_project_option
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say

UNPROVEN = 1


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `release` and its options."""
    parser = verbs.add_parser(
        "release", help=say("release a signed film; check a release", "发布已签署的影片；核验发布")
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, help=say("the file (default: PROJECT.release.json)", "输出文件"))
    add("--preset", help=say("solo: one signature; studio: five roles", "solo：一人签署；studio：五种职责"))
    add("--version", default="", metavar="ASPECT", help=say("another version, such as 9:16", "其他画幅版本，如 9:16"))
    add("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    add("--json", action="store_true", help=say("print JSON", "输出 JSON"))
    add_project_option(add)
    add_override_options(add)
    parser.set_defaults(run=run)
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"))
    verify = actions.add_parser("verify", help=say("check a release, offline", "离线核验发布文件"))
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--film", type=Path, help=say("the film that it is said to be of", "所对应的影片文件"))
    verify.add_argument(
        "--trust", type=Path, action="append", default=[], help=say("PEM of a studio's root", "工作室根证书（PEM）")
    )
    verify.add_argument("--json", action="store_true", help=say("print JSON", "输出 JSON"))
    verify.set_defaults(run=run_verify)


def run(arguments: argparse.Namespace) -> int:
    """Release a film."""
    import json

    from tianmu.core.settings import settings
    from tianmu.studio.plan import choose_project
    from tianmu.studio.release import release_film
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        released = release_film(
            project,
            settings().home,
            arguments.output,
            preset=arguments.preset,
            version=arguments.version,
            overwrite=arguments.overwrite,
        )
    signed = [{"name": each.name, "role": each.role} for each in released.release.signatures]
    if arguments.json:
        print(json.dumps({"file": str(released.path), "preset": released.release.preset, "signed": signed}))
    else:
        print(released.path)
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Check a release; 1 where something is not proven."""
    import json

    from tianmu.core.settings import settings
    from tianmu.governance.people import say_role
    from tianmu.studio.release import check_release

    release, checked = check_release(arguments.file, settings().home, arguments.film, tuple(arguments.trust))
    signed = [{"name": each.name, "role": each.role, "at": each.at} for each in release.signatures]
    if arguments.json:
        row = {"title": release.statement.title, "printed": release.statement.printed, "preset": release.preset}
        found = {"signed": signed, "faults": checked.faults, "known": checked.known}
        print(json.dumps({**row, **found}, ensure_ascii=False))
        return UNPROVEN if checked.faults else 0
    print(f"{release.statement.title}  {release.statement.printed}")
    for each in signed:
        print(f"  {each['name']}  {say_role(each['role'])}  {each['at']}")
    for fault in checked.faults:
        print(fault)
    if not checked.faults:
        print(say("Everything in it is proven.", "其中内容均已证实。"))
    if not checked.known:
        print(
            say(
                "Nobody here knows the studio that signed it: give its root with --trust, or put it into the folder "
                "`trusted`.",
                "本机不认识签署它的工作室：请用 --trust 给出其根证书，或放入 trusted 文件夹。",
            )
        )
    return UNPROVEN if checked.faults else 0

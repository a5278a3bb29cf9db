"""`tianmu person`: who works here, in which role, and who acts now."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.governance.people import Person


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `person` and what it can do."""
    parser = verbs.add_parser("person", help=say("who works here, and who acts now", "人员、职责与当前操作者"))
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)
    name = say("the person's name", "姓名")
    add = actions.add_parser("add", help=say("add a person with a key of their own", "添加人员并生成其密钥"))
    add.add_argument("name", metavar="NAME", help=name)
    add.add_argument(
        "--role",
        action="append",
        default=[],
        help=say(
            "writer, director, technical-lead, cultural-adviser or ethics-reviewer; may be given several times",
            "writer、director、technical-lead、cultural-adviser 或 ethics-reviewer；可多次给出",
        ),
    )
    add.add_argument(
        "--key", type=Path, help=say("an Ed25519 key of theirs (PEM, 0600)", "其已有的 Ed25519 私钥（PEM）")
    )
    add.set_defaults(run=run_add)
    showing = actions.add_parser("list", help=say("who works here", "列出人员"))
    showing.add_argument("--retired", action="store_true", help=say("who was removed", "列出已移除的人员"))
    showing.set_defaults(run=run_list)
    use = actions.add_parser("use", help=say("who acts from now on (TIANMU_PERSON overrides)", "指定当前操作者"))
    use.add_argument("name", metavar="NAME", help=name)
    use.add_argument("--role", help=say("the role they act in", "以何职责行事"))
    use.set_defaults(run=run_use)
    remove = actions.add_parser("remove", help=say("sign no more; past signatures stay", "移除人员；其过往签名仍有效"))
    remove.add_argument("name", metavar="NAME", help=name)
    remove.set_defaults(run=run_remove)
    preset = actions.add_parser(
        "preset", help=say("what a release asks for: solo or studio", "发布所需签名：solo 或 studio")
    )
    preset.add_argument("preset", metavar="PRESET")
    preset.set_defaults(run=run_preset)
    for each in (add, showing, use, remove, preset):
        each.add_argument("--json", action="store_true", help=say("print JSON", "输出 JSON"))


def run_add(arguments: argparse.Namespace) -> int:
    """Add a person, or roles to one."""
    from tianmu.core.settings import settings
    from tianmu.studio.people import add_person

    return _show(arguments, add_person(settings().home, arguments.name, tuple(arguments.role), arguments.key))


def run_list(arguments: argparse.Namespace) -> int:
    """Print one line a person, a dot before who acts."""
    import json

    from tianmu.core.settings import settings
    from tianmu.governance.people import chosen_person, read_people, read_preset

    home = settings().home
    people = read_people(home, retired=arguments.retired)
    chosen = None if arguments.retired else chosen_person(home)
    acts = chosen[0].fingerprint if chosen else None
    if arguments.json:
        rows = [{**_row(person), "acts": person.fingerprint == acts} for person in people]
        print(json.dumps({"people": rows, "preset": read_preset(home)}, ensure_ascii=False))
        return 0
    for person in people:
        print(("● " if person.fingerprint == acts else "  ") + line(person))
    if not people:
        print(
            say(
                "Nobody yet: tianmu person add NAME --role director.",
                "还没有人员：tianmu person add 姓名 --role director。",
            )
        )
    return 0


def run_use(arguments: argparse.Namespace) -> int:
    """Choose who acts."""
    from tianmu.core.settings import settings
    from tianmu.studio.people import use_person

    return _show(arguments, use_person(settings().home, arguments.name, arguments.role))


def run_remove(arguments: argparse.Namespace) -> int:
    """Put a person aside."""
    from tianmu.core.settings import settings
    from tianmu.studio.people import remove_person

    return _show(arguments, remove_person(settings().home, arguments.name))


def run_preset(arguments: argparse.Namespace) -> int:
    """Keep what a release asks for."""
    import json

    from tianmu.core.settings import settings
    from tianmu.studio.people import use_preset

    use_preset(settings().home, arguments.preset)
    print(json.dumps({"preset": arguments.preset}) if arguments.json else arguments.preset)
    return 0


def line(person: Person) -> str:
    """Name, roles, the beginning of the key."""
    from tianmu.governance.people import say_role

    roles = say(", ", "、").join(say_role(role) for role in person.roles)
    return f"{person.name}  {roles}  {person.fingerprint[:16]}"


def _show(arguments: argparse.Namespace, person: Person) -> int:
    import json

    print(json.dumps(_row(person), ensure_ascii=False) if arguments.json else line(person))
    return 0


def _row(person: Person) -> dict[str, object]:
    from tianmu.film.schema import to_row

    return {**to_row(person), "key": person.fingerprint}

"""`tianmu consent`: what a person, or who owns a work, has allowed."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_project_option
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.governance.consent import Consent


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `consent` and what it can do."""
    parser = verbs.add_parser("consent", help=say("consents and licences", "同意与许可"))
    actions = parser.add_subparsers(metavar=say("ACTION", "操作"), required=True)
    adding = actions.add_parser("add", help=say("record a consent or a licence", "登记同意或许可"))
    add = adding.add_argument
    add(
        "--for",
        dest="subject",
        metavar="WHAT",
        required=True,
        help=say("an asset, a file, or film", "资产、文件或 film"),
    )
    add("--person", required=True, help=say("who allows it", "许可人"))
    add("--kind", required=True, help=say("likeness, voice, music, text, picture or own", "许可类别；own 为自制"))
    add("--replica", help=say("employment, independent, background or synthetic", "数字复制品类别"))
    add("--description", required=True, help=say("what exactly is allowed", "具体许可内容"))
    add("--scope", default="", help=say("for which use", "使用范围"))
    add("--covers", action="append", default=[], metavar="PROJECT", help=say("default: this project", "默认本项目"))
    add("--from", dest="starts", type=_day, metavar="YYYY-MM-DD", help=say("the first day", "起始日"))
    add("--to", dest="ends", type=_day, metavar="YYYY-MM-DD", help=say("the last day", "截止日"))
    add("--territory", action="append", default=[], help=say("CN, EU, US-CA, ... (default: the world)", "默认全球"))
    add("--compensation", default="", help=say("reference of what was agreed", "报酬约定编号"))
    add("--document", type=Path, help=say("the signed document; it stays in the studio home", "签署的文件"))
    adding.set_defaults(run=run_add)
    showing = actions.add_parser("list", help=say("all of a project", "列出项目的同意记录"))
    showing.set_defaults(run=run_list)
    one = actions.add_parser("show", help=say("one, in full", "查看一条"))
    one.add_argument("id", metavar="ID")
    one.set_defaults(run=run_show)
    revoke = actions.add_parser("revoke", help=say("revoke one, and list what it touches", "撤回并列出影响"))
    revoke.add_argument("id", metavar="ID")
    revoke.add_argument("--because", required=True, metavar="TEXT", help=say("why", "原因"))
    revoke.set_defaults(run=run_revoke)
    for each in (adding, showing, one, revoke):
        each.add_argument("--json", action="store_true", help=say("print JSON", "输出 JSON"))
        add_project_option(each.add_argument)


def run_add(arguments: argparse.Namespace) -> int:
    """Record one."""
    from tianmu.core.settings import settings
    from tianmu.governance.consent import KINDS, REPLICAS, WORLD, Consent
    from tianmu.studio.consents import add_consent, find_subject
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    _one_of("--kind", arguments.kind, KINDS)
    if arguments.replica is not None:
        _one_of("--replica", arguments.replica, REPLICAS)
    with Store.open() as store:
        project = choose_project(store, arguments.project)
        consent = Consent(
            id="",
            subject=find_subject(project, arguments.subject),
            kind=arguments.kind,
            person=arguments.person,
            replica=arguments.replica,
            description=arguments.description,
            scope=arguments.scope,
            projects=tuple(arguments.covers) or (project.name,),
            starts=arguments.starts,
            ends=arguments.ends,
            territory=tuple(each.upper() for each in arguments.territory) or (WORLD,),
            compensation=arguments.compensation,
        )
        kept = add_consent(project, settings().home, consent, arguments.document)
    if kept.document is None and kept.kind != "own" and not arguments.json:
        print(
            say(
                "It covers nothing until the signed document is there: add it again with --document FILE; tianmu learn "
                "consent says more.",
                "在提供签署的文件之前它不生效：请加上 --document 文件 再次登记；详见 tianmu learn consent。",
            )
        )
    return _show(arguments, kept)


def run_list(arguments: argparse.Namespace) -> int:
    """One line each."""
    import json

    from tianmu.film.schema import to_row
    from tianmu.studio.consents import consents_of
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        found = consents_of(choose_project(store, arguments.project))
    if arguments.json:
        print(json.dumps([to_row(each) for each in found], ensure_ascii=False))
        return 0
    for number, each in enumerate(found, 1):
        print(f"{number:3}  {line(each)}")
    if not found:
        print(say("There is no consent yet.", "尚无同意记录。"))
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Everything of one."""
    from tianmu.film.schema import to_row
    from tianmu.studio.consents import find_consent
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        consent = find_consent(choose_project(store, arguments.project), arguments.id)
    if not arguments.json:
        for name, value in to_row(consent).items():
            print(f"{name:14}{', '.join(value) if isinstance(value, list) else value or '-'}")
        return 0
    return _show(arguments, consent)


def run_revoke(arguments: argparse.Namespace) -> int:
    """Revoke one, and list what was made with it."""
    import json
    from dataclasses import asdict

    from tianmu.core.settings import settings
    from tianmu.film.schema import to_row
    from tianmu.studio.consents import revoke_consent
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Store

    with Store.open() as store:
        project = choose_project(store, arguments.project)
        consent, touched = revoke_consent(project, settings().home, arguments.id, arguments.because)
    if arguments.json:
        print(json.dumps({**to_row(consent), "touches": [asdict(each) for each in touched]}, ensure_ascii=False))
        return 0
    print(line(consent))
    for each in touched:
        slates = ", ".join(each.slates)
        print(
            say(
                f"  {each.project}: {len(each.films)} films, {len(each.takes)} takes of {slates}",
                f"  {each.project}：{len(each.films)} 部影片，镜头 {slates} 的 {len(each.takes)} 条素材",
            )
        )
        for film in each.films:
            print(f"    {film}")
        for take in each.takes:
            print(f"    {take[:16]}")
    return 0


def line(consent: Consent) -> str:
    """Id, kind, person, for what, until when."""
    subject = consent.subject[:24]
    until = consent.ends or say("no end", "无期限")
    gone = say(f"  revoked: {consent.revoked}", f"  已撤回：{consent.revoked}") if consent.revoked else ""
    return f"{consent.id}  {consent.kind:8}  {consent.person}  {subject}  {until}  {','.join(consent.territory)}{gone}"


def _show(arguments: argparse.Namespace, consent: Consent) -> int:
    import json

    from tianmu.film.schema import to_row

    print(json.dumps(to_row(consent), ensure_ascii=False) if arguments.json else line(consent))
    return 0


def _one_of(option: str, value: str, choices: tuple[str, ...]) -> None:
    from tianmu.core.errors import InputError

    if value not in choices:
        raise InputError(
            say(
                f"{option} is one of {', '.join(choices)}, and {value[:40]!r} is none.",
                f"{option} 应为 {'、'.join(choices)} 之一，而 {value[:40]!r} 不是。",
            )
        )


def _day(text: str) -> date:
    from tianmu.core.errors import InputError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            say(
                f"A day is written as 2027-01-31, and {text[:40]!r} is none.",
                f"日期应写作 2027-01-31，而 {text[:40]!r} 不是。",
            )
        ) from None

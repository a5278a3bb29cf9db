"""`tianmu asset`: the digital twins of a film: list them, look at one, change how it looks, switch its version."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_project_option, whole
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.film.asset import Asset


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `asset` and its options."""
    parser = verbs.add_parser(
        "asset", help=say("characters, sets, props and their versions", "角色、场景、道具及其版本")
    )
    add = parser.add_argument
    add("asset", nargs="?", help=say("its id or name; without it, all are listed", "编号或名称；省略则列出全部"))
    add("--use", type=whole("--use", 1, 10_000), metavar="N", help=say("use this version from now on", "改用此版本"))
    add("--words", help=say('make a new version drawn from these words: "a penguin"', "用这些词画一个新版本"))
    add("--en", help=say("the new version's description, in English", "新版本的英文说明"))
    add("--zh", help=say("the new version's description, in Chinese", "新版本的中文说明"))
    add("--voice", help=say("the new version's voice", "新版本的嗓音"))
    add("--picture", type=Path, action="append", default=[], help=say("a reference picture for it", "参考图片"))
    add_project_option(add)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Show, revise or switch."""
    from tianmu.core.errors import InputError
    from tianmu.studio.documents import keep
    from tianmu.studio.plan import assets_of, choose_project
    from tianmu.studio.record import record_asset
    from tianmu.studio.store import Store
    from tianmu.studio.twins import find_asset, revise_asset

    revises = arguments.words or arguments.en or arguments.zh or arguments.voice or arguments.picture
    if arguments.use is not None and revises:
        raise InputError(
            say(
                "--use goes alone: a new version is used at once, and an old one is not changed.",
                "--use 须单独使用：新版本会立即启用，旧版本不会改动。",
            )
        )
    with Store.open() as store:
        project = choose_project(store, arguments.project)
        assets = assets_of(project)
        if arguments.asset is None:
            for asset in assets.values():
                print(line(asset))
            return 0
        asset = find_asset(assets, arguments.asset)
        revised = asset
        if revises:
            revised = revise_asset(
                project,
                asset,
                words=arguments.words,
                en=arguments.en,
                zh=arguments.zh,
                voice=arguments.voice,
                pictures=tuple(arguments.picture),
            )
        if arguments.use is not None:
            revised = revised.use(arguments.use)
        keep(project, revised, revised.id)
        if revised != asset:
            record_asset(project, asset, revised)
        print(line(revised))
        if revised is asset:
            for version in asset.versions:
                mark = "●" if version.number == asset.current else " "
                about = say(version.en, version.zh)
                print(f"  {mark} {version.number}  {version.words}  {about}  {version.reason}".rstrip())
        else:
            print(say("The next `tianmu film` shows and speaks it so.", "下一次运行 `tianmu film` 时生效。"))
    return 0


def line(asset: Asset) -> str:
    """One line: id, name, version in use, the words that draw it."""
    version = asset.now
    return f"{asset.id}  {asset.name}  {asset.current}/{len(asset.versions)}  {version.words}"

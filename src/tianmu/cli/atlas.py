"""`tianmu atlas`: build the atlas of sprites from the unpacked packages; the same packages give the same bytes."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `atlas` and its options."""
    parser = verbs.add_parser("atlas", help=say("build the atlas of sprites from its packages", "从素材包构建角色图集"))
    add = parser.add_argument
    add("packages", type=Path, help=say("the folder below which the packages lie unpacked", "存放已解包素材包的文件夹"))
    add(
        "-o",
        "--output",
        type=Path,
        help=say("the atlas (default: the one that ships)", "图集文件（默认为随包附带的那个）"),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Build it beside its place, and put it there when it is whole."""
    from tianmu.cli.shot import readable_bytes
    from tianmu.core.files import whole_file, writing
    from tianmu.media.digest import file_sha256
    from tianmu.world.sprites import atlas_path, build_atlas

    output = arguments.output or atlas_path()
    with whole_file(output) as part, writing(output):
        build_atlas(arguments.packages, part)
    print(f"{output}: {readable_bytes(output.stat().st_size)}, sha256 {file_sha256(output)}")
    return 0

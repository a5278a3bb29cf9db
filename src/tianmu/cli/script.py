"""`tianmu script`: look at a screenplay, or write it in another format."""

from __future__ import annotations

import argparse
from pathlib import Path

from tianmu.cli.parser import Verbs
from tianmu.core.text import say


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `script` and its options."""
    parser = verbs.add_parser("script", help=say("look at a screenplay, or convert it", "查看剧本，或转换其格式"))
    add = parser.add_argument
    add("screenplay", type=Path, help=say("Fountain, FDX, plain text or Markdown", "Fountain、FDX、纯文本或 Markdown"))
    add(
        "-o",
        "--output",
        type=Path,
        help=say(
            "write it there: .fountain or .fdx (default: print an outline)", "写成 .fountain 或 .fdx（默认打印提纲）"
        ),
    )
    add("--overwrite", action="store_true", help=say("replace a file that is there", "允许覆盖已有文件"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Convert, or print the outline."""
    from tianmu.core.errors import InputError
    from tianmu.core.files import whole_file, write_text, writing
    from tianmu.studio.importers import read_screenplay, write_fdx, write_fountain
    from tianmu.studio.output import refuse_existing

    screenplay = read_screenplay(arguments.screenplay)
    output: Path | None = arguments.output
    if output is None:
        print(screenplay.title or arguments.screenplay.stem)
        for scene in screenplay.scenes:
            speakers = ", ".join(dict.fromkeys(speech.character for speech in scene.speeches))
            print(f"{scene.number:>4}  {scene.heading.text}" + (f"  ({speakers})" if speakers else ""))
        return 0
    kind = output.suffix.lower()
    if kind not in (".fountain", ".fdx"):
        raise InputError(
            say(
                f"A screenplay is written as .fountain or .fdx, and {output.name} is neither.",
                f"剧本可写成 .fountain 或 .fdx，而 {output.name} 两者都不是。",
            )
        )
    refuse_existing(output, overwrite=arguments.overwrite)
    if kind == ".fountain":
        write_text(output, write_fountain(screenplay))
    else:
        with whole_file(output) as part, writing(output):
            part.write_bytes(write_fdx(screenplay))
    print(output)
    return 0

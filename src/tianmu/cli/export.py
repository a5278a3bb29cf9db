"""`tianmu export`: a film leaves: for editing suites, in other formats, as a stream, as sound, as a book."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_leave_options, add_project_option, leave_of
from tianmu.cli.policy import add_override_options
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.studio.export import Exported


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `export` and its options."""
    parser = verbs.add_parser(
        "export",
        help=say(
            "let a film leave: for suites, as other files, sound, books", "把影片送出：剪辑软件、各种格式、声音、书"
        ),
    )
    add = parser.add_argument
    add(
        "--to",
        default="otio",
        metavar="FORMATS",
        help=say(
            "joined by commas (default: otio). Suites: otio, edl, fcp7, fcpxml, aaf, ale, srt, vtt, ass. "
            "Films: h264, hevc, av1, prores, webm, hls, frames, 360, trailer, teaser. Sound: stems, drama. "
            "Paper: book, epub, comic",
            "以逗号连接，默认 otio。剪辑软件：otio、edl、fcp7、fcpxml、aaf、ale、srt、vtt、ass；影片：h264、hevc、av1、"
            "prores、webm、hls、frames、360、trailer、teaser；声音：stems、drama；书：book、epub、comic",
        ),
    )
    add("-o", "--output", type=Path, required=True, metavar="FOLDER", help=say("a new folder", "新文件夹"))
    add_project_option(add)
    add(
        "--version",
        default="",
        metavar="ASPECT",
        help=say("another version of the film, such as 9:16", "影片的其他画幅版本，例如 9:16"),
    )
    add_leave_options(add)
    add_override_options(add)
    add("--overwrite", action="store_true", help=say("replace an earlier export", "允许覆盖先前的导出"))
    add(
        "--json", action="store_true", help=say("print one JSON object, for programs", "输出一个 JSON 对象，供程序读取")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the folder, and say what a format could not carry."""
    import json

    from tianmu.cli.progress import progress_bar
    from tianmu.film.take import Take
    from tianmu.studio.copies import copy_stems, copy_take
    from tianmu.studio.edition import read_edition
    from tianmu.studio.export import export_cut
    from tianmu.studio.export.package import parse_formats
    from tianmu.studio.plan import choose_project
    from tianmu.studio.store import Project, Store

    formats, leave = parse_formats(arguments.to), leave_of(arguments)

    def copy(project: Project, take: Take, output: Path) -> None:
        copy_take(project, take, output, leave=leave)

    with Store.open() as store, progress_bar() as progress:
        edition = read_edition(choose_project(store, arguments.project), leave, version=arguments.version)
        done = export_cut(
            edition,
            arguments.output,
            formats,
            copy=copy,
            copy_stems=copy_stems,
            overwrite=arguments.overwrite,
            progress=progress,
        )
    if arguments.json:
        print(json.dumps(as_row(done), ensure_ascii=False))
        return 0
    print(summary(done))
    return 0


def summary(done: Exported) -> str:
    """What was written, and below it what a person should know."""
    names = ", ".join(path.name for path in done.files)
    line = say(f"{done.folder}: {names}", f"{done.folder}：{names}")
    if done.media:
        line += say(
            f", and {len(done.media)} takes and stems in media; timecode from 01:00:00:00, non-drop",
            f"，media 中有 {len(done.media)} 条素材与分轨；时间码自 01:00:00:00 起，不丢帧",
        )
    return "\n".join((line, *(f"  {note}" for note in done.notes)))


def as_row(done: Exported) -> dict[str, object]:
    """What a program may want to know of an export."""
    return {
        "folder": str(done.folder),
        "files": [str(path) for path in done.files],
        "media": [str(path) for path in done.media],
        "notes": list(done.notes),
    }

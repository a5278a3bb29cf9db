"""`tianmu cut`: look at the cut, and decide how shots are trimmed, joined, sped up, graded or laid over each other."""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from tianmu.cli.parser import Verbs, add_project_option, whole
from tianmu.core.text import say

if TYPE_CHECKING:
    from tianmu.film.cut import Cut
    from tianmu.film.decision import Decisions
    from tianmu.film.shot import Shot
    from tianmu.studio.plan import Plan
    from tianmu.studio.store import Project
    from tianmu.studio.takes import FilmSettings


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `cut` and its options."""
    parser = verbs.add_parser("cut", help=say("look at the cut and change it", "查看并修改剪辑"))
    add = parser.add_argument
    add("shot", nargs="?", help=say("the slate of the shot to change; without it, the cut is shown", "要修改的镜号"))
    add("--head", type=whole("--head", -48, 100_000), help=say("frames off its beginning", "从开头剪去的帧数"))
    add("--tail", type=whole("--tail", -48, 100_000), help=say("frames off its end", "从结尾剪去的帧数"))
    add("--speed", help=say("2 is twice as fast, 1/2 half, -1 backwards", "2 为两倍速，1/2 为半速，-1 为倒放"))
    add("--join", choices=("cut", "dissolve", "fade"), help=say("how it begins", "如何接上前一镜头"))
    add("--frames", type=whole("--frames", 1, 240), help=say("how long the join is", "衔接的帧数"))
    add("--inset", metavar="SHOT", help=say("show that shot in its corner; - takes it away", "画中画的镜号；- 为取消"))
    add("--reset", action="store_true", help=say("undo what was decided about the shot", "撤销对此镜头的决定"))
    add("--look", type=Path, metavar="CUBE", help=say("grade with a .cube table; - takes it away", "用 .cube 调色"))
    add("--scene", help=say("the scene for --look (default: all)", "--look 作用的场次（默认全部）"))
    add(
        "--title",
        action=argparse.BooleanOptionalAction,
        help=say("a title at the beginning", "片头字幕"),
    )
    add("--credits", action=argparse.BooleanOptionalAction, help=say("credits at the end", "片尾字幕"))
    add("--because", default="", metavar="WHY", help=say("why, in your words; the ledger keeps it", "理由，由账本保存"))
    add_project_option(add)
    add(
        "--version",
        default="",
        metavar="ASPECT",
        help=say(
            "show the cut of another version, such as 9:16; decisions hold for all", "查看其他画幅版本（如 9:16）的剪辑"
        ),
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Change what is asked for, or show the cut."""
    from dataclasses import replace

    from tianmu.film.cut import Cut
    from tianmu.studio.documents import keep
    from tianmu.studio.plan import choose_project, find_version, read_plan, read_settings
    from tianmu.studio.record import record_edit
    from tianmu.studio.store import Store

    _require_shot(arguments)
    with Store.open() as store:
        project = choose_project(store, arguments.project)
        plan = read_plan(project)
        decisions = plan.decisions
        if arguments.shot:
            decisions = _trimmed(arguments, plan, read_settings(project))
        if arguments.look is not None:
            decisions = decisions.look(_scene(arguments.scene or "*", plan), _table(arguments.look, project))
        if arguments.title is not None:
            decisions = replace(decisions, title=arguments.title)
        if arguments.credits is not None:
            decisions = replace(decisions, credits=arguments.credits)
        if decisions != plan.decisions:
            keep(project, decisions)
            record_edit(project, plan.decisions, decisions, because=arguments.because)
            project.release({digest for _, digest in plan.decisions.looks} - {digest for _, digest in decisions.looks})
            print(say("Decided; the next `tianmu film` cuts it so.", "已记录；下一次运行 `tianmu film` 时生效。"))
            return 0
        stored = project.read(Cut, find_version(project, arguments.version))
    if stored is None:
        print(say("There is no cut yet; run `tianmu film`.", "还没有剪辑；请运行 `tianmu film`。"))
        return 0
    print("\n".join(lines(stored.value)))
    return 0


def lines(cut: Cut) -> list[str]:
    """The cut as a table: where each item begins, how long it is, and what it is."""
    from tianmu.film.cut import Clip, Dialogue, Gap, Title

    rows: list[str] = []
    for track in cut.tracks:
        joins = {join.at: join for join in track.joins}
        at = 0
        for index, item in enumerate((*track.items, None)):
            join = joins.get(index)
            begins = f"{join.style} {join.num_frames}" if join else ""
            if item is None:
                if join:
                    rows.append(f"{track.name}  {timecode(at, cut.fps)}  {'':>6}  {begins}")
                continue
            match item:
                case Clip():
                    speed = f" x{item.speed}" if item.speed != 1 else ""
                    what = f"{item.slate}  {item.take[:8]} [{item.start}:{item.available}]{speed}"
                case Title():
                    what = " / ".join(line.text for line in item.lines[:3])
                case Dialogue():
                    what = f"{item.character}: {item.text}"
                case Gap():
                    what = ""
            if what:
                rows.append(f"{track.name}  {timecode(at, cut.fps)}  {item.num_frames:>6}  {what}  {begins}".rstrip())
            at += item.num_frames
    return rows


def timecode(frame: int, fps: Fraction) -> str:
    """`00:01:02:03` at the rate's nominal frames a second."""
    nominal = round(fps)
    seconds, frames = divmod(frame, nominal)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"


def _require_shot(arguments: argparse.Namespace) -> None:
    """Refuse what would be passed over in silence: options about a shot without one, a scene without a look.

    Raises:
        InputError: the option, and what it needs.
    """
    from tianmu.core.errors import InputError

    named = ("head", "tail", "speed", "join", "frames", "inset", "reset")
    given = [name for name in named if getattr(arguments, name) not in (None, False)]
    if given and not arguments.shot:
        raise InputError(
            say(
                f"--{given[0]} is about one shot; name it: tianmu cut 2B --{given[0]} ...",
                f"--{given[0]} 针对一个镜头；请写出镜号：tianmu cut 2B --{given[0]} ...",
            )
        )
    if arguments.scene is not None and arguments.look is None:
        raise InputError(say("--scene goes with --look; give both.", "--scene 须与 --look 一起使用；请同时给出。"))


def _trimmed(arguments: argparse.Namespace, plan: Plan, settings: FilmSettings) -> Decisions:
    """The decisions with those about one shot changed.

    Raises:
        InputError: the trim cannot be, or the speed is none.
    """
    from dataclasses import replace

    from tianmu.core.errors import InputError
    from tianmu.film.decision import Trim, anchor_of, find_shot
    from tianmu.studio.assembly import check_trim

    shot = plan.shot(arguments.shot)
    blank = Trim(slate=shot.slate, anchor=anchor_of(shot))
    decided = [trim for trim in plan.decisions.trims if find_shot(trim, plan.shots.shots) == shot]
    others = replace(plan.decisions, trims=tuple(trim for trim in plan.decisions.trims if trim not in decided))
    trim = blank
    if decided and not arguments.reset:
        trim = replace(decided[-1], slate=shot.slate, anchor=blank.anchor)
    if arguments.speed is not None:
        try:
            speed = Fraction(arguments.speed)
        except (ValueError, ZeroDivisionError):
            speed = Fraction(0)
        if not Fraction(1, 16) <= abs(speed) <= 16:
            raise InputError(
                say(
                    f"--speed takes a number from 1/16 to 16, or one below zero, and {arguments.speed[:20]!r} is not.",
                    f"--speed 应为 1/16 到 16 的数，或其负数，而 {arguments.speed[:20]!r} 不是。",
                )
            )
        trim = replace(trim, speed=speed)
    if arguments.inset is not None:
        trim = replace(trim, inset=None if arguments.inset == "-" else _inset(arguments.inset, shot, plan))
    for name, value in (
        ("head", arguments.head),
        ("tail", arguments.tail),
        ("join", arguments.join),
        ("join_frames", arguments.frames),
    ):
        if value is not None:
            trim = replace(trim, **{name: value})
    check_trim(shot, trim, fps=settings.fps, handles=settings.handles)
    return others if trim == blank else others.trim(trim)


def _inset(slate: str, shot: Shot, plan: Plan) -> str:
    from tianmu.core.errors import InputError

    inset = plan.shot(slate)
    if inset == shot:
        raise InputError(
            say(
                f"Shot {shot.slate} cannot stand in its own corner; choose another shot for --inset.",
                f"镜头 {shot.slate} 不能作为自己的画中画；请为 --inset 选择另一个镜头。",
            )
        )
    return inset.slate


def _scene(number: str, plan: Plan) -> str:
    from tianmu.core.errors import InputError

    numbers = [scene.number for scene in plan.screenplay.scenes]
    if number != "*" and number not in numbers:
        raise InputError(
            say(
                f"There is no scene {number[:20]!r}; scenes are {', '.join(numbers[:40])}.",
                f"没有场次 {number[:20]!r}；现有场次：{'、'.join(numbers[:40])}。",
            )
        )
    return number


def _table(path: Path, project: Project) -> str | None:
    """The digest of a look in the store's media; it is read once here, so that a broken one is refused at once."""
    if str(path) == "-":
        return None
    from tianmu.media.lut import read_cube

    read_cube(path)
    return project.media.put(path)

"""`tianmu doctor`: looks at the machine and the installation, and says what to do about what is wrong."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from tianmu.cli.parser import Verbs
from tianmu.core.errors import TianmuError
from tianmu.core.settings import settings
from tianmu.core.text import say

UNWELL = 1
OLDEST_PYTHON = (3, 11)
GIGABYTE = 10**9
LEAST_MEMORY = 1.5
"""GB that a shot takes at its peak."""
LEAST_DISK, COMFORTABLE_DISK = 0.1, 1.0
"""GB for one shot and what is written beside it, and for an afternoon of them."""

Verdict = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was looked at: what was found, and what to do where it is not well."""

    name: str
    verdict: Verdict
    found: str
    advice: str = ""


def add_parser(verbs: Verbs[argparse.ArgumentParser]) -> None:
    """Add `doctor` and its option."""
    parser = verbs.add_parser("doctor", help=say("check the machine, and say what to do", "检查本机并给出建议"))
    parser.add_argument("--json", action="store_true", help=say("print one JSON object", "输出一个 JSON 对象"))
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Look at everything; 1 when something failed that a shot cannot do without."""
    import json

    if arguments.json:
        checks = list(examine())
        print(json.dumps({"checks": [asdict(check) for check in checks]}, ensure_ascii=False))
    else:
        checks: list[Check] = []
        for check in examine():
            checks.append(check)
            print(line(check), flush=True)
    return UNWELL if any(check.verdict == "failed" for check in checks) else 0


def line(check: Check) -> str:
    """`ok       Python: 3.11.4`, and what to do below it."""
    advice = f"\n         {check.advice}" if check.verdict != "ok" else ""
    return f"{check.verdict:8} {check.name}: {check.found}{advice}"


def examine() -> Iterator[Check]:
    """Every check in order; one that breaks is itself a failed check."""
    for look in (_python, _torch, _encoder, _atlas, _weights, _fonts, _home, _disk, _memory, _cores):
        try:
            yield look()
        except Exception as error:
            reason = error.explain() if isinstance(error, TianmuError) else f"{type(error).__name__}: {error}"
            advice = say("Install tianmu again in a fresh environment.", "请在全新的环境中重新安装 tianmu。")
            yield Check(name=look.__name__.strip("_"), verdict="failed", found=reason, advice=advice)


def _check(name: str, good: bool, found: str, advice: Callable[[], str], *, must: bool = True) -> Check:
    if good:
        return Check(name=name, verdict="ok", found=found)
    return Check(name=name, verdict="failed" if must else "warning", found=found, advice=advice())


def _python() -> Check:
    wanted = ".".join(map(str, OLDEST_PYTHON))
    return _check(
        "Python",
        sys.version_info >= OLDEST_PYTHON,
        f"{sys.version.split()[0]} ({sys.executable})",
        lambda: say(f"Use Python {wanted} or newer.", f"请使用 Python {wanted} 或更新的版本。"),
    )


def _torch() -> Check:
    from importlib.metadata import requires

    import torch

    pins = [
        row.partition("==")[2].split(";")[0].strip() for row in requires("tianmu") or [] if row.startswith("torch==")
    ]
    found = str(torch.__version__)
    return _check(
        "torch",
        not pins or found.split("+")[0] in pins,
        found,
        lambda: say(
            f"Install the version that is pinned: pip install torch=={pins[0]}.",
            f"请安装指定版本：pip install torch=={pins[0]}。",
        ),
    )


def _encoder() -> Check:
    import av
    from av.codec import codecs_available

    return _check(
        say("H.264 encoder", "H.264 编码器"),
        "libx264" in codecs_available,
        f"PyAV {av.__version__}",
        lambda: say(
            "This PyAV has no libx264; install the wheel from PyPI: pip install --force-reinstall av.",
            "此 PyAV 不含 libx264；请从 PyPI 安装：pip install --force-reinstall av。",
        ),
    )


def _atlas() -> Check:
    from tianmu.world.scene import cast
    from tianmu.world.sprites import atlas_index, atlas_path

    missing = sorted(cast().keys() - atlas_index()["subjects"].keys())
    return _check(
        say("sprite atlas", "角色图集"),
        not missing,
        say(f"{len(cast()) - len(missing)} subjects", f"{len(cast()) - len(missing)} 个角色") + f" ({atlas_path()})",
        lambda: say(
            f"It lacks {', '.join(missing)}; build it again with `tianmu atlas`.",
            f"缺少 {'、'.join(missing)}；请用 `tianmu atlas` 重新构建。",
        ),
    )


def _weights() -> Check:
    from tianmu.model.generate import load_model

    model = load_model()
    return Check(name=say("weights", "权重"), verdict="ok", found=f"sha256 {model.digest}")


def _fonts() -> Check:
    from PIL import features

    return _check(
        say("text on contact sheets", "小样上的文字"),
        bool(features.check("freetype2")),
        "FreeType",
        lambda: say("Install Pillow's wheel from PyPI.", "请从 PyPI 安装 Pillow。"),
        must=False,
    )


def _home() -> Check:
    home = settings().home
    standing = next(folder for folder in (home, *home.parents) if folder.exists())
    return _check(
        say("studio home", "工作室目录"),
        standing.is_dir() and os.access(standing, os.W_OK | os.X_OK),
        str(home),
        lambda: say(
            "It cannot be written; set TIANMU_HOME to a folder that can.", "不可写；请把 TIANMU_HOME 设为可写的文件夹。"
        ),
    )


def _disk() -> Check:
    free = shutil.disk_usage(Path.cwd()).free / GIGABYTE
    return _check(
        say("free disk here", "当前磁盘可用空间"),
        free >= COMFORTABLE_DISK,
        f"{free:.1f} GB",
        lambda: say("Free some space, or write elsewhere with -o.", "请腾出空间，或用 -o 写到别处。"),
        must=free < LEAST_DISK,
    )


def _memory() -> Check:
    free = _free_memory()
    return _check(
        say("free memory", "可用内存"),
        free is None or free >= LEAST_MEMORY,
        say("not known", "未知") if free is None else f"{free:.1f} GB",
        lambda: say(
            f"A shot may take {LEAST_MEMORY} GB; close other programs, or ask for a smaller size.",
            f"一个镜头可能需要 {LEAST_MEMORY} GB；请关闭其他程序，或减小尺寸。",
        ),
        must=False,
    )


def _free_memory() -> float | None:
    """GB that programs can still take, where the system says."""
    facts = Path("/proc/meminfo")
    if facts.exists():
        rows = dict(row.split(":", 1) for row in facts.read_text("ascii").splitlines() if ":" in row)
        return int(rows["MemAvailable"].split()[0]) * 1024 / GIGABYTE
    return None


def _cores() -> Check:
    import torch

    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    threads = torch.get_num_threads()
    return _check(
        say("cores", "处理器核心"),
        threads <= usable,
        say(f"{usable}, and torch uses {threads} threads", f"{usable} 个，torch 使用 {threads} 个线程"),
        lambda: say(
            f"More threads than cores slow each other down; set OMP_NUM_THREADS={usable}.",
            f"线程多于核心会互相拖慢；请设置 OMP_NUM_THREADS={usable}。",
        ),
        must=False,
    )

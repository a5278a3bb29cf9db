"""How well books are adapted: who speaks and who is there, against marks made by hand; and how long a novel takes.

    python benchmarks/adapt.py                   the marked texts
    python benchmarks/adapt.py --book novel.txt  how long a book of your own takes, and how its speakers were found

The marks lie in tests/unit/studio/adapt/gold. Three texts were in view when the rules were written; three were marked
before the rules saw them, and the table keeps them apart. On that first look 49 of the 60 speakers of the held-out
texts were right and 12 of 17 characters found; what the table shows now came after a few general repairs that they
prompted, so it is no blind test any more. A figure counts as found where one of its names is among those of a marked
one; a second figure for the same person counts as wrong, figures that the marks call optional do not count.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tianmu.studio.adapt import Adaptation, adapt, make_source, read_source
from tianmu.studio.adapt.draft import flow

ROOT = Path(__file__).resolve().parent.parent
GOLD = ROOT / "tests" / "unit" / "studio" / "adapt" / "gold"
MEGABYTE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Score:
    """One text against its marks."""

    name: str
    split: str
    speeches: int
    right: int
    """Speeches with the marked speaker."""
    unknown: int
    """Speeches that were left without one."""
    missing: int
    """Marked speeches that were not taken for speech."""
    wanted: int
    found: int
    """Marked characters that were found."""
    given: int
    """Figures that were given, optional ones aside."""
    wrong: tuple[str, ...] = ()


def score(path: Path) -> Score:
    """Adapt a marked text and compare."""
    gold: dict[str, Any] = json.loads(path.read_text("utf-8"))
    adaptation = adapt(read_source(ROOT / gold["text"]))
    owner = {_plain(alias): name for name, aliases in gold["characters"].items() for alias in (name, *aliases)}
    optional = {_plain(name) for name in gold["optional"]}
    who: dict[str, str] = {}
    given: list[str] = []
    for figure in adaptation.company.figures:
        names = [_plain(name) for name in (figure.name, *figure.aliases)]
        person = next((owner[name] for name in names if name in owner), "")
        who[figure.key] = person
        if person or not any(name in optional for name in names):
            given.append(person or figure.name)
    right, unknown, missing = 0, 0, 0
    wrong: list[str] = []
    spoken = _spoken(adaptation)
    at = 0
    for words, speaker in gold["speeches"]:
        index = next((i for i in range(at, len(spoken)) if spoken[i][0].startswith(words)), None)
        if index is None:
            missing += 1
            wrong.append(f"{words}: not taken for speech")
            continue
        at = index + 1
        key = spoken[index][1]
        said = who.get(key or "", "") or key
        if (said or "") in speaker.split("|"):
            right += 1
        else:
            unknown += key is None
            wrong.append(f"{words}: {speaker or 'several'}, given {said or 'nobody'}")
    return Score(
        name=path.stem,
        split=gold["split"],
        speeches=len(gold["speeches"]),
        right=right,
        unknown=unknown,
        missing=missing,
        wanted=len(gold["characters"]),
        found=len(set(given) & set(gold["characters"])),
        given=len(given),
        wrong=(*wrong, *(f"character {name}: wrong or twice" for name in _extra(given, gold["characters"]))),
    )


def _extra(given: list[str], wanted: dict[str, Any]) -> list[str]:
    counted = Counter(given)
    return [name for name, count in counted.items() if name not in wanted or count > 1]


def _plain(name: str) -> str:
    return name.casefold().removeprefix("the ").strip()


def _spoken(adaptation: Adaptation) -> list[tuple[str, str | None]]:
    """Every quotation in the order of the text, with its speaker."""
    return [
        (flow(adaptation.source, part.passage.start, part.passage.end), part.speaker)
        for part in adaptation.parts
        if part.passage.kind == "said"
    ]


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} ({100 * part / whole:3.0f} %)" if whole else "-"


def _table(scores: list[Score]) -> None:
    heads = ("speakers right", "unknown", "missed", "characters found", "of those given")
    print(f"{'text':14} {heads[0]:>18} {heads[1]:>8} {heads[2]:>7} {heads[3]:>18} {heads[4]:>18}")
    for each in scores:
        print(
            f"{each.name:14} {_share(each.right, each.speeches):>18} {each.unknown:>8} {each.missing:>7} "
            f"{_share(each.found, each.wanted):>18} {_share(each.found, each.given):>18}"
        )
    total = [sum(getattr(each, name) for each in scores) for name in ("right", "speeches", "found", "wanted", "given")]
    print(
        f"{'all':14} {_share(total[0], total[1]):>18} {'':8} {'':7} {_share(total[2], total[3]):>18} "
        f"{_share(total[2], total[4]):>18}"
    )


def _novel(tongue: str) -> str:
    """A text of a megabyte: the marked texts of a language, again and again, with headings between."""
    names = {"en": ("aesop", "tea-party"), "zh": ("shuiliandong", "taoyuan")}[tongue]
    rows = [json.loads((GOLD / f"{name}.json").read_text("utf-8"))["text"] for name in names]
    body = "\n\n".join((ROOT / row).read_text("utf-8") for row in rows)
    chapters: list[str] = []
    size, number = 0, 0
    while size < MEGABYTE:
        number += 1
        heading = f"CHAPTER {number}" if tongue == "en" else f"第{number}回"
        chapters.append(f"{heading}\n\n{body}\n\n")
        size += len(chapters[-1].encode())
    return "".join(chapters)


def _time(text: str, name: str, runs: int) -> None:
    seconds: list[float] = []
    adaptation = None
    for _ in range(runs):
        started = time.process_time()
        adaptation = adapt(make_source(text, name))
        seconds.append(time.process_time() - started)
    assert adaptation is not None
    parts = Counter(part.reason for part in adaptation.parts if part.passage.kind == "said")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"{name}: {len(text.encode()) / MEGABYTE:.2f} MB, {len(adaptation.drafts)} scenes, "
        f"{len(adaptation.company.figures)} figures; {statistics.median(seconds):.1f} s of CPU "
        f"({min(seconds):.1f} to {max(seconds):.1f}), peak {peak} MB"
    )
    print("  speakers by: " + ", ".join(f"{reason} {count}" for reason, count in parts.most_common()))


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="Compare adaptations with marks made by hand, and time a novel.")
    parser.add_argument("--book", type=Path, action="append", default=[], help="a book of your own to time")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--wrong", action="store_true", help="list what was wrong")
    arguments = parser.parse_args()
    scores = [score(path) for path in sorted(GOLD.glob("*.json"))]
    for split in ("development", "held out"):
        print(f"\n{split}")
        _table([each for each in scores if each.split == split])
    if arguments.wrong:
        for each in scores:
            for row in each.wrong:
                print(f"  {each.name}: {row}")
    print()
    if arguments.book:
        for book in arguments.book:
            source = read_source(book)
            _time("\n".join(source.lines), book.name, arguments.runs)
    else:
        for tongue in ("en", "zh"):
            _time(_novel(tongue), f"a megabyte of {tongue}", arguments.runs)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, one thread")


if __name__ == "__main__":
    main()

"""A lesson as it is written down: `WORD.en.md` and `WORD.zh.md` beside this file.

# Title                         `consent: whose face, whose voice`
paragraphs and sections, the last of them what was seen
```fountain ice.fountain        a file that the example needs, with its name
```sh                           commands, each with the exit code that is wanted where that is not 0
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from tianmu.core.errors import InputError, MediaError
from tianmu.core.settings import Language, settings
from tianmu.core.text import listed, say

LESSONS = (
    "consent", "deepfakes", "stereotypes", "flashes", "authorship", "pacing", "local-forms", "labels", "violence",
    "minors", "copying", "energy",
)  # fmt: skip
"""The words that rules and reports name, in the order in which they are listed."""
COMMAND = "tianmu"

_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```\n", re.MULTILINE | re.DOTALL)
_EXIT = re.compile(r"\s+# (?:exit|退出码) (\d+)[:：].*$")


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command of an example."""

    arguments: tuple[str, ...]
    """What stands after `tianmu`."""
    typed: str
    """The line as a person types it."""
    wanted: int = 0
    """The exit code that the lesson promises."""


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One lesson in one language."""

    word: str
    language: Language
    title: str
    text: str
    """The whole page, as Markdown."""
    files: tuple[tuple[str, str], ...]
    """Names and contents of what the example needs."""
    steps: tuple[Step, ...]
    seen: str
    """What the example showed."""


def read_lesson(word: str, language: Language | None = None) -> Lesson:
    """A lesson of `LESSONS` in the language of the person, or in another.

    Raises:
        MediaError: its page is not as a lesson should be.
    """
    return _read(word, language or settings().language)


def find_lesson(named: str) -> Lesson:
    """A lesson by its word, or by what its title calls it in either language.

    Raises:
        InputError: there is none; the sentence has the nearest.
    """
    wanted = "-".join(named.lower().split())
    names = dict(_names())
    if wanted in names:
        return read_lesson(names[wanted])
    near = tuple(dict.fromkeys(names[name] for name in get_close_matches(wanted, names, n=4, cutoff=0.5)))[:3]
    words = listed(near or LESSONS)
    raise InputError(
        say(
            f"There is no lesson called {named[:40]!r}; {'near it' if near else 'there'} are: {words}. List them with: "
            "tianmu learn",
            f"没有名为 {named[:40]!r} 的课程；{'相近的' if near else '现有的'}有：{words}。全部课程：tianmu learn",
        )
    )


def pointer(word: str | None) -> str:
    """What a refusal or a report ends with: where more can be read; nothing where no lesson fits."""
    return say(f"; tianmu learn {word} says more", f"；详见 tianmu learn {word}") if word else ""


def _names() -> Iterator[tuple[str, str]]:
    for word in LESSONS:
        yield word, word
        for language in ("en", "zh"):
            yield "-".join(re.split("[:：]", _read(word, language).title)[0].lower().split()), word


@cache
def _read(word: str, language: Language) -> Lesson:
    name = f"{word}.{language}.md"
    text = files("tianmu.studio.lessons").joinpath(name).read_text("utf-8")
    blocks = [match.groups() for match in _FENCE.finditer(text)]
    steps = tuple(_step(line, name) for kind, _, body in blocks if kind == "sh" for line in body.splitlines())
    heading, _, rest = text.partition("\n")
    seen = rest.rpartition("\n## ")[2].partition("\n")[2].strip()
    if not heading.startswith("# ") or not steps or not seen:
        raise MediaError(
            say(
                f"The lesson {name} has no title, no example or no end; write it as the others are.",
                f"课程 {name} 缺少标题、示例或结尾；请照其他课程书写。",
            )
        )
    return Lesson(
        word=word,
        language=language,
        title=heading.removeprefix("# "),
        text=text,
        files=tuple((file, body) for _, file, body in blocks if file),
        steps=steps,
        seen=seen,
    )


def _step(line: str, name: str) -> Step:
    exits = _EXIT.search(line)
    typed = line[: exits.start()] if exits else line
    command, *arguments = shlex.split(typed)
    if command != COMMAND or "#" in typed:
        raise MediaError(
            say(f"The lesson {name} has a line that cannot be tried: {line}", f"课程 {name} 有一行无法试运行：{line}")
        )
    return Step(arguments=tuple(arguments), typed=typed, wanted=int(exits[1]) if exits else 0)

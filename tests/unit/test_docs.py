"""The documents are true: links lead somewhere, commands parse, the tree is the tree, and excerpts are the source."""

from __future__ import annotations

import ast
import contextlib
import io
import re
import shlex
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pytest

from tianmu.cli.parser import build_parser
from tianmu.world import scene as world
from tianmu.world.expand import expand
from tianmu.world.phrasebook import phrases

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tianmu"
READMES = (ROOT / "README.md", ROOT / "README.zh.md")
GUIDES = (ROOT / "docs" / "guide.md", ROOT / "docs" / "guide.zh.md")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))
TOUR = ROOT / "docs" / "tour.md"

COMING: tuple[str, ...] = ()
"""What the documents name already and other work brings; what has come is taken out of this list."""

_LINK = re.compile(r"\]\(([^)\s#]+)(?:#[^)\s]*)?\)")
_PATH = re.compile(r"`((?:[\w.]+/)+[\w.]+\.(?:py|json|svg|md|safetensors))(?:::([\w.]+))?`")


def read(page: Path) -> str:
    return page.read_text("utf-8")


def stands(path: Path) -> bool:
    """Whether it exists, or is to come."""
    resolved = path.resolve()
    return resolved.exists() or any(resolved == ROOT / coming for coming in COMING)


def by_name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = [link for link in _LINK.findall(read(page)) if "://" not in link]
    assert [link for link in links if not stands(page.parent / link)] == []


def test_what_has_come_is_no_longer_called_coming() -> None:
    assert [path for path in COMING if (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_path_and_name_in_code_marks_exists(page: Path) -> None:
    for path, name in _PATH.findall(read(page)):
        found = next((base / path for base in (ROOT, SOURCE) if stands(base / path)), None)
        assert found is not None, path
        assert not name or name in defined(found), f"{path} has no {name}"


def test_benchmarks_that_are_named_exist() -> None:
    named = {path for page in PAGES for path in re.findall(r"benchmarks/\w+\.py", read(page))}
    assert {path for path in named if not stands(ROOT / path)} == set()


def defined(file: Path) -> set[str]:
    """Functions, classes and methods (`Class.method`) of a source file."""
    names: set[str] = set()
    for node in ast.parse(read(file)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{part.name}" for part in node.body if isinstance(part, ast.FunctionDef)}
    return names


def commands(page: Path) -> list[list[str]]:
    """The arguments of every `tianmu` command on an indented line of its own."""
    return commands_in(read(page))


def commands_in(text: str) -> list[list[str]]:
    """The same of a part of a page."""
    lines = re.findall(r"^ {4}(?:\w+=\w+ |torchrun .* -m )?tianmu (.+)$", text, re.MULTILINE)
    return [shlex.split(line) for line in lines]


def parses(arguments: list[str]) -> bool:
    """Whether the real parser takes them; asking for help ends well too."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            build_parser().parse_args(arguments)
    except SystemExit as asked:
        return asked.code == 0
    return True


@pytest.mark.parametrize("page", [*READMES, *GUIDES, TOUR], ids=by_name)
def test_every_command_parses(page: Path) -> None:
    found = commands(page)
    assert found
    for arguments in found:
        assert parses(arguments), arguments


@pytest.mark.parametrize("page", PAGES, ids=by_name)
def test_every_verb_in_a_sentence_is_one(page: Path) -> None:
    for verb in re.findall(r"`tianmu ([a-z]+)", read(page)):
        assert parses([verb, "--help"]), verb


def test_every_verb_and_every_option_of_a_shot_has_a_command_to_copy() -> None:
    verbs = next(action.choices for action in build_parser()._actions if isinstance(action.choices, dict))
    shown = commands(GUIDES[0]) + commands(READMES[0])
    assert {arguments[0] for arguments in shown} >= verbs.keys()
    for verb, parser in verbs.items():
        inner = next((action.choices for action in parser._actions if isinstance(action.choices, dict)), {})
        assert {word for arguments in shown if arguments[0] == verb for word in arguments[1:2]} >= inner.keys(), verb
    used = {word for arguments in shown if arguments[0] == "shot" for word in arguments}
    options = [action.option_strings for action in verbs["shot"]._actions if action.option_strings]
    missing = [names for names in options if "--help" not in names and not used.intersection(names)]
    assert missing == []


def test_the_commands_of_a_film_do_what_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command from the screenplay to the store, in the order of the page, with an engine that is quick."""
    from tianmu.cli import main

    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "dusk.cube").write_text("LUT_1D_SIZE 2\n0 0 0\n0.8 0.9 1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TIANMU_LLM_URL", "http://127.0.0.1:9/v1")  # nobody listens there: the rules take over
    monkeypatch.setenv("TIANMU_LLM_MODEL", "none")
    _, _, page = read(GUIDES[0]).partition("## From a screenplay to a film")
    section, end, _ = page.partition("## A shot's frame")
    section, _, forms = section.partition("## As other files")  # minutes of encoding; each form has tests of its own
    section += forms.partition("## Digital twins")[2]
    found = commands_in(section)
    assert end
    assert len(found) > 25
    for arguments in found:
        quick = ["--engine", "fake"] if arguments[0] in ("film", "board") else []
        if quick and not {"16:9,9:16", "--version"} & {*arguments}:  # one size is of one frame
            quick += ["--size", "160x90"]
        assert main([*arguments, *quick]) == 0, arguments
    for name in ("first-light.mp4", "storyboard.pdf", "storyboard.png", "shots.csv", "shots.md"):
        assert (tmp_path / "first-light" / name).is_file(), name


@pytest.mark.parametrize("pages", [READMES, GUIDES], ids=["README", "guide"])
def test_both_languages_have_the_same_commands_and_links(pages: tuple[Path, Path]) -> None:
    def links(page: Path) -> set[str]:
        return {link.replace(".zh.md", ".md") for link in _LINK.findall(read(page))}

    english, chinese = pages
    assert commands(english) == commands(chinese)
    assert links(english) ^ links(chinese) <= {"README.md", "guide.md"}


def test_every_prompt_to_copy_is_understood_and_played_by_the_cast_of_the_model() -> None:
    from tianmu.training.recipe import MICRO_CAST

    for prompt in {arguments[1] for arguments in commands(GUIDES[0]) if arguments[0] == "shot"}:
        expansion = expand(prompt)
        assert not expansion.reading.unknown, prompt
        assert not expansion.replaced, prompt
        assert {actor.subject for actor in expansion.scene.actors} <= set(MICRO_CAST), prompt


def tree() -> dict[Path, str]:
    """Every path of the README's tree, with what is said of it; two spaces are one level."""
    block = re.search(r"## The tree\n\n```\n(.*?)```", read(ROOT / "README.md"), re.DOTALL)
    assert block is not None
    said: dict[Path, str] = {}
    folders: list[str] = []
    for line in block[1].splitlines():
        name, _, about = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip())) // 2
        folders = [*folders[:depth], name]
        assert about.strip(), f"nothing is said of {name}"
        said[ROOT.joinpath(*folders)] = about.strip()
    return said


def test_the_tree_is_the_tree() -> None:
    assert [path for path in tree() if not path.exists()] == []


def test_every_source_file_is_in_the_tree_or_in_its_folders_line() -> None:
    said = tree()
    files = [*SOURCE.rglob("*.py"), *(ROOT / "benchmarks").glob("*.py")]
    missing = [path for path in files if path not in said and path.stem not in said.get(path.parent, "").split()]
    assert [by_name(path) for path in sorted(missing)] == []


def squeezed(code: str) -> str:
    """Code without spaces, line ends and trailing commas: what a formatter may change does not count."""
    return re.sub(r",(?=[)\]}])", "", re.sub(r"\s+", "", code))


def test_excerpts_of_the_tour_are_the_source() -> None:
    num_excerpts = 0
    for section in re.split(r"^#{2,3} ", read(TOUR), flags=re.MULTILINE):
        sources = [squeezed(read(SOURCE / path)) for path, _ in _PATH.findall(section)]
        for excerpt in re.findall(r"^ *```python\n(.*?)^ *```", section, re.DOTALL | re.MULTILINE):
            num_excerpts += 1
            assert len(excerpt.splitlines()) <= 8, excerpt
            assert any(squeezed(excerpt) in source for source in sources), excerpt
    assert num_excerpts >= 8


def test_the_caption_of_the_tour_is_what_its_prompt_becomes() -> None:
    prompt, caption = commands(TOUR)[0][1], re.search(r"^> (.+)$", read(TOUR), re.MULTILINE)
    assert caption is not None
    assert expand(prompt).caption == caption[1]


def test_the_glossary_is_sorted_and_in_two_languages() -> None:
    lines = [line for line in read(ROOT / "docs" / "glossary.md").splitlines() if line.startswith("**")]
    terms = [re.match(r"\*\*([^*]+)\*\* ([^.]+)\. \S", line) for line in lines]
    names = [term[1].casefold() for term in terms if term]
    assert len(names) == len(lines) > 40
    assert all(before < after for before, after in pairwise(names))
    assert all(re.search(r"[\u4e00-\u9fff]", term[2]) for term in terms if term)


def test_the_numbers_of_the_world_are_the_worlds() -> None:
    words, chinese = (re.sub(r"\s+", " ", read(page)) for page in READMES)
    num_subjects = len(world.cast())
    parts = (world.SETTINGS, world.TIMES, world.WEATHERS, world.ACTIONS, world.CAMERAS, world.LOOKS)
    a, b, c, d, e, f = map(len, parts)
    assert (
        f"{num_subjects} subjects, {a} sets, {b} times of day, {c} kinds of weather, "
        f"{d} actions, {e} camera moves and {f} looks"
    ) in words
    assert (
        f"{num_subjects} 个主体、{a} 个布景、{b} 个时刻、{c} 种天气、{d} 种动作、{e} 种镜头运动和 {f} 种影调" in chinese
    )
    assert "eleven languages" in words
    assert len(phrases()) == 11


def test_the_sizes_of_the_presets_are_those_of_the_networks() -> None:
    import torch

    from tianmu.training.recipe import preset
    from tianmu.training.stages import new_tokenizer, new_transformer

    tokenizer = new_tokenizer()
    millions: dict[str, int] = {}
    for name in ("micro", "small", "base"):
        with torch.device("meta"):
            network = new_transformer(preset(name), tokenizer)
        millions[name] = round(sum(parameter.numel() for parameter in network.parameters()) / 1e6)
    text = read(ROOT / "README.md")
    assert f"about {millions['micro']} M parameters" in text
    assert f"`small` ({millions['small']} M parameters" in text
    assert f"`base` ({millions['base']} M)" in text
    assert f"learnt {len(preset('micro').subjects)} of the {len(world.cast())} subjects" in text
    height, width = preset("micro").size("16:9")
    assert f"({width} x {height} at 16:9)" in text


def test_decisions_are_numbered_and_say_why() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    for page in DECISIONS:
        text = read(page)
        assert text.startswith(f"# {page.name[:4]} ")
        headings = re.findall(r"^## (\w+)", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Evidence", "Consequences"], page.name


def test_the_picture_of_the_path_is_whole_and_names_real_files() -> None:
    picture = ET.parse(ROOT / "docs" / "path.svg")  # an ill-formed file raises here
    lines = [node.text or "" for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    named = {path for line in lines for path in re.findall(r"(?:\w+/)+\w+\.py", line)}
    assert len(named) > 10
    assert {path for path in named if not (SOURCE / path).exists()} == set()

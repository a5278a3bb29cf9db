"""The breakdown: what every scene needs, in the industry's categories, each with the words that name it first.

Speakers come from speeches; everything else from the words of action. Names written in capitals at their first
appearance (`MARA, an old keeper,`) are cast too, even where they never speak.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tianmu.film.asset import Asset
from tianmu.film.breakdown import CATEGORIES, Breakdown, Category, Item
from tianmu.film.screenplay import Action, Screenplay, ScriptScene, Speech
from tianmu.studio.planner.mentions import Names, folded, name_parts
from tianmu.studio.planner.places import place_name
from tianmu.studio.planner.timing import plain, sentences
from tianmu.studio.planner.vocabulary import Hit, Sense, Token, sensible, tokens, vocabulary, word_set

_CAPITALS = re.compile(r"\b[A-Z][A-Z.'\u2019-]+(?: [A-Z0-9][A-Z0-9.'\u2019-]*){0,3}\b")
_INTRODUCED = re.compile(r"\s*(?:[,(（]|\u2014)")
_CHINESE_INTRODUCED = re.compile(
    r"(?:^|[，。、；！？\s“])([\u4e00-\u9fff]{2,4})[（(，]\s*(?:[一二三四五六七八九十百\d多几]{1,4}岁)"
)
_APPOSITION = re.compile(r"\s*[,(（，]\s*(?:[\w-]+ ){0,5}[^，。,()]{0,8}")
_SECTIONS: dict[str, Category] = {
    "props": "props",
    "vehicles": "vehicles",
    "animals": "animals",
    "effects": "effects",
    "sound": "sound",
    "wardrobe": "wardrobe",
    "extras": "extras",
    "atmosphere": "atmosphere",
    "stunts": "stunts",
}
_GROUPS: dict[str, Category] = {"animal": "animals", "vehicle": "vehicles", "thing": "props"}


@dataclass(kw_only=True)
class _Found:
    """An item while it is gathered."""

    category: Category
    name: str
    quote: str
    scenes: dict[str, None]


def break_down(screenplay: Screenplay) -> Breakdown:
    """Everything that a screenplay needs, ordered by category, then by first mention."""
    everyone = {folded(name): name for name in (*screenplay.characters, *silent_names(screenplay))}
    characters = Names[str]([(name, (name, *name_parts(name))) for name in everyone.values()])
    found: dict[tuple[Category, str], _Found] = {}
    for scene in screenplay.scenes:
        _add(found, "set", place_name(scene.heading), scene, scene.heading.text)
        for element in scene.elements:
            if isinstance(element, Speech):
                said = " ".join(line.text for line in element.lines if line.manner != "parenthetical")
                _add(found, "cast", element.character, scene, f"{element.character}: {plain(said)[:80]}")
            elif isinstance(element, Action):
                for sentence in sentences(plain(element.text)):
                    _read(found, sentence, scene, characters)
    order = {category: number for number, category in enumerate(CATEGORIES)}
    rows = sorted(found.values(), key=lambda row: order[row.category])
    return Breakdown(
        items=tuple(
            Item(category=row.category, name=row.name, scenes=tuple(row.scenes), quote=row.quote) for row in rows
        )
    )


def link_assets(breakdown: Breakdown, assets: Sequence[Asset]) -> Breakdown:
    """The breakdown with the id of the asset that plays an item, where one does."""
    kinds = {"cast": "character", "set": "set", "props": "prop", "vehicles": "prop", "animals": "prop"}
    known = {(asset.kind, folded(name)): asset.id for asset in assets for name in (asset.name, *asset.aliases)}
    return replace(
        breakdown,
        items=tuple(
            replace(item, asset=known.get((kinds.get(item.category, ""), folded(item.name)), item.asset))  # type: ignore[arg-type]
            for item in breakdown.items
        ),
    )


def silent_names(screenplay: Screenplay) -> tuple[str, ...]:
    """Names of those who are introduced in action and never speak, in the order of their introduction."""
    speakers = Names[str]([(name, (name, *name_parts(name))) for name in screenplay.characters])
    found: dict[str, str] = {}
    for scene in screenplay.scenes:
        for action in scene.actions:
            text = plain(action.text)
            for match in _CAPITALS.finditer(text):
                if _INTRODUCED.match(text, match.end()) and _is_name(match.group(), speakers):
                    found.setdefault(folded(match.group()), match.group())
            for match in _CHINESE_INTRODUCED.finditer(text):
                if _is_name(match.group(1), speakers):
                    found.setdefault(match.group(1), match.group(1))
    return tuple(found.values())


def _is_name(text: str, speakers: Names[str]) -> bool:
    """Whether words in capitals name somebody new: nobody who speaks, nothing that the vocabulary knows."""
    words = tokens(text)
    if text.endswith((".", "'")) or speakers.find(text, words) or len(words) > 3:
        return False
    things = [hit for hit in vocabulary().find(words) if any(sense.section != "extras" for sense in hit.value)]
    return not things and not all(word.text in ("cut", "fade", "close", "on", "the", "we", "see") for word in words)


def _read(
    found: dict[tuple[Category, str], _Found],
    sentence: str,
    scene: ScriptScene,
    characters: Names[str],
) -> None:
    """Put what a sentence of action names under its categories."""
    words = tokens(sentence)
    taken: set[int] = set()
    named = characters.find(sentence, words)
    for hit in named:
        taken.update(range(hit.first, hit.last + 1))
        _add(found, "cast", hit.value, scene, sentence)
    for hit in vocabulary().find(words):
        if taken.isdisjoint(range(hit.first, hit.last + 1)) and sensible(words, hit):
            for category, key in _needed(words, hit):
                if category not in ("extras", "animals", "vehicles") or not _is_apposition(sentence, hit, named):
                    _add(found, category, sentence[hit.start : hit.end], scene, sentence, key)


def _is_apposition(sentence: str, hit: Hit[tuple[Sense, ...]], named: Sequence[Hit[str]]) -> bool:
    """Whether a word such as "sailor" only says what somebody with a name is."""
    return any(
        (hit.end <= name.start and not sentence[hit.end : name.start].strip(" ,"))
        or (name.end <= hit.start and _APPOSITION.fullmatch(sentence, name.end, hit.start))
        for name in named
    )


def _needed(words: list[Token], hit: Hit[tuple[Sense, ...]]) -> list[tuple[Category, str]]:
    """The categories of a phrase, each with its key; a thing of the world's cast is one by any of its names."""
    from tianmu.world.scene import cast

    needed: dict[Category, str] = {}
    for sense in hit.value:
        if sense.section == "subject":
            needed.setdefault(_GROUPS[cast()[sense.key].group], sense.key)
        elif sense.section in _SECTIONS:
            category = _SECTIONS[sense.section]
            if category in ("vehicles", "animals", "props") and any(s.section == "subject" for s in hit.value):
                continue
            needed.setdefault(category, "")
    if "sound" in needed and words[hit.first].text in word_set("fierce"):
        needed.pop("sound")
    return list(needed.items())


def _add(
    found: dict[tuple[Category, str], _Found],
    category: Category,
    name: str,
    scene: ScriptScene,
    quote: str,
    key: str = "",
) -> None:
    key = key or (folded(name) if category in ("cast", "set") else _singular(folded(name)))
    known = found.setdefault((category, key), _Found(category=category, name=name, quote=quote[:200], scenes={}))
    known.scenes[scene.number] = None


def _singular(name: str) -> str:
    if name.isascii() and len(name) > 3 and name.endswith("s") and not name.endswith("ss"):
        return name[:-1]
    return name

"""Any prompt in, the long caption that the model was trained on out, with a word on everything that was changed.

1. The prompt is cleaned, and cut after some sentences if it is very long.
2. The parser reads it; what the world lacks is played by a stand-in that is named.
3. Words that mean nothing to the parser fill gaps, each with its nearest fact in the embedding, if that is near enough.
4. What is still open gets a default that suits the first actor, and a note says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from tianmu.core.errors import InputError
from tianmu.core.text import listed, say
from tianmu.world.captions import default_action, long_caption
from tianmu.world.embedding import FACTS, Neighbour, neighbours
from tianmu.world.lexicon import wordings
from tianmu.world.parser import Reading, default_setting, parse
from tianmu.world.scene import Actor, Scene, cast

MAX_CHARACTERS = 1000
"""A longer prompt is read up to the last sentence that ends within this many characters."""
NEAR = 0.6
"""Cosine (around the fact's mean) from which a word counts as another word for a fact."""
NEAR_SUBJECT = 0.24
"""From which a word is played by the nearest cast member, when the prompt names no actor that the world has."""
NEAR_PASSING = 0.4
"""The same, for a word that nothing marks as an actor ("the wind blows")."""
NEAR_ALONE = 0.3
"""The same, when nothing else in the prompt is understood either: below it, the prompt is refused."""
MAX_WORDS = 24
"""At most this many unknown words are looked up, so that the longest prompt takes no longer than others."""


@dataclass(frozen=True, kw_only=True)
class Expansion:
    """A prompt as the world understands it."""

    scene: Scene
    caption: str
    """The canonical long caption of `scene`, in English."""
    reading: Reading
    """What the parser alone made of it."""
    replaced: tuple[tuple[str, str], ...]
    """Words that the world does not know, each with what was used instead."""
    language: str
    """ISO 639-1 code of the prompt's language."""
    notes: tuple[str, ...]
    """For the person who wrote it: what was replaced, left out and assumed, each a sentence."""


def expand(prompt: str) -> Expansion:
    """Maps a prompt to a scene and its caption; the same prompt always gives the same result.

    Raises InputError if there are no words in it, or none that can be mapped to anything.
    """
    text, notes = _cleaned(prompt)
    reading = parse(text, stand_ins=True)
    scene, filled, left = _fill(reading)
    replaced = (*reading.replaced, *filled)
    if not reading.found and not replaced:
        unknown = listed(tuple(f"“{word}”" for word in (reading.unknown or (text,))[:5]))
        raise InputError(
            say(
                f"None of this can be shown ({unknown}): name who or what acts and where, "
                "such as “a fox runs across a snowfield at dusk”.",
                f"这些内容都无法表现（{unknown}）：请写出谁在哪里做什么，例如“一只狐狸黄昏时跑过雪地”。",
            )
        )
    notes += _notes(reading, scene, replaced, left, found=reading.found | {_fact_of(used) for _, used in filled})
    return Expansion(
        scene=scene,
        caption=long_caption(scene),
        reading=reading,
        replaced=replaced,
        language=reading.language,
        notes=tuple(notes),
    )


def _cleaned(prompt: str) -> tuple[str, list[str]]:
    """The prompt without control characters and not too long; a note if it was cut."""
    text = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in prompt)
    text = re.sub(r"\s+", " ", text).strip()
    if not text:
        raise InputError(
            say(
                "The prompt is empty: write what to show, such as “a fox runs across a snowfield at dusk”.",
                "提示词是空的：请写出要表现的内容，例如“一只狐狸黄昏时跑过雪地”。",
            )
        )
    if not any(c.isalnum() or unicodedata.category(c) == "So" for c in text):
        raise InputError(
            say(
                f"The prompt {text[:20]!r} has no words: write what to show, such as “a fox runs across a snowfield”.",
                f"提示词 {text[:20]!r} 里没有文字：请写出要表现的内容，例如“一只狐狸跑过雪地”。",
            )
        )
    if len(text) <= MAX_CHARACTERS:
        return text, []
    head = text[:MAX_CHARACTERS]
    ends = [found.end() for found in re.finditer(r"[.!?。！？؟…]", head)]
    cut = ends[-1] if ends and ends[-1] > MAX_CHARACTERS // 2 else max(head.rfind(" "), MAX_CHARACTERS // 2)
    return head[:cut], [
        say(
            f"The prompt has {len(text)} characters: only the first {cut} were read.",
            f"提示词有 {len(text)} 个字符：只读了前 {cut} 个。",
        )
    ]


def _fill(reading: Reading) -> tuple[Scene, list[tuple[str, str]], list[str]]:
    """Lets unknown words fill the facts that are open; returns the scene, what was replaced, and the words left."""
    scene = reading.scene
    missing = [fact for fact in FACTS if fact not in reading.found]
    if not missing or not reading.unknown:
        return scene, [], list(reading.unknown)
    words = list(reading.unknown[:MAX_WORDS])
    near = neighbours(words, reading.language)
    chosen: dict[str, tuple[int, Neighbour]] = {}
    for number, nearest in enumerate(near):
        best = max(nearest.values(), key=lambda neighbour: neighbour.score)
        if best.fact in missing and best.score >= NEAR and best.score > _score(chosen.get(best.fact)):
            chosen[best.fact] = (number, best)
    if "subject" in missing and "subject" not in chosen:
        taken = {number for number, _ in chosen.values()}
        rest = [(number, nearest["subject"]) for number, nearest in enumerate(near) if number not in taken]
        best_of = max(rest, key=lambda item: (words[item[0]] in reading.introduced, item[1].score), default=None)
        if best_of is not None and best_of[1].score >= _enough(reading, words[best_of[0]], alone=not chosen):
            chosen["subject"] = best_of
    if not reading.scene.actors and "subject" not in chosen:
        chosen.pop("action", None)
    replaced = [(words[number], _said(neighbour)) for number, neighbour in sorted(chosen.values(), key=lambda c: c[0])]
    left = [word for number, word in enumerate(words) if number not in {n for n, _ in chosen.values()}]
    return _with(scene, reading, {fact: neighbour.key for fact, (_, neighbour) in chosen.items()}), replaced, left


def _enough(reading: Reading, word: str, *, alone: bool) -> float:
    """How near a word must be to a cast member to be played by it: less if an article or an action calls for one."""
    if word in reading.introduced:
        return NEAR_SUBJECT
    if alone and not reading.found and not reading.unplaced:
        return NEAR_ALONE
    return NEAR_SUBJECT if reading.unplaced else NEAR_PASSING


def _score(choice: tuple[int, Neighbour] | None) -> float:
    return choice[1].score if choice else 0.0


def _with(scene: Scene, reading: Reading, chosen: dict[str, str]) -> Scene:
    """The scene with facts set, and its defaults made to suit a new first actor."""
    actors = scene.actors
    if "subject" in chosen:
        said = reading.unplaced.get("action"), reading.unplaced.get("direction")
        actors = (
            Actor(
                subject=chosen["subject"],
                action=said[0] or default_action(chosen["subject"]),
                direction=said[1] or "right",
            ),
        )
        if "setting" not in reading.found:
            scene = replace(scene, setting=default_setting(chosen["subject"]))
    if "action" in chosen and actors and "action" not in reading.unplaced:
        actors = (replace(actors[0], action=chosen["action"]), *actors[1:])
    facts = {fact: key for fact, key in chosen.items() if fact in ("setting", "time", "weather")}
    return replace(scene, actors=actors, **facts)


def _said(neighbour: Neighbour) -> str:
    """A fact's key as a person would say it."""
    lexicon = wordings("en")
    if neighbour.fact == "subject":
        return cast()[neighbour.key].en
    section = {"setting": "settings", "time": "times", "weather": "weathers", "action": "actions"}[neighbour.fact]
    phrase: str = lexicon[section][neighbour.key][0]
    return phrase.split("|")[0]


def _fact_of(said: str) -> str:
    lexicon = wordings("en")
    for fact, section in (("setting", "settings"), ("time", "times"), ("weather", "weathers"), ("action", "actions")):
        if any(said == phrases[0].split("|")[0] for phrases in lexicon[section].values()):
            return fact
    return "subject"


def _notes(
    reading: Reading, scene: Scene, replaced: tuple[tuple[str, str], ...], left: list[str], *, found: frozenset[str]
) -> list[str]:
    notes = [say(f"“{word}” became “{used}”.", f"“{word}”换成了“{used}”。") for word, used in replaced]
    if reading.ignored:
        words = listed(tuple(f"“{word}”" for word in reading.ignored[:8]))
        notes.append(say(f"Cannot be shown and was left out: {words}.", f"无法表现，已略去：{words}。"))
    if left:
        words = listed(tuple(f"“{word}”" for word in left[:8]))
        notes.append(say(f"Was not understood and left out: {words}.", f"未能理解，已略去：{words}。"))
    if not scene.actors and "subject" not in found:
        notes.append(say("No actor was named: the scene is empty.", "没有提到角色：画面是空景。"))
    for fact, en, zh in (("setting", "place", "地点"), ("time", "time of day", "时间")):
        if fact not in found:
            section = {"setting": "settings", "time": "times"}[fact]
            key: str = getattr(scene, fact)
            chosen_en, chosen_zh = (wordings(language)[section][key][0] for language in ("en", "zh"))
            notes.append(say(f"No {en} was said: chose “{chosen_en}”.", f"没有说{zh}：选了“{chosen_zh}”。"))
    return notes

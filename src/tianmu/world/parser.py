"""Reads a text as a scene: every caption exactly, and free wordings as far as their phrases are known.

1. The text is cut into tokens and the longest known phrases are found in it (`phrasebook.py`).
2. What is negated or only likened ("no rain", "like a bird") is taken away.
3. The camera's words are read first, so that its directions are not taken for an actor's.
4. Subjects become actors; actions and directions go to the actor that they stand by.
5. A relation orders the first two actors.
6. The place, the light, the weather, the look and the framing are what is said of them first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tianmu.world.lexicon import wordings
from tianmu.world.phrasebook import CAMERA_WORDS, Match, Token, detect, phrasebook, small_words, tokenise
from tianmu.world.scene import Scene, cast
from tianmu.world.staging import Text, fill_in, read_actors, read_camera, read_relation

_SINGLE = {"time": "times", "weather": "weathers", "look": "looks", "framing": "framings"}
_PLACED = frozenset(
    ("in", "on", "at", "into", "through", "across", "over", "along", "inside", "im", "am", "auf", "durch", "uber")
).union(("dans", "sur", "en", "por", "sobre", "na", "em", "pela", "pelo", "в", "на", "по", "через", "في", "علي", "在"))
"""Words before a place, folded: what follows one is where the scene plays."""
_PLACES = frozenset("里中上内边")
"""Characters after a place that say the same in Chinese."""
_HOMES = {
    subject: setting
    for setting, subjects in {
        "moon": "astronaut rocket",
        "city": "ufo helicopter police_officer detective builder firefighter ninja robot basketball",
        "desert": "camel cactus",
        "snowfield": "penguin snowman mammoth",
        "lake": "duck swan flamingo",
        "sea": "crab turtle",
        "forest": "tiger bear panda monkey gorilla wolf owl deer hedgehog t_rex mushroom",
        "stage": "dancer disco_dancer juggler wizard",
        "room": "cook scientist teddy_bear gift mouse",
        "meadow": "tractor",
    }.items()
    for subject in subjects.split()
}
"""Where a subject is at home if its medium does not say: by setting, the subjects."""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text says of a scene. Facts that it leaves open are filled in, and are not in `found`."""

    scene: Scene
    found: frozenset[str]
    """Of subject, action, direction, relation, setting, time, weather, camera, look, framing: those that are stated."""
    unknown: tuple[str, ...]
    """Words that mean nothing here, as they were written; small words are left out."""
    ignored: tuple[str, ...] = ()
    """Words that are understood but cannot be shown: colours, clothes, more actors than a scene holds."""
    replaced: tuple[tuple[str, str], ...] = ()
    """Things and places that the world lacks, each with what stands in for it; things only if that was allowed."""
    language: str = "en"
    introduced: frozenset[str] = frozenset()
    """Those of `unknown` that an article brings in ("a toaster"): things, most likely, that should be seen."""
    unplaced: Mapping[str, str] = field(default_factory=dict[str, str])
    """An action and a direction that are stated of nobody: of an actor, perhaps, that is not known here."""


def parse(text: str, *, language: str | None = None, stand_ins: bool = False) -> Reading:
    """Reads a text in any language that the phrasebook has; `stand_ins` lets the cast play what the world lacks."""
    language = language or detect(text)
    tokens = tokenise(text, language)
    reading = Text(tokens=tokens, matches=_find(tokens, language))
    cleared = _negate(reading)
    camera = read_camera(reading)
    parts, mentions, replaced, dropped = read_actors(reading, stand_ins=stand_ins)
    relation = read_relation(reading, parts, mentions)
    found = {"camera"} if camera else set[str]()
    facts: dict[str, str] = {"camera": camera} if camera else {}
    for fact, section in _SINGLE.items():
        if (key := _first(reading, section)) is not None:
            facts[fact] = key
    if cleared and "weather" not in facts:
        facts["weather"] = "clear"
    if (place := _setting(reading)) is not None:
        facts["setting"], words = place
        if words:
            replaced.append((words, wordings("en")["settings"][facts["setting"]][0]))
    found |= set(facts)
    nobody = any(match.has("nobody") for match in reading.matches)
    if parts or nobody:
        found.add("subject")
    for fact in ("action", "direction"):
        if (parts and all(getattr(part, fact) is not None for part in parts)) or (nobody and not parts):
            found.add(fact)
    if relation is not None:
        found.add("relation")
    actors = fill_in(parts, relation)
    facts.setdefault("setting", default_setting(actors[0].subject if actors else None))
    ignored = [reading.words(match) for match in reading.matches if match.has("colours")] + dropped
    return Reading(
        scene=Scene(**facts, actors=actors, relation=relation),  # type: ignore[arg-type]
        found=frozenset(found),
        unknown=_unknown(reading, language, stand_ins=stand_ins),
        ignored=tuple(dict.fromkeys(ignored)),
        replaced=tuple(dict.fromkeys(replaced)),
        language=language,
        introduced=_introduced(reading),
        unplaced={} if parts else _unplaced(reading),
    )


def default_setting(subject: str | None) -> str:
    """Where a scene plays when nothing is said: where its first actor is at home."""
    if subject is None:
        return "meadow"
    known = cast()[subject]
    if subject in _HOMES:
        return _HOMES[subject]
    if known.medium == "water":
        return "sea"
    return "city" if known.group == "vehicle" and known.medium == "ground" else "meadow"


def _find(tokens: list[Token], language: str) -> list[Match]:
    """The phrases of the text's language; where it knows none, an English word may stand in a foreign text."""
    own = phrasebook(language)
    found: list[Match] = []
    index = 0
    while index < len(tokens):
        match = own.match(tokens, index)
        if match is None and language != "en" and tokens[index].text.isascii() and len(tokens[index].text) > 2:
            match = phrasebook("en").match(tokens, index)
        if match is not None:
            found.append(match)
        index = match.end if match else index + 1
    return found


_NEGATABLE = (
    "subjects",
    "stand_ins",
    "weathers",
    "settings",
    "setting_stand_ins",
    "setting_hints",
    "times",
    "actions",
    "looks",
    *CAMERA_WORDS,
)


def _negate(text: Text) -> bool:
    """Takes out what is negated or likened; true if the weather that was negated leaves the sky clear."""
    cleared = False
    for index, match in enumerate(text.matches):
        step = 0
        if match.has("negation", "simile") and not match.has("nobody", *_NEGATABLE):
            step = 1
        elif match.has("negation_post"):
            step = -1
        other = index + step
        while step and 0 <= other < len(text.matches) and abs(other - index) <= 3:
            target = text.matches[other]
            if text.clause(other) != text.clause(index) or (step < 0 and not target.has(*_NEGATABLE, "stop")):
                break
            if target.has(*_NEGATABLE):
                if match.has("simile") and not target.has("subjects", "stand_ins"):
                    break
                text.negated.add(other)
                text.used.add(other)
                cleared |= target.has("weathers")
                break
            other += step
    return cleared


def _first(text: Text, section: str) -> str | None:
    for index, match in enumerate(text.matches):
        if index not in text.used and (key := match.key(section)) is not None:
            return key
    return None


def _introduced(text: Text) -> frozenset[str]:
    ends = {match.end for match in text.matches if match.has("new")}
    return frozenset(text.tokens[end].raw for end in ends if end < len(text.tokens))


def _unplaced(text: Text) -> dict[str, str]:
    said = {"action": _first(text, "actions"), "direction": _first(text, "directions")}
    return {fact: key for fact, key in said.items() if key is not None}


def _setting(text: Text) -> tuple[str, str] | None:
    """The place that is said after a word like "in"; else the first place; else what a thing in the text hints at.

    With it the words for a place that the world lacks and another stands in for; nothing if it has that place.
    """
    hint: tuple[str, str] | None = None
    plain: tuple[str, str] | None = None
    for index, match in enumerate(text.matches):
        if index in text.negated:
            continue
        if (hinted := match.key("setting_hints")) is not None:
            hint = hint or (hinted, "")
        key = match.key("settings")
        stand_in = match.key("setting_stand_ins")
        if key is None and stand_in is None:
            continue
        place = (key, "") if key is not None else (stand_in or "", text.words(match))
        first = text.tokens[match.start].text
        before = text.tokens[match.start - 1].text if match.start else ""
        after = text.tokens[match.end].text if match.end < len(text.tokens) else ""
        if first in _PLACED or before in _PLACED or after in _PLACES:
            return place
        plain = plain or place
    return plain or hint


def _unknown(text: Text, language: str, *, stand_ins: bool) -> tuple[str, ...]:
    """Words that no phrase covers; in scripts without spaces, runs of such characters."""
    covered = {
        i for match in text.matches if stand_ins or not _only_stand_in(match) for i in range(match.start, match.end)
    }
    if language == "ko":
        for i in range(1, len(text.tokens)):
            if i - 1 in covered and not text.tokens[i].begins:
                covered.add(i)
    runs: list[list[Token]] = []
    for i, token in enumerate(text.tokens):
        if i in covered or token.text.isdigit():
            continue
        lone = len(token.raw) == 1 and not token.raw.isascii()
        if runs and lone and i - 1 not in covered and i and not token.begins and runs[-1][-1] is text.tokens[i - 1]:
            runs[-1].append(token)
        else:
            runs.append([token])
    written = ["".join(token.raw for token in run) for run in runs]
    return tuple(dict.fromkeys(word for word in written if len(word) > 1 and not _small(word, language)))


def _only_stand_in(match: Match) -> bool:
    return all(sense.section == "stand_ins" for sense in match.senses)


def _small(word: str, language: str) -> bool:
    """Small words and Japanese endings (a few hiragana) say nothing by themselves."""
    return word.lower() in small_words(language) or (len(word) <= 3 and all("\u3040" <= c <= "\u309f" for c in word))

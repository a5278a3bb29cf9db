"""Reads a text as a scene: every caption exactly, and free wordings as far as their phrases are known.

1. The text is cut into tokens and the longest known phrases are found in it (`phrasebook.py`).
2. What is negated or only likened ("no rain", "like a bird") is taken away.
3. The camera's words are read first, so that its directions are not taken for an actor's.
4. Subjects become actors; actions and directions go to the actor that they stand by.
5. A relation orders the first two actors.
6. The place, the light, the weather, the look and the framing are what is said of them first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tianmu.world.captions import default_action
from tianmu.world.phrasebook import CAMERA_WORDS, Match, Token, detect, phrasebook, tokenise
from tianmu.world.scene import MAX_ACTORS, Actor, Scene, cast

_SINGLE = {"time": "times", "weather": "weathers", "look": "looks", "framing": "framings"}
_SWAPPED = {"right_of": "left_of", "before": "behind", "led": "follows"}
_PLACED = frozenset(
    [
        "in",
        "on",
        "at",
        "into",
        "through",
        "across",
        "over",
        "along",
        "inside",
        "im",
        "am",
        "auf",
        "in",
        "durch",
        "über",
        "dans",
        "sur",
        "à",
        "en",
        "por",
        "sobre",
        "na",
        "no",
        "em",
        "pela",
        "pelo",
        "в",
        "на",
        "по",
        "через",
        "في",
        "على",
        "在",
    ]
)
_PLACES = frozenset("里中上内边")
_PAN_VERBS = ("pan", "schwenk", "pane", "panor", "paneo", "balaie", "панорам")
_HOMES: dict[str, str] = {
    "astronaut": "moon", "rocket": "moon", "ufo": "city", "helicopter": "city", "camel": "desert", "cactus": "desert", "penguin": "snowfield",
    "snowman": "snowfield", "mammoth": "snowfield", "duck": "lake", "swan": "lake", "flamingo": "lake", "crab": "sea", "turtle": "sea",
    "tiger": "forest", "bear": "forest", "panda": "forest", "monkey": "forest", "gorilla": "forest", "wolf": "forest", "owl": "forest",
    "deer": "forest", "hedgehog": "forest", "t_rex": "forest", "mushroom": "forest", "dancer": "stage", "disco_dancer": "stage",
    "juggler": "stage", "wizard": "stage", "cook": "room", "scientist": "room", "teddy_bear": "room", "gift": "room", "mouse": "room",
    "police_officer": "city", "detective": "city", "builder": "city", "firefighter": "city", "ninja": "city", "robot": "city",
    "basketball": "city", "tractor": "meadow",
}  # fmt: skip


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
    """Things that the world lacks, each with the cast member that plays it (only if that was allowed)."""
    language: str = "en"


@dataclass(kw_only=True)
class _Part:
    """An actor while it is being read."""

    subject: str
    at: int
    action: str | None = None
    direction: str | None = None


@dataclass(kw_only=True)
class _Text:
    """A text while it is being read: its tokens, the phrases in it, and which of them are used up."""

    tokens: list[Token]
    matches: list[Match]
    used: set[int] = field(default_factory=set)
    negated: set[int] = field(default_factory=set)

    def clause(self, index: int) -> int:
        return self.tokens[self.matches[index].start].clause

    def words(self, match: Match) -> str:
        joint = "" if not self.tokens[match.start].text.isascii() and len(self.tokens[match.start].raw) == 1 else " "
        return joint.join(token.raw for token in self.tokens[match.start : match.end])


def parse(text: str, *, language: str | None = None, stand_ins: bool = False) -> Reading:
    """Reads a text in any language that the phrasebook has; `stand_ins` lets the cast play what the world lacks."""
    language = language or detect(text)
    tokens = tokenise(text, language)
    reading = _Text(tokens=tokens, matches=_find(tokens, language))
    cleared = _negate(reading)
    camera = _camera(reading)
    parts, mentions, replaced, dropped = _actors(reading, stand_ins=stand_ins)
    relation = _relation(reading, parts, mentions)
    found = {"camera"} if camera else set[str]()
    facts: dict[str, str] = {"camera": camera} if camera else {}
    for fact, section in _SINGLE.items():
        if (key := _first(reading, section)) is not None:
            facts[fact] = key
    if cleared and "weather" not in facts:
        facts["weather"] = "clear"
    if (place := _setting(reading)) is not None:
        facts["setting"] = place
    found |= set(facts)
    nobody = any(match.has("nobody") for match in reading.matches)
    if parts or nobody:
        found.add("subject")
    for fact in ("action", "direction"):
        if (parts and all(getattr(part, fact) is not None for part in parts)) or (nobody and not parts):
            found.add(fact)
    if relation is not None:
        found.add("relation")
    actors = _cast(parts, relation)
    facts.setdefault("setting", default_setting(actors[0].subject if actors else None))
    ignored = [reading.words(match) for match in reading.matches if match.has("colours")] + dropped
    return Reading(
        scene=Scene(**facts, actors=actors, relation=relation),  # type: ignore[arg-type]
        found=frozenset(found),
        unknown=_unknown(reading, language, stand_ins=stand_ins),
        ignored=tuple(dict.fromkeys(ignored)),
        replaced=tuple(dict.fromkeys(replaced)),
        language=language,
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
    "setting_hints",
    "times",
    "actions",
    "looks",
    *CAMERA_WORDS,
)


def _negate(text: _Text) -> bool:
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


def _camera(text: _Text) -> str | None:
    """A whole phrase if there is one, else a camera's word together with where it goes."""
    chosen: str | None = None
    for index, match in enumerate(text.matches):
        if index not in text.used and (key := match.key("cameras")) is not None:
            chosen = chosen or key
            text.used.add(index)
    if chosen is not None:
        return chosen
    for index, match in enumerate(text.matches):
        if index in text.used or not match.has(*CAMERA_WORDS):
            continue
        word = text.tokens[match.start].text
        if match.has("camera_word", "camera_zoom", "camera_tilt") or (
            match.has("camera_pan") and word.startswith(_PAN_VERBS)
        ):
            if (move := _camera_move(text, index)) is not None:
                return move
    return None


def _camera_move(text: _Text, index: int) -> str | None:
    around = [index]
    for step in (1, -1):
        other = index + step
        while 0 <= other < len(text.matches) and abs(other - index) <= 6 and text.clause(other) == text.clause(index):
            if text.matches[other].has("subjects", "stand_ins", "settings") or other in text.used:
                break
            around.append(other)
            other += step
        if len(around) > 1 and any(
            text.matches[i].has("directions", "up", "down", "in", "out", "still") for i in around[1:]
        ):
            break
    here = [text.matches[i] for i in around]
    sides = [i for i in around if text.matches[i].has("directions")]
    aimed = any(match.has("camera_pan") for match in here)
    if sides:
        text.used.update(sides)
        text.used.update(i for i in around if text.matches[i].has(*CAMERA_WORDS))
        return f"pan_{text.matches[sides[0]].key('directions')}"
    if any(match.has("still") for match in here):
        text.used.update(i for i in around if text.matches[i].has("still"))
        return "static"
    zooms = any(match.has("camera_zoom") for match in here)
    for up, name in (("up", "tilt_up"), ("down", "tilt_down")):
        if (
            not zooms
            and any(match.has(up) for match in here)
            and (aimed or any(m.has("camera_tilt", "camera_word") for m in here))
        ):
            return name
    if any(match.has("camera_pull") for match in here) or (zooms and any(match.has("out") for match in here)):
        return "pull_out"
    if zooms or any(match.has("camera_push") for match in here):
        return "push_in"
    return None


def _actors(
    text: _Text, *, stand_ins: bool
) -> tuple[list[_Part], list[tuple[int, int]], list[tuple[str, str]], list[str]]:
    """Returns the actors, every mention of one (match, actor), the stand-ins used, and what was left out."""
    parts: list[_Part] = []
    mentions: list[tuple[int, int]] = []
    replaced: list[tuple[str, str]] = []
    dropped: list[str] = []
    action: str | None = None
    direction: str | None = None
    new, count, ordinal = False, 1, 0
    for index, match in enumerate(text.matches):
        if index in text.used:
            continue
        key = match.key("subjects")
        if key is None and stand_ins and (key := match.key("stand_ins")) is not None:
            replaced.append((text.words(match), cast()[key].en))
        if key is not None:
            same = [number for number, part in enumerate(parts) if part.subject == key]
            if ordinal and len(same) >= ordinal:
                mentions.append((index, same[ordinal - 1]))
            elif same and not new and count == 1:
                mentions.append((index, same[0]))
            else:
                for _ in range(count):
                    if len(parts) == MAX_ACTORS:
                        dropped.append(text.words(match))
                        break
                    parts.append(_Part(subject=key, at=index, action=action, direction=direction))
                    mentions.append((index, len(parts) - 1))
                action = direction = None
            new, count, ordinal = False, 1, 0
            continue
        if match.has("two", "three"):
            count = 2 if match.has("two") else 3
        ordinal = int(match.key("ordinal") or 0) or ordinal
        if match.has("new"):
            new = True
        last = parts[mentions[-1][1]] if mentions else None
        if (does := match.key("actions")) is not None and not (match.has("relation_in") and _resolvable(text, index)):
            new = False
            if last is not None and last.action is None:
                last.action = does
            else:
                action = action or does
        if (goes := match.key("directions")) is not None:
            if last is not None and last.direction is None and action is None:
                last.direction = goes
            else:
                direction = direction or goes
    for number in range(len(parts) - 2, -1, -1):
        part, following = parts[number], parts[number + 1]
        if part.action is None and following.action is not None and _joined(text, part, following):
            part.action = following.action
            part.direction = part.direction or following.direction
    return parts, mentions, replaced, dropped


def _joined(text: _Text, first: _Part, second: _Part) -> bool:
    """Whether only small words stand between two actors, as in "a fox and a dog run"."""
    return all(
        not text.matches[i].has("relation_in", "relation_post", "settings", "actions")
        for i in range(first.at + 1, second.at)
    )


def _resolvable(text: _Text, index: int) -> bool:
    """Whether a subject stands on both sides of a phrase within its clause."""
    sides = [
        any(match.has("subjects", "stand_ins") and text.clause(i) == text.clause(index) for i, match in span)
        for span in (list(enumerate(text.matches))[:index], list(enumerate(text.matches))[index + 1 :])
    ]
    return all(sides)


def _relation(text: _Text, parts: list[_Part], mentions: list[tuple[int, int]]) -> str | None:
    """Reads the first relation that joins two actors, and puts those two first, in the order that it asks for."""
    if len(parts) < 2:
        return None
    for index, match in enumerate(text.matches):
        if index in text.used or (kind := match.key("relation_in") or match.key("relation_post")) is None:
            continue
        before = [who for at, who in mentions if at < index and text.clause(at) == text.clause(index)]
        after = [who for at, who in mentions if at > index and text.clause(at) == text.clause(index)]
        closing = match.has("relation_post")
        if match.has("relation_in") and before and after:
            pair = (before[-1], after[0])
        elif closing and len(before) >= 2:
            pair = (before[-2], before[-1])
        elif closing and before and after:
            pair = (after[0], before[-1])
        else:
            continue
        if pair[0] == pair[1]:
            continue
        if kind in _SWAPPED:
            kind, pair = _SWAPPED[kind], (pair[1], pair[0])
        ordered = [parts[pair[0]], parts[pair[1]], *(part for i, part in enumerate(parts) if i not in pair)]
        parts[:] = ordered
        return kind
    return None


def _cast(parts: list[_Part], relation: str | None) -> tuple[Actor, ...]:
    """The actors, with what was not said of them filled in."""
    actors: list[Actor] = []
    for number, part in enumerate(parts):
        action = part.action or default_action(part.subject)
        if part.action is None and relation in ("follows", "meets") and number < 2 and action == "stands":
            action = "walks"
        direction = part.direction
        if direction is None and relation == "follows" and number < 2:
            direction = parts[1 - number].direction
        if direction is None and relation == "meets" and number < 2:
            other = parts[1 - number].direction
            direction = {"left": "right", "right": "left"}.get(other or "", ("right", "left")[number])
        actors.append(Actor(subject=part.subject, action=action, direction=direction or "right"))
    return tuple(actors)


def _first(text: _Text, section: str) -> str | None:
    for index, match in enumerate(text.matches):
        if index not in text.used and (key := match.key(section)) is not None:
            return key
    return None


def _setting(text: _Text) -> str | None:
    """The place that is said after a word like "in"; else the first place; else what a thing in the text hints at."""
    hint: str | None = None
    plain: str | None = None
    for index, match in enumerate(text.matches):
        if index in text.negated:
            continue
        hint = hint or match.key("setting_hints")
        if (key := match.key("settings")) is None:
            continue
        first = text.tokens[match.start].text
        before = text.tokens[match.start - 1].text if match.start else ""
        after = text.tokens[match.end].text if match.end < len(text.tokens) else ""
        if first in _PLACED or before in _PLACED or after in _PLACES:
            return key
        plain = plain or key
    return plain or hint


def _unknown(text: _Text, language: str, *, stand_ins: bool) -> tuple[str, ...]:
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
    return tuple(dict.fromkeys(word for word in written if len(word) > 1 and not _small(word)))


def _only_stand_in(match: Match) -> bool:
    return all(sense.section == "stand_ins" for sense in match.senses)


def _small(word: str) -> bool:
    """Japanese endings: runs of a few hiragana say nothing by themselves."""
    return len(word) <= 3 and all("\u3040" <= c <= "\u309f" for c in word)

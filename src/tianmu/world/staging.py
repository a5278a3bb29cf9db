"""Who does what in a text that is being read, and what the camera does: phrases put in their places.

The camera is read first, so that "the camera pans left as a fox runs right" keeps its two directions apart. Then every
subject becomes an actor or a further mention of one, and actions and directions go to the actor that they stand by.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tianmu.world.captions import default_action
from tianmu.world.phrasebook import CAMERA_WORDS, Match, Token
from tianmu.world.scene import MAX_ACTORS, Actor, cast

_SWAPPED = {"right_of": "left_of", "before": "behind", "led": "follows"}
_PAN_VERBS = ("pan", "schwenk", "pane", "panor", "paneo", "balaie", "панорам")


@dataclass(kw_only=True)
class Part:
    """An actor while it is being read."""

    subject: str
    at: int
    action: str | None = None
    direction: str | None = None
    carried: bool = False
    """Its action was said in an earlier clause, and yields to one that is said of it."""


@dataclass(kw_only=True)
class Text:
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


def read_camera(text: Text) -> str | None:
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
        sure = match.has("camera_word", "camera_zoom", "camera_tilt")
        sure = sure or (match.has("camera_pan") and word.startswith(_PAN_VERBS))
        if sure and (move := _move_of(text, index)) is not None:
            return move
    return None


def _move_of(text: Text, index: int) -> str | None:
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
    aimed = any(match.has("camera_pan", "camera_tilt", "camera_word") for match in here)
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


def read_actors(
    text: Text, *, stand_ins: bool
) -> tuple[list[Part], list[tuple[int, int]], list[tuple[str, str]], list[str]]:
    """Returns the actors, every mention of one (match, actor), the stand-ins used, and what was left out."""
    parts: list[Part] = []
    mentions: list[tuple[int, int]] = []
    replaced: list[tuple[str, str]] = []
    dropped: list[str] = []
    action: str | None = None
    direction: str | None = None
    said_in = 0
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
                    carried = action is not None and said_in != text.clause(index)
                    parts.append(Part(subject=key, at=index, action=action, direction=direction, carried=carried))
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
            if last is not None and (last.action is None or last.carried):
                last.action, last.carried = does, False
            elif action is None:
                action, said_in = does, text.clause(index)
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


def _joined(text: Text, first: Part, second: Part) -> bool:
    """Whether only small words stand between two actors, as in "a fox and a dog run"."""
    return all(
        not text.matches[i].has("relation_in", "relation_post", "settings", "actions")
        for i in range(first.at + 1, second.at)
    )


def _resolvable(text: Text, index: int) -> bool:
    """Whether a subject stands on both sides of a phrase within its clause."""
    sides = [
        any(match.has("subjects", "stand_ins") and text.clause(i) == text.clause(index) for i, match in span)
        for span in (list(enumerate(text.matches))[:index], list(enumerate(text.matches))[index + 1 :])
    ]
    return all(sides)


def read_relation(text: Text, parts: list[Part], mentions: list[tuple[int, int]]) -> str | None:
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


def fill_in(parts: list[Part], relation: str | None) -> tuple[Actor, ...]:
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

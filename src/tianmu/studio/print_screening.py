"""May this film be shown: what only its cuts make is looked for in every frame as it is printed, and rules decide.

PrintScreening(project, cut, audience).over(pictures)     the same pictures; the last only if they may be shown

The pictures of each take were looked at when it was made. Between takes there can be flashes, black, and pictures that
stand still: these are found on a small picture of every frame, without a network. What the cut itself puts there is
meant, and is no black and no frozen frame: titles, credits, gaps and the frames of a fade, as the cut has them. Nor is
a take frozen whose words ask for stillness.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tianmu.core.errors import Refused
from tianmu.core.settings import settings
from tianmu.core.text import say
from tianmu.film.cut import Box, Clip, Cut, Gap, Item, Print, Title
from tianmu.film.schema import digest
from tianmu.governance.policy import policies_in_force
from tianmu.governance.review.frames import FlashFinder, StillnessFinder
from tianmu.governance.review.frames.flashes import CATEGORY as FLASH
from tianmu.governance.review.frames.picture import glance, glance_planes
from tianmu.governance.review.frames.stillness import BLACK, FROZEN
from tianmu.governance.review.prompt import language_of
from tianmu.governance.review.verdict import Finding, Verdict
from tianmu.media.planes import Picture, Planes
from tianmu.studio.edit import cut_pictures
from tianmu.studio.edit.checks import halves
from tianmu.studio.review import own_audience, require
from tianmu.studio.screening import flags_of
from tianmu.studio.standing import findings_in, judge_again, recipe_of

if TYPE_CHECKING:
    from tianmu.studio.store import Project

SMALL: Final = 80
"""Pixels of the longer side of the small picture: a detail that fills a quarter of the frame is nine hundred."""
LOOKED: Final = (BLACK, FLASH, FROZEN)

Stretches = tuple[tuple[int, int], ...]
"""Frames from the first to one behind the last; in order, and apart from each other."""


class PrintScreening:
    """Looks at every frame of a cut, and decides; where a print of the very cut was looked at, nobody looks again."""

    def __init__(self, project: Project, cut: Cut, audience: str | None = None, *, drawn_anew: bool = False) -> None:
        """`audience` None is the studio's own; `drawn_anew` says that other pictures come than those of the takes.

        Raises:
            TianmuError: a policy in force is missing, or not as it should be.
        """
        self._project, self._cut, self._home = project, cut, settings().home
        self._audience = audience or own_audience(self._home)
        self._policies = policies_in_force(self._home, self._audience)
        self._drawn_anew = drawn_anew
        self._row = {} if drawn_anew else _known(project, cut)
        self.notes: tuple[str, ...] = ()
        """What a person should know, once it is decided."""
        self.verdict: Verdict | None = None

    @property
    def row(self) -> dict[str, Any]:
        """The verdict as a print keeps it, JSON values."""
        assert self.verdict is not None, "decided"
        return json.loads(json.dumps({**self.verdict.as_row(), "of": digest(self._cut)}))

    @property
    def summary(self) -> dict[str, Any]:
        """The verdict in a manifest."""
        return brief(self.row)

    @property
    def known(self) -> bool:
        """Whether the pictures were looked at before."""
        return bool(self._row)

    def over(self, pictures: Iterable[Picture]) -> Iterator[Picture]:
        """The pictures of the cut as they are, all but the last before it is decided.

        Raises:
            Refused: a rule refuses the film, or wants a person to look first; the sentence names frames and shots.
            TianmuError: the ledger cannot take an override.
        """
        if self.known:
            self.decide(findings_in(self._row))
            yield from pictures
            return
        seen = _Seen(self._cut, self._project, held=not self._drawn_anew)
        for index, picture in enumerate(pictures):
            seen.add(index, picture)
            if index == self._cut.num_frames - 1:
                self.decide(seen.findings())
            yield picture

    def settle(self) -> None:
        """Decide without a file in hand: by what is known, else by looking at the cut's own pictures once.

        Raises:
            MediaError: a take is missing or damaged.
            Refused, TianmuError: as `over`.
        """
        media = self._project.media
        pictures = () if self.known else cut_pictures(self._cut, media.path, open_look=media.path)
        for _ in self.over(pictures):
            pass

    def decide(self, findings: Collection[Finding]) -> None:
        """Judge what was found.

        Raises:
            Refused, TianmuError: as `over`.
        """
        verdict = judge_again(
            tuple(findings),
            self._row,
            self._policies,
            language=language_of(self._cut.name),
            audience=self._audience,
        )
        self.verdict = replace(verdict, looked=LOOKED)
        try:
            self.notes = require(self.verdict, self._home)
        except Refused as error:
            name = self._cut.name
            error.message = say(
                f"The film {name}, as it is cut: {error.message}", f"影片《{name}》的剪辑：{error.message}"
            )
            error.args = (error.message,)
            raise


def brief(row: Mapping[str, Any]) -> dict[str, Any]:
    """A kept verdict in short: the decision, the rules that said something, and the policies in force."""
    rules = [str(ruling["rule"]) for ruling in row["rulings"]]
    return {"decision": row["decision"], "rules": rules, "policies": list(row["policies"])}


def _known(project: Project, cut: Cut) -> Mapping[str, Any]:
    """The verdict on a print of this very cut, for whomever it was."""
    wanted = digest(cut)
    for key in project.keys(Print):
        stored = project.read(Print, key)
        if stored is not None and stored.value.verdict.get("of") == wanted:
            return stored.value.verdict
    return {}


class _Seen:
    """What is found in the pictures of a cut as they stream by; nothing is kept but the last small one."""

    def __init__(self, cut: Cut, project: Project, *, held: bool) -> None:
        """`held` says that one picture may come many times, and is never drawn over."""
        self._flashes = FlashFinder(cut.fps)
        self._stillness = StillnessFinder(cut.fps, whole=("the whole film", "整部影片"))
        self._cut, self._meant = cut, meant_in(cut, _still_takes(cut, project))
        self._held = held
        self._last: Picture | None = None
        self._small = np.zeros((0, 0, 3), np.uint8)

    def add(self, index: int, picture: Picture) -> None:
        if picture is not self._last:  # a title that stands still is one picture
            self._last = picture if self._held else None
            planes = isinstance(picture, Planes)
            self._small = glance_planes(picture.sheet, SMALL) if planes else glance(picture, SMALL)
            self._flashes.add(index, self._small)
        self._stillness.add(index, self._small, [name for name in self._meant if _lies_in(index, self._meant[name])])

    def findings(self) -> tuple[Finding, ...]:
        found = (*self._flashes.findings(), *self._stillness.findings())
        return tuple(replace(each, detail=each.detail + self._shots(each)) for each in found)

    def _shots(self, finding: Finding) -> str:
        """Where a finding lies, by the shots of the first track."""
        first, last = finding.first_frame or 0, finding.last_frame or 0
        bottom = next(track for track in self._cut.tracks if track.kind == "video")
        shown = [
            item.slate
            for item, begin in _placed(bottom.items)
            if isinstance(item, Clip) and begin <= last and first < begin + item.num_frames
        ]
        slates = list(dict.fromkeys(shown))
        if not slates:
            return ""
        if len(slates) == 1:
            return say(f", shot {slates[0]}", f"，镜头 {slates[0]}")
        return say(f", shots {slates[0]} to {slates[-1]}", f"，镜头 {slates[0]} 至 {slates[-1]}")


def meant_in(cut: Cut, still: Collection[str] = ()) -> Mapping[str, Stretches]:
    """By category, the frames that are black or stand still because the cut says so; `still` are takes that may.

    Titles on any track, but those that stand over a picture; gaps and fades on the first one.
    """
    both: list[tuple[int, int]] = []
    held: list[tuple[int, int]] = []
    pictures = [track for track in cut.tracks if track.kind == "video"]
    for track in pictures:
        bottom = track is pictures[0]
        begins: list[int] = []
        for item, begin in _placed(track.items):
            begins.append(begin)
            stretch = (begin, begin + item.num_frames)
            if (isinstance(item, Title) and item.style != "lower_third") or (isinstance(item, Gap) and bottom):
                both.append(stretch)
            elif isinstance(item, Clip) and item.take in still and item.box == Box():
                held.append(stretch)
        for join in track.joins if bottom else ():
            before, after = halves(join, len(track.items))
            at = [*begins, track.num_frames][join.at]
            if join.style == "fade":
                both.append((at - before, at + after))
    return {BLACK: _merged(both), FROZEN: _merged([*both, *held])}


def _placed(items: Iterable[Item]) -> Iterator[tuple[Item, int]]:
    """Items with the frame at which each begins."""
    at = 0
    for item in items:
        yield item, at
        at += item.num_frames


def _merged(stretches: Iterable[tuple[int, int]]) -> Stretches:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(stretches):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return tuple(merged)


def _lies_in(index: int, stretches: Stretches) -> bool:
    at = bisect_right(stretches, index, key=lambda stretch: stretch[0])
    return at > 0 and index < stretches[at - 1][1]


def _still_takes(cut: Cut, project: Project) -> frozenset[str]:
    """Takes of the cut whose words ask that nothing moves."""
    used = {item.take for track in cut.tracks for item in track.items if isinstance(item, Clip)}
    found: set[str] = set()
    for take in project.takes():
        if take.id in used:
            recipe = recipe_of(project, take)
            if flags_of(recipe.request, recipe.understood):
                found.add(take.id)
    return frozenset(found)

"""The decisions under which a film is cut as an editor's cut is, as far as decisions can say it.

Laid out and compared, shot by shot, until nothing more can be decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tianmu.film.cut import Clip, Cut, Gap, Join, Title
from tianmu.film.decision import Decisions, ShotRef, Trim, anchor_of, find_shot
from tianmu.film.shot import Shot
from tianmu.film.time import count_frames
from tianmu.studio.assembly import Filmed, arranged, assemble, check_trim
from tianmu.studio.credits import credit_lines
from tianmu.studio.plan import Plan
from tianmu.studio.takes import FilmSettings

ROUNDS = 4
"""How often what was decided is laid out and compared: a join's default depends on its neighbours, so one round of
decisions may ask for another."""


@dataclass(frozen=True, kw_only=True)
class Planned:
    """What a cut is laid out from."""

    plan: Plan
    settings: FilmSettings
    filmed: tuple[Filmed, ...]

    def shot(self, slate: str) -> Shot | None:
        return next((each.shot for each in self.filmed if each.shot.slate == slate), None)

    def cut(self, decisions: Decisions) -> Cut:
        """The cut as it would be with these decisions."""
        plan = self.plan
        credits = credit_lines(plan.screenplay, plan.assets, arranged(self.filmed, decisions))
        fps, handles = self.settings.fps, self.settings.handles
        return assemble(self.filmed, plan.screenplay, decisions, fps=fps, handles=handles, credits=credits)


def decide(before: Decisions, wanted: Cut, film: Planned) -> Decisions:
    """The decisions under which the film is cut as `wanted`, as far as decisions can say it.

    Raises:
        InputError: a shot needs more handle than it has.
    """
    decisions = _arranged(before, wanted, film)
    for _ in range(ROUNDS):
        found = film.cut(decisions)
        changed = decisions
        for slate in (item.slate for item in wanted.tracks[0].items if isinstance(item, Clip)):
            changed = _decide_shot(changed, slate, wanted, found, film)
        if changed == decisions:
            break
        decisions = changed
    return decisions


def _arranged(decisions: Decisions, wanted: Cut, film: Planned) -> Decisions:
    """With the order of the cut, what it leaves out, and whether it has a title and credits."""
    items, before = wanted.tracks[0].items, film.cut(decisions).tracks[0].items
    slates = [item.slate for item in items if isinstance(item, Clip)]
    now = [item.slate for item in before if isinstance(item, Clip)]
    titles = [item.style for item in items if isinstance(item, Title)]
    has = ["credits" if item.style == "credits" else "card" for item in before if isinstance(item, Title)]
    decisions = replace(
        decisions,
        title=decisions.title and ("card" not in has or any(style != "credits" for style in titles)),
        credits=decisions.credits and ("credits" not in has or "credits" in titles),
    )
    if slates == now:
        return decisions
    planned = [each.shot for each in film.filmed]
    kept = [shot for shot in planned if shot.slate in slates]
    return replace(
        decisions,
        order=() if [shot.slate for shot in kept] == slates else tuple(_ref(film, slate) for slate in slates),
        omitted=tuple(_ref(film, shot.slate) for shot in planned if shot.slate not in slates),
    )


def _ref(film: Planned, slate: str) -> ShotRef:
    shot = film.shot(slate)
    assert shot is not None
    return ShotRef(slate=slate, anchor=anchor_of(shot))


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """A shot as it sits in a cut."""

    clip: Clip
    black: int
    join: Join | None
    inset: str | None


def _placed(cut: Cut, slate: str) -> _Placed | None:
    track = cut.tracks[0]
    joins = {join.at: join for join in track.joins}
    at = 0
    for index, item in enumerate(track.items):
        if isinstance(item, Clip) and item.slate == slate:
            before = track.items[index - 1] if index else None
            black = before.num_frames if isinstance(before, Gap) else 0
            join = joins.get(index) or (joins.get(index - 1) if black and index > 1 else None)
            return _Placed(clip=item, black=black, join=join, inset=_inset(cut, at, item.num_frames))
        at += item.num_frames
    return None


def _inset(cut: Cut, at: int, num_frames: int) -> str | None:
    """The shot that begins in a corner over this stretch of a cut."""
    for track in cut.tracks[1:]:
        begins = 0
        for item in track.items if track.kind == "video" else ():
            if isinstance(item, Clip) and at <= begins < at + num_frames:
                return item.slate
            begins += item.num_frames
    return None


def _decide_shot(decisions: Decisions, slate: str, wanted: Cut, found: Cut, film: Planned) -> Decisions:
    """The decisions with one shot as it is wanted, where it is found otherwise.

    Raises:
        InputError: it needs more handle than it has.
    """
    want, have, shot = _placed(wanted, slate), _placed(found, slate), film.shot(slate)
    assert want is not None
    assert shot is not None
    if have is None:
        return decisions
    old = [trim for trim in decisions.trims if find_shot(trim, tuple(each.shot for each in film.filmed)) == shot]
    trim = old[-1] if old else Trim(slate=slate, anchor=anchor_of(shot))
    made = trim
    if (want.clip.start, want.clip.num_frames, want.clip.speed) != (
        have.clip.start,
        have.clip.num_frames,
        have.clip.speed,
    ):
        made = _trimmed(made, want.clip, shot, film.settings)
    if _style(want.join) != _style(have.join):
        made = replace(made, join=want.join.style if want.join else "cut")
        made = replace(made, join_frames=want.join.num_frames) if want.join else made
    if want.black != have.black:
        made = replace(made, black=want.black)
    if want.inset != have.inset:
        made = replace(made, inset=want.inset)
    if made == trim:
        return decisions
    check_trim(shot, made, fps=film.settings.fps, handles=film.settings.handles)
    others = tuple(each for each in decisions.trims if each not in old)
    made = replace(made, slate=slate, anchor=anchor_of(shot))
    blank = Trim(slate=slate, anchor=anchor_of(shot))
    return replace(decisions, trims=others) if made == blank else replace(decisions, trims=(*others, made))


def _style(join: Join | None) -> tuple[str, int] | None:
    return None if join is None else (join.style, join.num_frames)


def _trimmed(trim: Trim, clip: Clip, shot: Shot, settings: FilmSettings) -> Trim:
    """The trim that shows this piece of a take; of two lengths that a changed speed allows, the one that fits."""
    planned = count_frames(shot.seconds, settings.fps)
    head = clip.start - settings.handles
    exact = clip.num_frames * abs(clip.speed)
    lengths: Sequence[int] = sorted({exact.__floor__(), exact.__ceil__()}, key=lambda used: abs(used - exact))
    fitting = [used for used in lengths if used > 0 and max(1, round(used / abs(clip.speed))) == clip.num_frames]
    used = (fitting or [max(1, exact.__floor__())])[0]
    return replace(trim, head=head, tail=planned - head - used, speed=clip.speed)

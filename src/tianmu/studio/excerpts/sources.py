"""What an edition's moments are found in: its cut, its shots, and its sound as it is heard."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Clip
from tianmu.film.decision import arrange
from tianmu.film.sound import PlacedLine, SoundCue
from tianmu.studio.edition import Edition
from tianmu.studio.excerpts.moments import Moment, Motion, find_moments
from tianmu.studio.excerpts.motion import measure_motion
from tianmu.studio.render import silent
from tianmu.studio.sound.cues import ambience_and_effects
from tianmu.studio.sound.timeline import lines_of


def motion_of(edition: Edition) -> Motion:
    """Measures the clips of a film, each once."""
    media, fps = edition.project.media, edition.cut.fps

    @cache
    def measured(clip: Clip) -> tuple[tuple[int, float], ...]:
        return measure_motion(clip, media.verified(clip.film), fps)

    return measured


def moments_of(edition: Edition, motion: Motion, *, heard: bool, progress: Progress = silent) -> tuple[Moment, ...]:
    """The moments of a film; `heard` says that lines are to be whole as they are spoken.

    Raises:
        MediaError: a take is missing, damaged, or not as it was when it was kept.
    """
    shots = arrange(edition.plan.shots.shots, edition.plan.decisions)
    lines: Sequence[PlacedLine] = ()
    cues: Sequence[SoundCue] = ambience_and_effects(edition.cut, shots, edition.plan.assets)
    if heard:
        sound = edition.soundtrack(progress).sound
        lines = sound.lines if sound is not None else planned_lines(edition)
        # Of a film in two languages one is spoken: a line that nobody speaks is none where others are.
        lines = [line for line in lines if line.key] or lines
    return find_moments(edition.cut, {shot.slate: shot for shot in shots}, edition.plan.assets, lines, cues, motion)


def planned_lines(edition: Edition) -> tuple[PlacedLine, ...]:
    """The lines of a film that nobody hears, in the places of their subtitles."""
    return tuple(
        PlacedLine(
            track=said.track,
            index=said.index,
            character=said.line.character,
            asset=said.line.asset,
            text=said.line.text,
            start=said.start,
            num_frames=said.line.num_frames,
            voice=None,
        )
        for said in lines_of(edition.cut)
    )


def told(kind: str, moments: Sequence[Moment]) -> str:
    """Which moments were chosen, and why, in one line."""
    en = "; ".join(f"{moment.slate} ({moment.reason('en')})" for moment in moments)
    zh = "；".join(f"{moment.slate}（{moment.reason('zh')}）" for moment in moments)
    return f"{kind}{say(': ', '：')}{say(en, zh)}"

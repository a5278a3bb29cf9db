"""`SHOW-trailer.mp4`: the most telling moments of a film with music, whole lines and titles, as a new cut of its takes.

    moment with a line | moment | logline | moments that grow shorter | the film's title

It is as long as a third of the film, at most half a minute; it is printed as the film is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from tianmu.core.errors import InputError
from tianmu.core.text import say
from tianmu.engines.protocol import Frames, Progress
from tianmu.film.cut import Clip, Cut, Dialogue, Gap, Item, Join, Title, TitleLine, Track
from tianmu.film.screenplay import Screenplay, Synopsis
from tianmu.film.shot import Shot
from tianmu.film.sound import MusicCue, PlacedLine
from tianmu.film.subtitle import Subtitles, make_cues
from tianmu.film.time import count_frames
from tianmu.media.planes import as_rgb
from tianmu.media.video import write_video
from tianmu.studio.claims import claim_of_film, mark_of_cut
from tianmu.studio.edit import cut_frames
from tianmu.studio.edit.lengths import title_frames
from tianmu.studio.edition import Edition, Written
from tianmu.studio.excerpts.moments import Moment, Motion, choose, shorten
from tianmu.studio.excerpts.pieces import piece_of, place_clips
from tianmu.studio.excerpts.sources import moments_of, motion_of, told
from tianmu.studio.marking import Marking
from tianmu.studio.planner.timing import plain, sentences
from tianmu.studio.print_screening import PrintScreening
from tianmu.studio.sound.cues import ambience_and_effects, seed_of
from tianmu.studio.sound.score import mood_of
from tianmu.studio.sound.timeline import place_shots, stretches
from tianmu.studio.soundtrack import SPEAKING, Soundtrack, lay_under
from tianmu.studio.translation import wordings

LONGEST = Fraction(30)
"""Seconds."""
SHARE = Fraction(1, 3)
"""Of the film, that its trailer shows at most."""
SPOKEN = Fraction(3, 5)
"""Of the time between the titles, that lines may take."""
SLOWEST, QUICKEST = Fraction(9, 4), Fraction(3, 4)
"""Seconds of a moment without a line, at the beginning and at the end."""
FADE = Fraction(1, 2)
LOUDER = 3.0
"""Decibels by which the music is louder than in a film."""
_MOST_MOMENTS = 24
_LONGEST_LOGLINE = 110
"""Characters; Chinese ones count for two."""
_LOGLINE_KEYS = ("logline", "log line", "tagline", "一句话", "一句话梗概", "一句话故事", "梗概", "简介")
_HAN = re.compile(r"[\u3400-\u9fff]")


def write_trailer(edition: Edition, folder: Path, progress: Progress) -> Written:
    """Write the trailer of a film.

    1. Its lines are spoken, or taken from the shelf, and its moments found.
    2. The best become a cut, with titles.
    3. The cut is printed: labelled, watermarked, with its sound and subtitles, signed with its takes as ingredients.

    Raises:
        InputError: the film has no shot, or its frames are too small for the label.
        MediaError: a take is missing, damaged, or not as it was when it was kept.
        OutputError: the place cannot be written, or the disk is full.
    """
    motion = motion_of(edition)
    found = moments_of(edition, motion, heard=True, progress=_part(progress, 0.0, 0.3))  # 1
    screenplay = edition.plan.screenplay
    chosen = choose_moments(found, edition.cut, screenplay, motion)  # 2
    cut = trailer_cut(edition.cut, chosen, screenplay)
    track = _soundtrack(edition, cut, chosen, _part(progress, 0.3, 0.1))
    path = folder / f"{edition.show}-trailer.mp4"
    review = _print(edition, cut, track, path, progress)  # 3
    notes = [told(say("Trailer", "预告片"), chosen), *track.notes, *review]
    if len([each for each in edition.cut.tracks if each.kind == "video"]) > 1:
        notes.append(
            say(
                "The trailer leaves out pictures within pictures and titles over them.",
                "预告片不含画中画与画面上的字幕条。",
            )
        )
    return Written(files=(path,), notes=tuple(notes))


def choose_moments(moments: Sequence[Moment], film: Cut, screenplay: Screenplay, motion: Motion) -> tuple[Moment, ...]:
    """The moments of a trailer, in the film's order, as long as each is shown.

    As many lines as their share of the time allows come first, then as many other moments as fit between them, shorter
    from one to the next.

    Raises:
        InputError: the film has no shot.
    """
    if not moments:
        raise InputError(
            say(
                "A trailer needs at least one shot, and this film has none; make it again with one.",
                "预告片至少需要一个镜头，而影片中没有；请先制作含镜头的影片。",
            )
        )
    room = room_for_moments(film, screenplay)
    said = [moment for moment in moments if moment.line is not None]
    spoken: tuple[Moment, ...] = ()
    for count in range(min(_MOST_MOMENTS, len(said)), 0, -1):
        spoken = choose(said, count)
        if sum(moment.num_frames for moment in spoken) <= room * SPOKEN:
            break
        spoken = ()
    taken = {moment.clip_start for moment in spoken}
    rest = [moment for moment in moments if moment.line is None and moment.clip_start not in taken]
    for count in range(min(_MOST_MOMENTS, len(rest)), -1, -1):
        order = sorted((*spoken, *choose(rest, count)), key=lambda moment: moment.start)
        shown = _in_rhythm(order, film.fps, motion)
        if shown and sum(moment.num_frames for moment in shown) <= room:
            return _filled(order, shown, room, motion)
    best = max(moments, key=lambda moment: (moment.line is None, moment.score))
    return (shorten(best, max(1, room), motion),)


def _in_rhythm(order: Sequence[Moment], fps: Fraction, motion: Motion) -> tuple[Moment, ...]:
    """Moments without a line at lengths that fall from the slowest to the quickest."""
    last = max(1, len(order) - 1)
    lengths = [SLOWEST + (QUICKEST - SLOWEST) * Fraction(number, last) for number in range(len(order))]
    return tuple(
        shorten(moment, count_frames(length, fps), motion) for moment, length in zip(order, lengths, strict=True)
    )


def _filled(order: Sequence[Moment], shown: Sequence[Moment], room: int, motion: Motion) -> tuple[Moment, ...]:
    """The moments without a line, all longer by the same part, as far as there is room and their clips go."""
    spare = room - sum(moment.num_frames for moment in shown)
    silent = sum(moment.num_frames for moment in shown if moment.line is None)
    if not silent or spare <= 0:
        return tuple(shown)
    part = min(Fraction(2), 1 + Fraction(spare, silent))
    return tuple(
        shorten(whole, (moment.num_frames * part).__floor__(), motion)
        for whole, moment in zip(order, shown, strict=True)
    )


def room_for_moments(film: Cut, screenplay: Screenplay) -> int:
    """Frames that a trailer has besides its titles."""
    clips = sum(each.clip.num_frames for each in place_clips(film))
    whole = min(count_frames(LONGEST, film.fps), max(1, (clips * SHARE).__floor__()))
    cards = [_title(film, screenplay), _logline(film, screenplay)]
    return max(whole - sum(card.num_frames for card in cards if card is not None), whole // 2)


def trailer_cut(film: Cut, moments: Sequence[Moment], screenplay: Screenplay) -> Cut:
    """The cut of a trailer."""
    items: list[Item] = [piece_of(moment.clip, moment.offset, moment.num_frames) for moment in moments]
    fade = count_frames(FADE, film.fps)
    faded = [0]
    logline = _logline(film, screenplay)
    if logline is not None:
        place = max(1, len(items) // 3)
        items.insert(place, logline)
        faded += [place, place + 1] if place + 1 < len(items) else [place]
    if title := _title(film, screenplay):
        faded.append(len(items))
        items.append(title)
    faded.append(len(items))
    joins = [Join(at=at, style="fade", num_frames=min(fade, _room(items, at))) for at in dict.fromkeys(faded)]
    tracks = [Track(name="V1", items=tuple(items), joins=tuple(joins))]
    if lines := _lines(film, moments, items):
        tracks.append(Track(name="A1", kind="audio", items=lines))
    return replace(film, name=f"{film.name} (trailer)", tracks=tuple(tracks))


def _room(items: Sequence[Item], at: int) -> int:
    """Frames that a fade may take: half of the shorter of its two sides."""
    sides = [items[place].num_frames for place in (at - 1, at) if 0 <= place < len(items)]
    return max(1, min(sides) // 2)


def _placed(moments: Sequence[Moment], items: Sequence[Item]) -> list[tuple[PlacedLine, int, int]]:
    """The lines of the moments, each with its first frame in the trailer and the first one behind its clip."""
    placed: list[tuple[PlacedLine, int, int]] = []
    at, waiting = 0, list(moments)
    for item in items:
        if isinstance(item, Clip):
            moment = waiting.pop(0)
            if moment.line is not None:
                placed.append((moment.line, at + moment.line.start - moment.start, at + item.num_frames))
        at += item.num_frames
    return placed


def _lines(film: Cut, moments: Sequence[Moment], items: Sequence[Item]) -> tuple[Item, ...]:
    """The lines of the moments in their new places, with silence between them."""
    tracks = {track.name: track for track in film.tracks}
    laid: list[Item] = []
    filled = 0
    for line, start, end in _placed(moments, items):
        said = tracks[line.track].items[line.index]
        assert isinstance(said, Dialogue), "a line is a line of the cut"
        if start > filled:
            laid.append(Gap(num_frames=start - filled))
        filled = min(start + max(said.num_frames, line.num_frames), end)
        laid.append(replace(said, num_frames=filled - start))
    return tuple(laid)


def _title(film: Cut, screenplay: Screenplay) -> Title | None:
    if not screenplay.title:
        return None
    lines = [TitleLine(text=screenplay.title, role="title")]
    lines += [TitleLine(text=screenplay.author, role="subtitle")] if screenplay.author else []
    return Title(lines=tuple(lines), num_frames=title_frames(lines, "card", film.fps, film.width, film.height))


def _logline(film: Cut, screenplay: Screenplay) -> Title | None:
    """What the script says of itself in a sentence, as a card; None where it says nothing, or nothing short."""
    said = [value for key, value in screenplay.title_page if key.strip().lower() in _LOGLINE_KEYS]
    said += [element.text for element in screenplay.opening if isinstance(element, Synopsis)]
    for text in map(plain, said):
        for part in (text, *sentences(text)[:1]):
            if part and len(part) + len(_HAN.findall(part)) <= _LONGEST_LOGLINE:
                lines = (TitleLine(text=part, role="heading"),)
                return Title(lines=lines, num_frames=title_frames(lines, "card", film.fps, film.width, film.height))
    return None


def _soundtrack(edition: Edition, cut: Cut, moments: Sequence[Moment], progress: Progress) -> Soundtrack:
    """What is heard of the trailer: the very lines of the film, the sounds of its places, one piece of music."""
    track = edition.soundtrack(progress)
    spoken = any(each.kind == "audio" for each in cut.tracks)
    subtitles = make_cues(cut, wordings(edition.translated)) if edition.settings.subtitles and spoken else Subtitles()
    if track.sound is None:
        return replace(track, subtitles=subtitles)
    starts = {(line.track, line.index): start for line, start, _ in _placed(moments, cut.tracks[0].items)}
    parts = tuple(
        replace(part, placed=replace(part.placed, start=starts[part.placed.track, part.placed.index]))
        for part in track.sound._parts
        if (part.placed.track, part.placed.index) in starts
    )
    shots = edition.plan.shots.shots
    sound = replace(
        track.sound,
        num_frames=cut.num_frames,
        lines=tuple(part.placed for part in parts),
        cues=ambience_and_effects(cut, shots, edition.plan.assets),
        music=_music(edition, cut) if edition.settings.music else (),
        _parts=parts,
    )
    return replace(track, sound=sound, subtitles=subtitles)


def _music(edition: Edition, cut: Cut) -> tuple[MusicCue, ...]:
    """One piece under all of it, in the key of the film and the mood that most of it has."""
    mood, why = _mood(edition.cut, edition.plan.shots.shots)
    seed = seed_of("score", edition.cut.name)
    return (MusicCue(start=0, num_frames=cut.num_frames, mood=mood, seed=seed, gain=LOUDER, why=why),)


def _part(progress: Progress, begin: float, share: float) -> Progress:
    """A part of the whole."""

    def part(fraction: float, what: str, preview: Frames | None = None) -> None:
        progress(begin + share * fraction, what, preview)

    return part


def _mood(film: Cut, shots: Sequence[Shot]) -> tuple[str, str]:
    """The mood that most of the film's time has, and a word that asks for it."""
    weights: Counter[str] = Counter()
    words: dict[str, str] = {}
    for part in stretches(place_shots(film, shots)):
        mood, why = mood_of([part])
        weights[mood] += part.num_frames
        words.setdefault(mood, why)
    best = max(weights, key=lambda mood: (weights[mood], mood), default="calm")
    return best, words.get(best, "trailer")


def _print(edition: Edition, cut: Cut, track: Soundtrack, path: Path, progress: Progress) -> tuple[str, ...]:
    """Frames, labels, watermark and sound into a file, signed; gives what rules say of the pictures as they are cut."""
    media, screening = edition.project.media, PrintScreening(edition.project, cut, edition.leave.audience)
    marking = Marking(mark_of_cut(cut), edition.leave)

    def written(done: int) -> None:
        progress(SPEAKING + (0.95 - SPEAKING) * done / cut.num_frames, say("cutting", "剪辑"))

    with marking.meter, media.workspace() as scratch:
        pictures = scratch / "pictures.mp4"
        seen = screening.over(cut_frames(cut, media.path, open_look=media.path))
        frames = marking.frames(map(as_rgb, seen), cut)
        write_video(pictures, frames, cut.fps, metadata=marking.metadata, on_frame=written)
        progress(0.95, say("mixing the sound", "混音"))
        lay_under(pictures, path, track, scratch)
    spent = marking.meter.footprint + track.footprint
    marking.sign(path, claim_of_film(cut, media, spent, voiced=track.voiced), project=edition.project)
    progress(1.0, path.name)
    return screening.notes

"""A film as a stream: HTTP Live Streaming in CMAF segments, and a page that plays it, from any server of plain files.

    SHOW-hls/
      index.html                          plays it, without anything from elsewhere
      master.m3u8                         two sizes, the sound, a list of subtitles a language
      360p.m3u8, 360p-init.mp4, 360p-00001.m4s, ...
      sound.m3u8, sound-init.mp4, sound-00001.m4s, ...
      words-en.m3u8, words-en.vtt
      contents.json, contents.json.c2pa   every file by its digest, signed

The segments of both sizes are groups of pictures of one length and begin at the same frames, so that a player may
change between them anywhere. The smaller size is made of the same marked frames.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from importlib.resources import files
from pathlib import Path

import av

from tianmu.core.files import whole_folder
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Cut
from tianmu.film.subtitle import Language
from tianmu.media.audio import sound_blocks
from tianmu.media.delivery import encoding, require_whole
from tianmu.media.encoders.codecs import STREAMED, FilmEncoder, gop_of, require_size
from tianmu.media.playlists import MASTER, Rendition, Words, master_playlist, media_playlist, words_playlist
from tianmu.media.segments import SegmentedTrack, cut_track
from tianmu.media.subtitles import write_subtitles
from tianmu.media.tracks import SoundTrack, quiet
from tianmu.studio.deliver.films import mastered
from tianmu.studio.edition import Edition, Written
from tianmu.studio.marking import Marking
from tianmu.studio.soundtrack import SPEAKING, Soundtrack

_TITLES: Mapping[Language, str] = {"en": "English", "zh": "中文"}
_BCP47 = {"eng": "en", "zho": "zh", "und": "und"}


@dataclass(frozen=True)
class _Size:
    """One rendition, on its way through a scratch file."""

    name: str
    width: int
    height: int
    scratch: Path


def write_hls(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW-hls/`, whole or not at all.

    1. Speak, and encode both sizes from the cut's frames at once.
    2. Cut pictures and sound into segments.
    3. Write subtitles, playlists and the page.
    4. List every file by its digest, and sign the list.

    Raises:
        InputError: the size of the film is odd.
        OutputError: the place cannot be written, or the disk is full.
    """
    cut, marking = edition.cut, edition.marking()
    require_size(STREAMED, cut.width, cut.height)
    path = folder / f"{edition.show}-hls"
    track = edition.soundtrack(progress)
    with whole_folder(path) as part, encoding(path), quiet():
        with marking.meter:
            renditions = _pictures(edition, marking, part, progress)  # 1, 2
            sound = _sound(edition, marking, track, part)
            words = _words(cut, track, part)  # 3
            _playlists(edition, renditions, sound, track, words, part)
            _page(edition, marking, words, part)
        spent = marking.meter.footprint + track.footprint
        marking.sign(part, edition.claim(spent, voiced=track.voiced), project=edition.project)  # 4
    return Written(files=(path,), notes=(*track.notes, *marking.notes))


def _pictures(edition: Edition, marking: Marking, part: Path, progress: Progress) -> tuple[Rendition, ...]:
    cut = edition.cut
    sizes = [
        _Size(f"{height}p", width, height, part / f".{height}p.mp4")
        for width, height in dict.fromkeys([(cut.width, cut.height), (_half(cut.width), _half(cut.height))])
    ]
    encoders: list[FilmEncoder] = []
    try:
        encoders.extend(
            FilmEncoder(size.scratch, STREAMED, width=size.width, height=size.height, fps=cut.fps) for size in sizes
        )
        for done, frame in enumerate(edition.pictures(marking), 1):
            for encoder in encoders:
                encoder.write(frame)
            progress(SPEAKING + (0.9 - SPEAKING) * done / cut.num_frames, say("encoding the stream", "编码流媒体"))
        for encoder in encoders:
            encoder.finish()
    except BaseException:
        for encoder in encoders:
            encoder.abort()
        raise
    renditions: list[Rendition] = []
    for size in sizes:
        require_whole(part, size.scratch, cut.num_frames)
        every = gop_of(cut.fps) / cut.fps
        segments = cut_track(size.scratch, part, size.name, every, metadata=marking.metadata)
        size.scratch.unlink()
        renditions.append(Rendition(name=size.name, width=size.width, height=size.height, track=segments))
    return tuple(renditions)


def _half(pixels: int) -> int:
    """Half as many, even."""
    return max(2, round(pixels / 4) * 2)


def _sound(edition: Edition, marking: Marking, track: Soundtrack, part: Path) -> SegmentedTrack | None:
    """The sound as AAC, in segments that are as long as those of the pictures to a frame of sound."""
    cut, scratch = edition.cut, part / ".sound.m4a"
    with mastered(track, part / ".sound.wav", STREAMED) as wav:
        if wav is None:
            return None
        with av.open(str(scratch), "w", format="mp4", options={"fflags": "+bitexact"}) as target:
            blocks = sound_blocks(wav)[1]
            for packet in SoundTrack(target, blocks, cut.num_frames / cut.fps, track.language).packets():
                target.mux_one(packet)
    every = gop_of(cut.fps) / cut.fps
    made = cut_track(scratch, part, "sound", every, language=track.language, metadata=marking.metadata)
    scratch.unlink()
    return made


def _words(cut: Cut, track: Soundtrack, part: Path) -> tuple[Words, ...]:
    made: list[Words] = []
    for language in track.subtitles.languages:
        made.append(Words(file=f"words-{language}.vtt", language=language, title=_TITLES[language]))
        write_subtitles(part / made[-1].file, track.subtitles.in_language(language), cut.fps)
    return tuple(made)


def _playlists(
    edition: Edition,
    renditions: tuple[Rendition, ...],
    sound: SegmentedTrack | None,
    track: Soundtrack,
    words: tuple[Words, ...],
    part: Path,
) -> None:
    cut = edition.cut
    seconds: Fraction = cut.num_frames / cut.fps
    texts = {MASTER: master_playlist(renditions, cut.fps, sound, _BCP47.get(track.language, "und"), words)}
    texts |= {f"{each.name}.m3u8": media_playlist(each.track) for each in renditions}
    texts |= {f"{Path(each.file).stem}.m3u8": words_playlist(each, seconds) for each in words}
    if sound is not None:
        texts["sound.m3u8"] = media_playlist(sound)
    for name, text in texts.items():
        (part / name).write_text(text, encoding="utf-8", newline="\n")


def _page(edition: Edition, marking: Marking, words: tuple[Words, ...], part: Path) -> None:
    """The page that plays it; what it says of itself is what every file says."""
    tracks = [
        f'<track kind="captions" src="{each.file}" srclang="{each.language}" label="{each.title}">' for each in words
    ]
    label = [f'<meta name="{key}" content="{escape(text)}">' for key, text in marking.metadata.items()]
    page = (files("tianmu.studio.deliver") / "player.html").read_text(encoding="utf-8")
    filled = {"TITLE": escape(edition.cut.name), "TRACKS": "\n".join(tracks), "LABEL": "\n".join(label)}
    for name, text in filled.items():
        page = page.replace("{{" + name + "}}", text)
    (part / "index.html").write_text(page, encoding="utf-8", newline="\n")

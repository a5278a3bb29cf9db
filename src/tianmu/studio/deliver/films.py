"""A film as one file, in the codec that was asked for, encoded from the cut's own frames.

h264      MP4 for review: H.264, AAC, subtitles
hevc      MP4: HEVC (hvc1), AAC, subtitles
av1       MP4: AV1, AAC, subtitles
prores    MOV: ProRes 422 HQ, PCM of 24 bits, timecode from 01:00:00:00
webm      WebM: VP9, Opus, WebVTT; its manifest lies beside it
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.sound import LOUDEST_PEAK
from tianmu.media.audio import sound_blocks
from tianmu.media.delivery import write_film
from tianmu.media.encoders.codecs import AV1, H264, HEVC, PRORES, VP9, FilmCodec
from tianmu.media.tracks import PCM
from tianmu.studio.edition import Edition, Written
from tianmu.studio.export.timecode import SUITE_RATES, place
from tianmu.studio.sound.master import master
from tianmu.studio.soundtrack import CEILING, SPEAKING, Soundtrack


def write_h264(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW.h264.mp4`, as the film itself is."""
    return _write(edition, folder, progress, H264)


def write_hevc(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW.hevc.mp4`."""
    return _write(edition, folder, progress, HEVC)


def write_av1(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW.av1.mp4`."""
    return _write(edition, folder, progress, AV1)


def write_prores(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW.prores.mov`, for a grade or an archive."""
    return _write(edition, folder, progress, PRORES)


def write_webm(edition: Edition, folder: Path, progress: Progress) -> Written:
    """`SHOW.webm`, with `SHOW.webm.c2pa` beside it."""
    return _write(edition, folder, progress, VP9)


def _write(edition: Edition, folder: Path, progress: Progress, codec: FilmCodec) -> Written:
    """1. Speak and mix. 2. Encode from the cut's frames, marked. 3. Sign with what that took."""
    cut, marking = edition.cut, edition.marking()
    name = f"{edition.show}.webm" if codec is VP9 else f"{edition.show}.{codec.name}.{codec.container}"
    path = folder / name
    track = edition.soundtrack(progress)  # 1

    def written(done: int) -> None:
        progress(SPEAKING + (1 - SPEAKING) * done / cut.num_frames, name)

    with marking.meter, mastered(track, folder / f".{name}.wav", codec) as wav:
        write_film(  # 2
            path,
            edition.pictures(marking),
            cut.fps,
            codec,
            num_frames=cut.num_frames,
            sound=None if wav is None else sound_blocks(wav)[1],
            subtitles=track.tracks,
            language=track.language,
            metadata=marking.metadata,
            timecode=_timecode(edition, codec),
            on_frame=written,
        )
    spent = marking.meter.footprint + track.footprint
    marking.sign(path, edition.claim(spent, voiced=track.voiced), project=edition.project)  # 3
    return Written(files=(path,), notes=tuple(_notes(edition, track, codec, marking.notes)))


@contextmanager
def mastered(track: Soundtrack, scratch: Path, codec: FilmCodec) -> Generator[Path | None]:
    """The film's sound, mixed and mastered into a file that goes again; None for a silent film.

    Sound that is kept as it is may come nearer to the full scale than sound that an encoder will change.
    """
    if track.sound is None:
        yield None
        return
    try:
        ceiling = LOUDEST_PEAK if codec.sound is PCM else CEILING
        master(track.sound, scratch, target=track.target, ceiling=ceiling)
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def _timecode(edition: Edition, codec: FilmCodec) -> str | None:
    """Of the first frame, where the container has a place for it and counts at such a rate."""
    known = codec.container == "mov" and edition.cut.fps in SUITE_RATES
    return place(0, edition.cut.fps) if known else None


def _notes(edition: Edition, track: Soundtrack, codec: FilmCodec, marked: list[str]) -> Iterator[str]:
    yield from track.notes
    yield from marked
    if codec.subtitles is None and track.tracks:
        yield say(
            f"{codec.name}: a master carries no subtitles; add srt or vtt to --to for files of them.",
            f"{codec.name}：母版不带字幕；如需字幕文件，请在 --to 中加入 srt 或 vtt。",
        )
    if codec.container == "mov" and edition.cut.fps not in SUITE_RATES:
        rate = f"{float(edition.cut.fps):g}"
        yield say(
            f"{codec.name}: there is no timecode at {rate} frames a second, so the file has none.",
            f"{codec.name}：每秒 {rate} 帧没有对应的时间码，因此文件中没有时间码。",
        )
    if codec is VP9:
        yield say(
            "WebM has no place for a manifest: it lies beside the file, under its name with .c2pa behind; and WebM "
            "keeps time in milliseconds.",
            "WebM 无法容纳签名声明：声明位于文件旁，文件名后加 .c2pa；另外 WebM 的时间精度为毫秒。",
        )

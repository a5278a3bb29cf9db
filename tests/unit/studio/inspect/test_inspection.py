"""The detector as a whole: every format that we write, and what happens to files on their way through the world."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from PIL import Image
from tests.unit.studio.inspect.conftest import FPS, MARK, Studio, claim, drawn

from tianmu.governance.identity import open_identity
from tianmu.governance.provenance import Ingredient, sign_file
from tianmu.governance.similarity import Fingerprint, distance, fingerprint
from tianmu.governance.watermark import Watermark
from tianmu.media.image import Frame
from tianmu.media.video import write_video
from tianmu.studio.inspect import Report, inspect_file
from tianmu.studio.store.issued import Issued

FORMATS = ("mp4", "gif", "webp", "sequence", "png", "jpg", "tif", "wav")


def inspected(studio: Studio, path: Path, *, store: bool = True) -> Report:
    return inspect_file(path, store=studio.store if store else None, home=studio.home, reader=studio.reader)


@pytest.mark.parametrize("format", FORMATS)
def test_what_left_reads_intact_in_every_format(studio: Studio, format: str) -> None:
    report = inspected(studio, studio.works[format])
    assert (report.verdict, report.exit_code) == ("intact", 0), report
    assert report.made_by_ai is True
    assert report.signer is not None
    assert report.signer["whose"] == "this studio"
    assert f"“{studio.identity.name}” (this studio), and not changed since" in report.sentence
    assert report.layer("store").facts["exact"] is True
    if format != "wav":
        assert report.layer("watermark").facts["mark"] == f"{MARK:016x}"
    if format in ("mp4", "gif", "webp", "sequence"):
        assert report.layer("aigc").facts["label"] == "1"
        assert set(report.said_by) == {"signature", "metadata", "watermark", "store"}


@pytest.mark.parametrize("format", ["mp4", "gif", "webp", "png", "jpg", "tif", "wav"])
def test_a_byte_turned_over_reads_changed(studio: Studio, format: str, tmp_path: Path) -> None:
    data = bytearray(studio.works[format].read_bytes())
    data[len(data) * 9 // 10] ^= 1
    path = tmp_path / f"turned.{format}"
    path.write_bytes(data)
    report = inspected(studio, path)
    assert (report.verdict, report.exit_code) == ("changed", 2), report.sentence


def remuxed(studio: Studio, path: Path) -> Path:
    """MP4 to Matroska, the coded pictures as they are."""
    path = path.with_suffix(".mkv")
    with av.open(str(studio.works["mp4"])) as source, av.open(str(path), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    return path


def encoded(change: Callable[[Frame], Frame]) -> Callable[[Studio, Path], Path]:
    def make(studio: Studio, path: Path) -> Path:
        path = path.with_suffix(".mp4")
        write_video(path, [np.ascontiguousarray(change(frame)) for frame in studio.frames], FPS, crf=28)
        return path

    return make


COPIES = {
    "remuxed": remuxed,
    "CRF 28": encoded(lambda frame: frame),
    "cropped to 0.8": encoded(lambda frame: frame[36:324, 64:576]),
    "cropped to 0.8 at a corner": encoded(lambda frame: frame[72:, :512]),
    "mirrored": encoded(lambda frame: frame[:, ::-1]),
}


@pytest.mark.parametrize("what", COPIES)
def test_a_copy_without_a_manifest_leads_back_to_the_one_in_the_store(
    studio: Studio, what: str, tmp_path: Path
) -> None:
    report = inspected(studio, COPIES[what](studio, tmp_path / "copy"))
    assert (report.verdict, report.exit_code) == ("changed", 2), report.sentence
    assert report.layer("watermark").facts["mark"] == f"{MARK:016x}"
    store = report.layer("store").facts
    assert store["work"]["mark"] == f"{MARK:016x}"
    assert store["looks"] in ("same", "perhaps")
    assert "a changed copy of “A fox" in report.sentence
    kept = report.layer("provenance")
    assert kept.facts["kept"] is True
    assert kept.facts["mark"] == f"{MARK:016x}"
    assert report.tree is not None
    assert report.tree["title"].startswith("A fox")
    assert "gone from the file" in report.sentence


def test_without_the_store_a_watermark_says_ai_and_no_more(studio: Studio, tmp_path: Path) -> None:
    report = inspected(studio, COPIES["CRF 28"](studio, tmp_path / "copy"), store=False)
    assert (report.verdict, report.exit_code, report.said_by) == ("unknown", 1, ("watermark",))
    assert report.made_by_ai is True
    assert report.signer is None
    assert "not signed, so whether it was changed is not known" in report.sentence


def test_a_mark_on_another_picture_is_said_to_be_so(studio: Studio, tmp_path: Path) -> None:
    mark = Watermark(MARK, width=640, height=360)
    path = tmp_path / "forged.mp4"
    write_video(path, [mark.apply(frame) for frame in drawn(1, setting="city")], FPS)
    report = inspected(studio, path)
    assert report.exit_code == 2
    assert report.layer("store").facts["looks"] == "unlike"
    assert "its watermark names “A fox" in report.sentence
    assert "the picture does not look like it" in report.sentence
    assert report.said_by == ()
    assert report.made_by_ai is None
    assert "not known" in report.sentence


def test_looks_alone_are_told_and_prove_nothing(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "alike.png"
    Image.fromarray(drawn(3, num_frames=1)[0]).save(path)  # the same scene, drawn without a mark
    report = inspected(studio, path)
    assert (report.verdict, report.exit_code, report.made_by_ai) == ("unknown", 1, None)
    assert report.layer("watermark").status == "absent"
    assert report.layer("similar").facts["works"][0]["mark"] == f"{MARK:016x}"
    assert report.layer("provenance").facts["kept"] is True


def test_a_strangers_picture_is_not_known_and_that_is_not_without_ai(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "noise.jpg"
    noise = np.random.default_rng(1).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    Image.fromarray(cv2.resize(noise, (320, 240), interpolation=cv2.INTER_CUBIC)).save(path)
    report = inspected(studio, path)
    assert (report.verdict, report.exit_code, report.made_by_ai) == ("unknown", 1, None)
    assert "which is not the same as: without AI" in report.sentence
    assert {layer.status for layer in report.layers} == {"absent", "found"}


def test_a_sidecar_is_found_and_without_it_the_store_has_the_manifest(studio: Studio, tmp_path: Path) -> None:
    path = COPIES["remuxed"](studio, tmp_path / "film")
    signed = sign_file(path, claim("Beside", mark=7), studio.identity)
    assert inspected(studio, path).exit_code == 0
    record = Issued(
        mark=7, kind="shot", title="Beside", file_sha256=signed.sha256, audience="all", at="2026-11-22T11:00:00Z"
    )
    studio.store.issue(record, signed.manifest)
    alone = tmp_path / "alone.mkv"
    shutil.copyfile(path, alone)
    report = inspected(studio, alone)
    assert (report.verdict, report.exit_code) == ("intact", 0), report.sentence
    assert "its manifest in this store" in report.sentence
    assert inspected(studio, alone, store=False).exit_code == 1


def test_a_film_from_a_changed_shot_is_not_intact_and_the_shot_is_named(studio: Studio, tmp_path: Path) -> None:
    data = bytearray(studio.works["mp4"].read_bytes())
    data[-200] ^= 1
    shot = tmp_path / "shot.mp4"
    shot.write_bytes(data)
    film = tmp_path / "film.mp4"
    write_video(film, drawn(8), FPS)
    parts = (
        Ingredient(path=shot, title="Shot 1", relationship="componentOf"),
        Ingredient(path=studio.works["png"], title="Shot 2", relationship="componentOf"),
    )
    sign_file(film, claim("The film", mark=None, ingredients=parts), studio.identity)
    report = inspected(studio, film)
    assert (report.verdict, report.exit_code) == ("changed", 2)
    assert "itself not changed since, but made from what does not hold: “Shot 1”" in report.sentence
    assert report.tree is not None
    states = {child["title"]: child["state"] for child in report.tree["ingredients"]}
    assert states["Shot 1"] != "intact"
    assert states["Shot 2"] == "intact"


def test_a_strangers_key_holds_and_nobody_vouches_for_it(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "theirs.mp4"
    write_video(path, drawn(9, num_frames=6), FPS)
    stranger = open_identity(tmp_path / "theirs")
    sign_file(path, claim("Theirs", mark=None), stranger)
    report = inspected(studio, path)
    assert report.exit_code == 0
    assert report.signer is not None
    assert report.signer["whose"] == "unknown"
    assert "nobody here vouches for it" in report.sentence
    home = tmp_path / "ours"
    (home / "trusted").mkdir(parents=True)
    (home / "trusted" / "them.pem").write_bytes(stranger.root)
    report = inspect_file(path, store=None, home=home, reader=studio.reader)
    assert report.signer is not None
    assert report.signer["whose"] == "trusted"
    assert not (home / "keys").exists()  # looking makes no keys


def test_a_long_film_is_looked_at_in_places(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "long.mp4"
    frames = [frame[::2, ::2].copy() for frame in studio.frames]
    write_video(path, [frames[index // 20 % 24] for index in range(480)], Fraction(24))
    report = inspected(studio, path, store=False)
    assert report.layer("content").facts["num_frames"] == 480
    assert report.layer("content").facts["fingerprint"].count(":") == 5
    whole = fingerprint(frames[index // 20 % 24] for index in range(480))
    seen = Fingerprint.from_text(report.layer("content").facts["fingerprint"])
    assert distance(whole, seen) < 0.05


@pytest.mark.parametrize("what", ["gone", "text", "empty", "folder"])
def test_what_is_no_media_has_a_report_too(studio: Studio, what: str, tmp_path: Path) -> None:
    path = tmp_path / "file.mp4"
    if what == "folder":
        path.mkdir()
    elif what != "gone":
        path.write_bytes(b"text " * 100 if what == "text" else b"")
    report = inspected(studio, path)
    assert (report.verdict, report.exit_code, report.layers) == ("unreadable", 3, ())
    assert report.sentence.startswith("It cannot be read: ")


def test_a_report_is_json_of_its_schema(studio: Studio) -> None:
    import json

    row = json.loads(json.dumps(inspected(studio, studio.works["mp4"]).as_row()))
    assert row["schema"] == "tianmu.inspection.1"
    assert set(row) == {
        *("schema", "file", "sort", "container", "bytes", "sha256", "verdict", "exit_code", "sentence"),
        *("made_by_ai", "said_by", "signer", "layers", "tree", "seconds"),
    }
    names = [layer["name"] for layer in row["layers"]]
    assert names == ["provenance", "aigc", "source_type", "watermark", "store", "similar", "content"]

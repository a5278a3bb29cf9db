"""Every format is signed and read back, its pixels stay, and nothing is half done."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from tianmu import __version__
from tianmu.core.errors import InputError, MediaError
from tianmu.governance.provenance import Claim, Ingredient, manifest_of, read_provenance, sign_file
from tianmu.governance.provenance.claims import COMPOSITE, DRAWN, TRAINED
from tianmu.governance.provenance.report import Report, read_report
from tianmu.governance.provenance.schemas import TRAINING_USES
from tianmu.media.digest import file_sha256, folder_sha256
from tianmu.media.image import read_image
from tianmu.media.video import FORMATS, read_video

from .conftest import CLAIM, Studio

EMBEDDED = (*(each for each in FORMATS if each != "png"), "png")
EVERY = (*EMBEDDED, "sequence", "pdf", "webm")


def pixels(path: Path) -> np.ndarray:
    if path.suffix == ".png":
        return read_image(path)[None]
    return np.stack(list(read_video(path)[1]))


@pytest.mark.parametrize("format", EVERY)
def test_what_is_signed_reads_intact_and_shows_the_same(studio: Studio, format: str) -> None:
    path = studio.make(format)
    before = pixels(path) if format not in ("pdf",) else path.read_bytes()
    signed = studio.sign(path)
    after = pixels(path) if format not in ("pdf",) else path.read_bytes()
    assert np.array_equal(before, after) if isinstance(before, np.ndarray) else before == after
    found = studio.read(path)
    assert (found.state, found.problems) == ("intact", ())
    assert found.signer.trusted
    assert found.signer.fingerprint == studio.identity.fingerprint
    assert found.title == CLAIM.title
    assert found.mark == CLAIM.mark
    assert found.footprint == CLAIM.footprint
    assert found.made_by_ai is True
    assert found.work is not None
    assert found.work.facts == CLAIM.facts
    assert signed.sha256 == (folder_sha256(path) if path.is_dir() else file_sha256(path))
    if format != "sequence":
        assert manifest_of(path) == signed.manifest
    beside = path.with_name(path.name + ".c2pa")
    assert beside.exists() == (format in ("pdf", "webm"))


@pytest.mark.parametrize("format", EMBEDDED)
def test_the_stored_manifest_fits_its_file_and_no_other(studio: Studio, format: str) -> None:
    path = studio.make(format)
    bare = path.read_bytes()
    manifest = studio.sign(path).manifest
    assert studio.read(path, manifest=manifest).state == "intact"
    path.write_bytes(bare)
    assert read_provenance(path) is None
    assert studio.read(path, manifest=manifest).state == "changed"
    assert studio.read(path, manifest=manifest).mark == CLAIM.mark


def test_what_the_standard_asks_for_is_said_as_our_own(studio: Studio) -> None:
    found = read_report(studio.signed("mp4"), studio.anchors)
    assert isinstance(found, Report)
    manifest = found.row["manifests"][found.label]
    said = {row["label"]: row for row in manifest["assertions"]}
    assert all(row["created"] for row in said.values())
    assert manifest["claim_generator_info"][0]["name"] == "Tianmu"
    assert "thumbnail" not in json.dumps(manifest)
    assert said["c2pa.ai-disclosure"]["data"] == {
        "modelType": "c2pa.types.model",
        "modelName": "tianmu-native",
        "modelIdentifier": "sha256:" + "ab" * 32,
        "contentProfile": {"humanOversightLevel": "prompt_guided"},
    }
    assert said["c2pa.environmental-sustainability"]["data"]["energy_kwh"] == {
        "value": 0.002,
        "measurementMethod": "an estimate",
    }
    assert said["cawg.training-mining"]["data"]["entries"] == {use: {"use": "notAllowed"} for use in TRAINING_USES}
    assert said["c2pa.soft-binding"]["data"]["alg"] == "org.tianmu.watermark.1"
    assert said["c2pa.soft-binding"]["data"]["blocks"] == [{"scope": {}, "value": "fedcba9876543210"}]
    (created, marked) = said["c2pa.actions.v2"]["data"]["actions"]
    assert (created["action"], created["digitalSourceType"]) == ("c2pa.created", TRAINED)
    assert created["softwareAgent"] == {"name": "Tianmu", "version": __version__}
    assert abs(datetime.fromisoformat(created["when"]) - datetime.now(UTC)) < timedelta(hours=1)
    assert marked["action"] == "c2pa.watermarked.bound"


def test_a_drawn_shot_says_that_no_model_made_it(studio: Studio) -> None:
    found = studio.read(studio.signed("mp4", trained=False, mark=None, footprint=None))
    assert (found.source_types, found.made_by_ai) == ((DRAWN,), False)
    assert (found.mark, found.footprint) == (None, None)
    assert [each.name for each in found.actions] == ["c2pa.created"]


def test_a_film_places_its_shots_and_a_copy_opens_its_work(studio: Studio) -> None:
    shots = [studio.signed("mp4", f"shot{index}") for index in range(2)]
    film = studio.cut("film", *shots)
    found = studio.read(film)
    assert found.actions[0].source_type == COMPOSITE
    assert [each.name for each in found.actions[1:3]] == ["c2pa.placed", "c2pa.placed"]
    assert [(each.title, each.relationship) for each in found.root.ingredients] == [
        ("shot0.mp4", "componentOf"),
        ("shot1.mp4", "componentOf"),
    ]
    assert all(each.signer is not None and each.signer.trusted for each in found.root.walk())
    parent = Ingredient(path=film, title="the film", relationship="parentOf")
    copy = studio.signed("gif", kind="copy", ingredients=(parent,), actions=("c2pa.edited", "c2pa.transcoded"))
    found = studio.read(copy)
    assert found.state == "intact"
    assert [each.name for each in found.actions] == [
        "c2pa.opened",
        "c2pa.edited",
        "c2pa.transcoded",
        "c2pa.watermarked.bound",
    ]
    assert found.made_by_ai is True
    assert [each.title for each in found.root.walk()] == [CLAIM.title, "the film", "shot0.mp4", "shot1.mp4"]


def test_ingredients_without_a_manifest_or_with_one_beside_them(studio: Studio) -> None:
    film = studio.cut("film", studio.make("png", "bare"), studio.signed("webm", "beside"), studio.make("pdf", "notes"))
    found = studio.read(film)
    assert (found.state, found.problems) == ("intact", ())
    signed = {each.title: each.signer is not None for each in found.root.ingredients}
    assert signed == {"bare.png": False, "beside.webm": True, "notes.pdf": False}


def test_the_manifest_of_a_film_of_twenty_shots_is_small(studio: Studio) -> None:
    shot = studio.signed("mp4", "shot")
    film = studio.make("mp4", "film")
    parts = tuple(Ingredient(path=shot, title=f"shot {index}", relationship="componentOf") for index in range(20))
    signed = studio.sign(film, kind="film", ingredients=parts)
    assert len(signed.manifest) < 150_000
    assert len(studio.read(film).root.ingredients) == 20


def test_a_file_that_cannot_be_signed_stays_as_it_was(studio: Studio) -> None:
    path = studio.folder / "torn.png"
    path.write_bytes(studio.make("png").read_bytes()[:60])
    before = path.read_bytes()
    with pytest.raises(MediaError, match="cannot be signed"):
        studio.sign(path)
    assert path.read_bytes() == before
    assert sorted(each.name for each in studio.folder.iterdir()) == ["torn.png", "work.png"]


def test_a_claim_that_cannot_be_is_refused_before_anything_is_written(studio: Studio) -> None:
    path = studio.make("png")
    part = Ingredient(path=path, title="itself", relationship="parentOf")
    for wrong, words in (
        ({"mark": 1 << 64}, "64 bits"),
        ({"facts": {"frames": object()}}, "JSON"),
        ({"facts": {"score": float("nan")}}, "JSON"),
        ({"ingredients": (part, Ingredient(path=path, title="two", relationship="parentOf"))}, "copy of one work"),
        ({"ingredients": (Ingredient(path=studio.folder, title="x", relationship="componentOf"),)}, "one file"),
    ):
        with pytest.raises(InputError, match=words):
            studio.sign(path, **wrong)
    gone = Ingredient(path=studio.folder / "gone.mp4", title="gone", relationship="componentOf")
    with pytest.raises(MediaError, match="cannot be read"):
        studio.sign(path, ingredients=(gone,))
    assert read_provenance(path) is None


def test_signing_again_replaces_and_keeps_what_is_named(studio: Studio) -> None:
    path = studio.signed("png")
    studio.sign(path, title="second")
    assert studio.read(path).root.ingredients == ()
    studio.sign(path, title="third", ingredients=(Ingredient(path=path, title="second", relationship="parentOf"),))
    assert [each.title for each in studio.read(path).root.walk()] == ["third", "second"]


def test_the_least_claim_and_a_long_title(studio: Studio) -> None:
    path = studio.make("png")
    sign_file(path, Claim(title="长" * 500, kind="picture", trained=True, engine="fake"), studio.identity)
    assert studio.read(path).title == "长" * 500


def test_frames_a_second_are_exact_in_a_signed_sequence(studio: Studio) -> None:
    frame = studio.read(studio.signed("sequence")).frame
    assert frame is not None
    assert (frame.index, frame.num_frames, Fraction(frame.fps)) == (1, 3, Fraction(24))

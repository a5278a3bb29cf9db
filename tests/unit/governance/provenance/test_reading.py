"""Whose key it was, and manifests that Tianmu did not write."""

from __future__ import annotations

import io
import json
import random
from pathlib import Path
from typing import Any

import c2pa
import pytest
from cryptography import x509

from tianmu.core.errors import MediaError
from tianmu.governance import certificates
from tianmu.governance.identity import Identity, anchors, make_identity, open_identity
from tianmu.governance.provenance import read_provenance
from tianmu.governance.provenance.claims import TRAINED
from tianmu.governance.provenance.signing import SETTINGS

from .conftest import Studio

DATA = Path(__file__).parent / "data"


def foreign(studio: Studio, definition: dict[str, Any], *, url: str | None = None) -> Path:
    """A picture that another program signed, with a key of ours."""
    path = studio.make("png", "foreign")
    out = io.BytesIO()
    with c2pa.Context.from_dict(dict(SETTINGS), studio.identity.signer()) as context, path.open("rb") as file:
        builder = c2pa.Builder(definition, context=context)
        if url is not None:
            builder.set_no_embed()
            builder.set_remote_url(url)
        builder.sign("image/png", file, out)
    path.write_bytes(out.getvalue())
    return path


def created(*assertions: dict[str, Any]) -> dict[str, Any]:
    """The manifest of another program."""
    actions = {"actions": [{"action": "c2pa.created", "digitalSourceType": TRAINED, "softwareAgent": "Paint 3"}]}
    return {
        "claim_generator_info": [{"name": "Paint"}],
        "assertions": [{"label": "c2pa.actions", "data": actions}, *assertions],
    }


def test_valid_is_not_trusted_and_anchors_hold_for_one_call(studio: Studio, tmp_path: Path) -> None:
    path = studio.signed("png")
    assert studio.read(path).signer.trusted
    without = studio.read(path, anchors=())
    assert (without.state, without.signer.trusted, without.problems) == ("intact", False, ())
    open_identity(tmp_path / "others")
    assert not studio.read(path, anchors=anchors(tmp_path / "others")).signer.trusted
    assert studio.read(path, anchors=(*anchors(tmp_path / "others"), *studio.anchors)).signer.trusted
    assert not studio.read(path, anchors=()).signer.trusted


def test_a_foreign_shot_in_our_film_is_valid_and_not_trusted(studio: Studio, tmp_path: Path) -> None:
    shot = studio.make("mp4", "shot")
    make_identity(tmp_path / "others", name="Other people")
    Studio(open_identity(tmp_path / "others"), (), studio.folder).sign(shot)
    found = studio.read(studio.cut("film", shot))
    (below,) = found.root.ingredients
    assert (found.state, found.signer.trusted) == ("intact", True)
    assert below.signer is not None
    assert (below.signer.name, below.signer.trusted) == ("Other people", False)


def test_a_name_is_what_a_certificate_calls_itself(studio: Studio, tmp_path: Path) -> None:
    make_identity(tmp_path / "fake", name=studio.identity.name)
    liar = open_identity(tmp_path / "fake")
    path = studio.make("png")
    Studio(liar, (), studio.folder).sign(path)
    found = studio.read(path)
    assert found.signer.name == studio.identity.name
    assert found.signer.fingerprint == liar.fingerprint != studio.identity.fingerprint
    assert not found.signer.trusted


def test_an_expired_certificate() -> None:
    """`data/expired.png` was signed, in November 2026, with a leaf that was good for three seconds."""
    found = read_provenance(DATA / "expired.png", anchors=((DATA / "expired-root.pem").read_bytes(),))
    assert found is not None
    assert (found.state, found.signer.expired, found.signer.trusted) == ("intact", True, False)
    assert [each.code for each in found.problems] == ["signingCredential.expired"]
    assert found.signer.name == "Past studio"


def test_a_key_that_is_not_the_certificates(studio: Studio) -> None:
    stranger = certificates.new_key()
    chain_of = tuple(x509.load_pem_x509_certificates(studio.identity.chain))
    path = studio.make("png")
    Studio(Identity(chain_of, stranger), (), studio.folder).sign(path)
    found = studio.read(path)
    assert (found.state, found.signer.trusted) == ("broken", False)
    assert "claimSignature.mismatch" in {each.code for each in found.problems}


def test_other_peoples_manifests_are_read_as_far_as_they_go(studio: Studio) -> None:
    odd = [
        {"label": "com.example.thing", "data": {"a": [1, {"b": None}], "c": "x" * 5000}},
        {"label": "org.tianmu.work", "data": {"mark": 7, "kind": ["no"], "facts": "none"}},
        {"label": "c2pa.soft-binding", "data": {"alg": "io.iscc.v0", "blocks": [{"scope": {}, "value": "ISCC"}]}},
        {"label": "cawg.training-mining", "data": {"entries": "allowed"}},
        {"label": "c2pa.environmental-sustainability", "data": {"energy_kwh": {"value": -1}}},
    ]
    found = studio.read(foreign(studio, created(*odd)))
    assert (found.state, found.made_by_ai) == ("intact", True)
    assert (found.mark, found.work, found.training_mining, found.footprint) == (None, None, None, None)
    assert [(each.name, each.agent) for each in found.actions] == [("c2pa.created", "Paint 3")]
    unknown = {"actions": [{"action": "c2pa.created", "digitalSourceType": "x:/made"}]}
    plain = {"claim_generator_info": [{"name": "C"}], "assertions": [{"label": "c2pa.actions", "data": unknown}]}
    assert studio.read(foreign(studio, plain)).made_by_ai is None


def test_a_remote_manifest_is_not_fetched(studio: Studio) -> None:
    """Port 9 of this machine: whoever went there would come back with an error, and it takes no time to see none."""
    path = foreign(studio, created(), url="http://127.0.0.1:9/manifest.c2pa")
    assert b"127.0.0.1:9" in path.read_bytes()
    assert read_provenance(path) is None


def test_what_has_no_manifest_says_nothing(studio: Studio) -> None:
    for format in ("mp4", "gif", "webp", "png", "sequence", "pdf", "webm"):
        assert read_provenance(studio.make(format)) is None
    for name, content in {
        "empty.png": b"",
        "words.txt": b"a page about jumb, c2pa.assertions and c2pa.signature",
        "noise.mp4": random.Random(1).randbytes(5000),
        "half.jpg": b"\xff\xd8\xff\xe0",
        "box.mp4": b"\0\0\0\x01ftyp" + b"\xff" * 8,
    }.items():
        (studio.folder / name).write_bytes(content)
        assert read_provenance(studio.folder / name) is None, name
    with pytest.raises(MediaError, match="cannot be read"):
        read_provenance(studio.folder / "gone.mp4")


def test_a_sidecar_by_another_tools_name_is_found(studio: Studio) -> None:
    path = studio.signed("pdf")
    path.with_name(path.name + ".c2pa").rename(path.with_suffix(".c2pa"))
    assert studio.read(path).state == "intact"
    path.with_suffix(".c2pa").write_bytes(b"not a manifest")
    assert studio.read(path).state == "broken"


def test_reports_of_any_shape_are_read(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the library gives is JSON; whatever stands in it, reading ends, also where a tree leads back to itself."""
    path = studio.signed("png")
    real = c2pa.Reader.json
    row = json.loads(real(c2pa.Reader(str(path))))
    label = row["active_manifest"]
    loop = {"title": "again", "relationship": "parentOf", "active_manifest": label, "label": "c2pa.ingredient.v3"}
    fan = [{"title": f"f{n}", "active_manifest": "urn:c2pa:b", "label": f"x{n}"} for n in range(70)]
    deep = {"urn:c2pa:b": {"ingredients": [{**each, "active_manifest": "urn:c2pa:c"} for each in fan]}}
    shapes: list[dict[str, Any]] = [
        {**row, "manifests": []},
        {**row, "validation_results": None},
        {**row, "manifests": {label: {"assertions": {}, "ingredients": {}, "signature_info": []}}},
        {**row, "manifests": {label: {"ingredients": [loop]}}},
        {**row, "manifests": {label: {"ingredients": [None, 3, "x", {"active_manifest": "urn:c2pa:gone"}]}}},
        {**row, "manifests": {label: {"ingredients": fan}, **deep, "urn:c2pa:c": {"ingredients": fan}}},
        {**row, "validation_results": {"activeManifest": {"failure": [{}, 4, {"code": "com.example.odd"}]}}},
    ]
    states: list[str] = []
    for shape in shapes:
        monkeypatch.setattr(c2pa.Reader, "json", lambda self, shape=shape: json.dumps(shape))
        states.append(studio.read(path).state)
    assert states[3:] == ["broken", "broken", "broken", "broken"]

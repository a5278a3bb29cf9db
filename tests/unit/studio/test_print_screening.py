"""A film is looked at as it is printed: what only its cuts make is found, what the cut means is not minded."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.core.errors import Refused
from tianmu.core.settings import settings
from tianmu.engines.fake import FakeEngine
from tianmu.engines.protocol import Footage, Frames, Progress, ShotRequest
from tianmu.film.cut import Clip, Cut, Gap, Item, Join, Print, Title, TitleLine, Track
from tianmu.film.shot import Shot
from tianmu.film.subtitle import Subtitles
from tianmu.film.take import Take
from tianmu.governance.footprint import Meter
from tianmu.governance.policy import Override, use_policies
from tianmu.governance.provenance import read_provenance
from tianmu.governance.review.frames import FlashFinder
from tianmu.studio import print_screening
from tianmu.studio.copies import copy_stems, copy_take
from tianmu.studio.deliver.frames import write_frames
from tianmu.studio.documents import keep
from tianmu.studio.edit import cut_pictures
from tianmu.studio.edition import Edition, read_edition
from tianmu.studio.excerpts.teaser import write_teaser
from tianmu.studio.export import export_cut
from tianmu.studio.importers import parse_fountain
from tianmu.studio.marking import Leave, store_of
from tianmu.studio.plan import plan_film
from tianmu.studio.print_screening import PrintScreening, meant_in
from tianmu.studio.prints import print_cut, screen_print
from tianmu.studio.render import silent
from tianmu.studio.review import overriding
from tianmu.studio.soundtrack import Soundtrack
from tianmu.studio.standing import require_standing
from tianmu.studio.store import Project, Store
from tianmu.studio.store.ledger import read_ledger
from tianmu.studio.takes import FilmSettings, make_take

SCRIPT = """Title: Two Lamps

INT. ROOM - NIGHT #1#

MOSS, a rabbit, stands alone.
"""
RATE = Fraction(24)
LEAVE = Leave(audience="all")
WIDTH, HEIGHT = 192, 108
FILM = FilmSettings(engine="fake", pixels=(WIDTH, HEIGHT), handles=4, sound=False)


class Painter(FakeEngine):
    """White or black, as the words say, with a grey square that wanders; `flashing` changes every third frame."""

    name = "painter"

    def generate(self, request: ShotRequest, progress: Progress) -> Footage:
        return replace(super().generate(request, progress), chunks=self.painted(request))

    def painted(self, request: ShotRequest) -> Iterator[Frames]:
        words = request.prompt
        for index in range(request.num_frames):
            lit = "white" in words or ("flashing" in words and index // 3 % 2)
            frame = np.full((1, request.height, request.width, 3), 235 if lit else 0, np.uint8)
            if "black" not in words and "still" not in words:
                left = (index * 6) % (request.width - 24)
                frame[:, 10:34, left : left + 24] = 128
            yield frame


@pytest.fixture
def painter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Painter:
    info = tmp_path / "site" / "painter-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: painter\nVersion: 1\n", "utf-8")
    (info / "entry_points.txt").write_text("[tianmu.engines]\npainter = painter_engine:Painter\n", "utf-8")
    monkeypatch.syspath_prepend(str(info.parent))
    monkeypatch.setitem(sys.modules, "painter_engine", sys.modules[__name__])
    return Painter()


def take_of(project: Project, painter: Painter, slate: str, prompt: str, frames: int = 48) -> Take:
    request = ShotRequest(prompt=prompt, num_frames=frames, fps=RATE, width=WIDTH, height=HEIGHT, seed=1)
    shot = Shot(slate=slate, prompt=prompt, seconds=Fraction(frames, 24))
    return make_take(project, shot, request, painter)


def clip(take: Take, start: int, frames: int, slate: str = "") -> Clip:
    return Clip(
        slate=slate or take.slate,
        take=take.id,
        film=take.film,
        start=start,
        num_frames=frames,
        available=take.num_frames,
    )


def cut_of(*items: Item, joins: tuple[Join, ...] = (), name: str = "Two Lamps") -> Cut:
    return Cut(name=name, fps=RATE, width=WIDTH, height=HEIGHT, tracks=(Track(name="V1", items=items, joins=joins),))


def flashing(project: Project, painter: Painter) -> Cut:
    """Two calm takes, cut so that the light changes every third frame."""
    light, dark = take_of(project, painter, "1A", "a white room"), take_of(project, painter, "1B", "a dark room")
    return cut_of(*(clip(light if index % 2 else dark, 3 * index, 3) for index in range(16)))


def printed(project: Project, cut: Cut, leave: Leave = LEAVE) -> Print:
    with Meter(settings().home, None) as meter:
        track = Soundtrack(sound=None, subtitles=Subtitles(), fps=RATE, target="ebu", footprint=meter.footprint)
    return print_cut(project, cut, track, "inputs", leave, silent)


def looked_at(project: Project, cut: Cut) -> list[tuple[str, int | None, int | None]]:
    screening = PrintScreening(project, cut, "all")
    screening.settle()
    assert screening.verdict is not None
    return [(each.category, each.first_frame, each.last_frame) for each in screening.verdict.findings]


@pytest.mark.parametrize("policy", ["broadcast", "children"])
def test_flashes_that_only_the_cuts_make_are_refused_and_nothing_is_kept(
    project: Project, painter: Painter, policy: str
) -> None:
    use_policies(["general", policy], settings().home)
    cut = flashing(project, painter)
    files = set(project.media.files())
    with pytest.raises(Refused) as caught:
        printed(project, cut)
    assert (caught.value.rule, caught.value.decision) == ("flash", "refuse")
    sentence = caught.value.explain()
    assert sentence.startswith(f"The film Two Lamps, as it is cut: The rule flash ({policy} 2) refuses 4 flashes in a")
    assert "frames 3 to 45 (0.12 s to 1.88 s), shots 1A to 1B" in sentence
    assert "tianmu learn flashes" in sentence
    assert project.read(Print) is None
    assert set(project.media.files()) == files
    assert not [row for row in read_ledger(store_of(project)) if row.entry.kind == "print"]


def test_where_they_are_allowed_the_print_says_it_and_its_manifest_and_the_ledger_too(
    project: Project, painter: Painter
) -> None:
    made = printed(project, flashing(project, painter))
    (note,) = made.review
    assert note.startswith("Rule flash: more than three flashes a second")
    assert made.verdict["decision"] == "label"
    stored = project.read(Print)
    assert stored is not None
    assert stored.value == made
    (entry,) = [row.entry for row in read_ledger(store_of(project)) if row.entry.kind == "print"]
    assert entry.facts["review"]["rules"] == ["flash"]
    signed = read_provenance(project.media.path(made.film))
    assert signed is not None
    assert signed.work is not None
    assert signed.work.facts["review"] == entry.facts["review"]


def test_a_print_is_judged_again_when_the_policies_change_and_not_looked_at_again(
    project: Project, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = flashing(project, painter)
    before = printed(project, cut)
    monkeypatch.setattr(FlashFinder, "add", lambda *_: pytest.fail("it was looked at again"))
    assert printed(project, cut).film == before.film
    use_policies(["general", "broadcast"], settings().home)
    for again in (lambda: printed(project, cut), lambda: screen_print(project, before, cut, LEAVE)):
        with pytest.raises(Refused, match="The rule flash"):
            again()
    kept = project.read(Print)
    assert kept is not None
    assert kept.value == before


def test_a_print_from_before_anybody_looked_is_looked_at_and_its_file_stays(project: Project, painter: Painter) -> None:
    cut = flashing(project, painter)
    before = printed(project, cut)
    stored = project.read(Print)
    assert stored is not None
    project.write(replace(before, verdict={}, review=()), expected=stored.version)
    again = printed(project, cut)
    assert (again.film, again.review) == (before.film, before.review)
    assert again.verdict["findings"] == before.verdict["findings"]


def test_a_person_lets_a_print_through_and_it_stays_so_while_the_policy_does(
    project: Project, painter: Painter, tmp_path: Path
) -> None:
    home = settings().home
    (home / "policies").mkdir(parents=True)
    (home / "policies" / "own.yaml").write_text(
        "schema: tianmu.policy.1\nname: own\nversion: 1\ntitle: {en: Own, zh: 自定}\nrules:\n"
        "  - {id: strobe, version: 1, when: 'categories[\"frames/flash\"] >= 0.5', decision: person,\n"
        "     reason: {en: it flashes, zh: 有闪光}, allowed: {en: slower, zh: 更慢}, source: practice}\n",
        "utf-8",
    )
    use_policies(["own"], home)
    cut = flashing(project, painter)
    with pytest.raises(Refused, match=r"wants a person to look before 4 flashes.* is shown.*--override strobe"):
        printed(project, cut)
    with overriding([Override(rule="strobe", by="Mara Lin", role="producer", because="a club scene")]):
        made = printed(project, cut)
    assert made.review == ("The rule strobe was overridden by Mara Lin, producer: a club scene.",)
    assert screen_print(project, made, cut, LEAVE).verdict == made.verdict
    with Store.open(home) as store:
        entries = [row.entry for row in read_ledger(store) if row.entry.kind == "override"]
    assert [entry.subject for entry in entries] == ["strobe"]


def test_titles_credits_fades_and_gaps_are_meant_and_black_between_takes_is_not(
    project: Project, painter: Painter
) -> None:
    use_policies(["broadcast"], settings().home)
    light = take_of(project, painter, "1A", "a white room")
    black = take_of(project, painter, "1B", "a black room")
    words = (TitleLine(text="Two Lamps", role="title"),)
    meant = cut_of(
        Title(lines=words, num_frames=60),
        clip(light, 0, 48),
        Gap(num_frames=30),
        clip(light, 0, 48),
        Title(lines=words, num_frames=72, style="credits"),
        joins=(
            Join(at=0, style="fade", num_frames=12),
            Join(at=1, style="fade", num_frames=24),
            Join(at=4, style="fade", num_frames=24),
        ),
    )
    assert looked_at(project, meant) == []
    assert printed(project, meant).review == ()
    hole = cut_of(clip(light, 0, 24), clip(black, 0, 14), clip(black, 20, 14), clip(light, 24, 24), name="Hole")
    assert looked_at(project, hole) == [("frames/black", 24, 51)]
    (note,) = printed(project, hole).review
    assert "black, frames 24 to 51 (1.00 s to 2.12 s), shot 1B" in note


def test_a_frozen_stretch_of_the_cut_is_said_unless_its_words_ask_for_stillness(
    project: Project, painter: Painter
) -> None:
    light = take_of(project, painter, "1A", "a white room")
    slow = replace(clip(light, 0, 50), speed=Fraction(1, 100))
    assert looked_at(project, cut_of(clip(light, 0, 24), slow)) == [("frames/frozen", 24, 73)]
    still = take_of(project, painter, "1B", "a still white wall", 60)
    assert looked_at(project, cut_of(clip(light, 0, 24), clip(still, 0, 60))) == []


def test_the_pictures_pass_through_as_they_are(project: Project, painter: Painter) -> None:
    cut = flashing(project, painter)
    media = project.media
    pictures = list(cut_pictures(cut, media.path))
    assert [id(each) for each in PrintScreening(project, cut, "all").over(iter(pictures))] == [
        id(each) for each in pictures
    ]


def test_the_last_picture_does_not_come_before_it_is_decided(project: Project, painter: Painter) -> None:
    use_policies(["broadcast"], settings().home)
    cut = flashing(project, painter)
    seen = PrintScreening(project, cut, "all").over(cut_pictures(cut, project.media.path))
    came: list[int] = []
    with pytest.raises(Refused):
        came.extend(len(picture.shape) for picture in seen)
    assert len(came) == cut.num_frames - 1


LENGTHS = st.lists(st.tuples(st.sampled_from(["clip", "card", "gap", "lower"]), st.integers(4, 40)), min_size=1)


@given(LENGTHS, st.integers(0, 8))
def test_every_frame_of_a_title_or_a_gap_is_meant_and_of_a_clip_only_its_fades(
    parts: list[tuple[str, int]], fade: int
) -> None:
    words = (TitleLine(text="A"),)
    kinds: dict[str, Item] = {
        "clip": Clip(slate="1A", take="t", film="f", start=0, num_frames=1, available=99),
        "card": Title(lines=words, num_frames=1),
        "gap": Gap(num_frames=1),
        "lower": Title(lines=words, num_frames=1, style="lower_third"),
    }
    items = [replace(kinds[kind], num_frames=frames) for kind, frames in parts]
    fades = tuple(Join(at=at, style="fade", num_frames=fade) for at in range(len(items) + 1) if fade)
    meant = meant_in(cut_of(*items, joins=fades))["frames/black"]
    at = 0
    for index, (kind, frames) in enumerate(parts):
        head = fade if index == 0 else fade // 2
        tail = fade if index == len(parts) - 1 else fade - fade // 2
        for frame in range(frames):
            expected = kind in ("card", "gap") or frame < head or frame >= frames - tail
            assert print_screening._lies_in(at + frame, meant) is expected  # pyright: ignore[reportPrivateUsage]
        at += frames


def test_a_kept_take_is_judged_by_the_policies_in_force_and_no_frame_is_decoded(
    project: Project, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = take_of(project, painter, "1A", "a flashing room")
    monkeypatch.setattr("tianmu.media.video.read_video", lambda *_: pytest.fail("it was decoded"))
    assert require_standing(project, [take, take]) == ()
    use_policies(["general", "children"], settings().home)
    with pytest.raises(Refused) as caught:
        require_standing(project, [take])
    sentence = caught.value.explain()
    assert sentence.startswith(
        "The take 1A/1, judged again by the rules in force now, may not be used (tianmu retake 1A makes another): "
        "The rule flash (children 2) refuses"
    )
    assert "flashes in a second, frames 3 to 45 (0.12 s to 1.88 s)" in sentence
    use_policies(["china"], settings().home)
    assert require_standing(project, [take]) == ()


def test_a_note_of_a_new_policy_names_the_take(project: Project, painter: Painter) -> None:
    use_policies(["china"], settings().home)
    take = take_of(project, painter, "1A", "a flashing room")
    use_policies(["general"], settings().home)
    (note,) = require_standing(project, [take])
    assert note.startswith("Take 1A/1: Rule flash: more than three flashes a second")


def test_what_was_never_looked_for_is_looked_for_once(
    project: Project, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tianmu.governance.review.frames.picture import Sight

    take = take_of(project, painter, "1A", "a white room")
    looks: list[int] = []

    def reads(self: object, frame: Frames) -> Sight:
        looks.append(1)
        return Sight(0.97, "SALE")

    monkeypatch.setattr("tianmu.governance.review.frames.lettering.LetteringFinder.look", reads)
    use_policies(["general", "broadcast"], settings().home)
    said, rule = require_standing(project, [take])
    assert said == (
        "Take 1A/1 had never been looked at for: letters that a model drew into the picture; its frames were looked "
        "at now."
    )
    assert rule.startswith("Take 1A/1: Rule text: ")
    assert "text “SALE” (0.97)" in rule
    assert looks
    looks.clear()
    assert require_standing(project, [take]) == (rule,)
    assert looks == []


def test_what_a_person_let_through_stays_so_until_the_policy_that_asked_changes(
    project: Project, painter: Painter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tianmu.governance.review.frames.picture import Sight

    with monkeypatch.context() as patch:
        patch.setattr("tianmu.governance.review.frames.nudity.NudityFinder.look", lambda *_: Sight(0.93))
        with overriding([Override(rule="nudity", by="Mara Lin", role="producer", because="a statue")]):
            take = take_of(project, painter, "1A", "a white room")
    use_policies(["general", "broadcast"], settings().home)
    assert "Take 1A/1: The rule nudity was overridden by Mara Lin, producer: a statue." in require_standing(
        project, [take]
    )
    use_policies(["children"], settings().home)
    with pytest.raises(Refused, match="children 2"):
        require_standing(project, [take])


@pytest.fixture
def film(project: Project, painter: Painter, monkeypatch: pytest.MonkeyPatch) -> Cut:
    """A film whose cuts flash, printed under the general policy, with all that an edition reads."""
    plan_film(parse_fountain(SCRIPT), project, FILM)
    keep(project, FILM)
    cut = flashing(project, painter)
    printed(project, cut)
    return cut


def edition_of(project: Project) -> Edition:
    return read_edition(project, LEAVE)


def test_a_form_of_a_printed_film_is_not_looked_at_again_and_says_the_same(
    project: Project, film: Cut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FlashFinder, "add", lambda *_: pytest.fail("it was looked at again"))
    written = write_frames(edition_of(project), tmp_path, silent)
    kept = project.read(Print)
    assert kept is not None
    assert set(kept.value.review) <= set(written.notes)
    use_policies(["general", "broadcast"], settings().home)
    with pytest.raises(Refused, match="The film Two Lamps, as it is cut: The rule flash"):
        write_frames(edition_of(project), tmp_path / "again", silent)
    assert not (tmp_path / "again").exists()


def test_a_teaser_is_a_cut_of_its_own_and_is_looked_at(
    project: Project, film: Cut, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    look = FlashFinder.add
    monkeypatch.setattr(FlashFinder, "add", lambda self, index, small: (seen.append(index), look(self, index, small)))
    write_teaser(edition_of(project), tmp_path, silent)
    assert seen


def test_an_export_refuses_a_take_that_the_rules_in_force_refuse(
    project: Project, painter: Painter, tmp_path: Path
) -> None:
    plan_film(parse_fountain(SCRIPT), project, FILM)
    keep(project, FILM)
    take = take_of(project, painter, "1A", "a flashing room")
    keep(project, cut_of(clip(take, 0, 48)))
    use_policies(["broadcast"], settings().home)

    def export() -> None:
        export_cut(edition_of(project), tmp_path / "out", ("srt",), copy=copy_take, copy_stems=copy_stems)

    with pytest.raises(Refused, match=r"The take 1A/1, judged again .*The rule flash"):
        export()
    assert not (tmp_path / "out").exists()
    with pytest.raises(Refused, match="The take 1A/1"):
        copy_take(project, take, tmp_path / "take.mp4", leave=LEAVE)
    assert not (tmp_path / "take.mp4").exists()
    use_policies(["general"], settings().home)
    export()

"""A copy of a registered work is found, an own work is not, and the registry keeps no work itself."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from tianmu.core.errors import InputError, MediaError, Refused
from tianmu.governance.registry import CATEGORY
from tianmu.governance.similarity import fingerprint
from tianmu.media.image import Frame, write_png
from tianmu.media.video import write_video
from tianmu.studio.importers import read_screenplay
from tianmu.studio.protected import add_work, check_file, near_protected, read_works, remove_work
from tianmu.studio.review import require, review_screenplay
from tianmu.studio.store import Store
from tianmu.studio.store.ledger import read_ledger

EXAMPLES = Path(__file__).parents[3] / "examples"
WHO = {"title": "Blue", "owner": "Li Wei", "because": "not ours"}


def pattern(seed: int) -> Frame:
    noise = np.random.default_rng(seed).integers(0, 256, (9, 16, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(noise, (160, 90), interpolation=cv2.INTER_CUBIC), np.uint8)


def test_a_picture_in_a_film_and_a_film_in_a_picture(tmp_path: Path) -> None:
    home = tmp_path / "home"
    picture, film, other = tmp_path / "a.png", tmp_path / "a.mp4", tmp_path / "b.png"
    write_png(picture, pattern(1))
    write_png(other, pattern(9))
    write_video(film, [*[pattern(2)] * 8, *[pattern(1)] * 8], Fraction(2))
    assert near_protected(fingerprint([pattern(1)]), home) == ()
    work = add_work(home, picture, **WHO)
    assert add_work(home, picture, **WHO) == work
    assert check_file(home, other) == ()
    (again,) = check_file(home, picture)
    assert (again.exact, again.score) == (True, 1.0)
    (within,) = check_file(home, film)
    assert not within.exact
    assert within.score > 0.7
    (seen,) = near_protected(fingerprint([pattern(1)[:, ::-1]]), home)
    assert seen.finding.category == CATEGORY
    assert "something near “Blue” of Li Wei: it looks the same" in seen.finding.detail
    whole = add_work(home, film, **{**WHO, "title": "Film"})
    assert len(whole.pieces) == 2
    assert {match.title for match in check_file(home, picture)} == {"Blue", "Film"}
    assert "in its part 2 of 2" in next(match.detail for match in check_file(home, picture) if match.title == "Film")
    remove_work(home, whole.id[:8])
    assert read_works(home) == (work,)
    with Store.open(home) as store:
        kinds = [row.entry.facts.get("change") for row in read_ledger(store) if row.entry.kind == "protect"]
    assert kinds == ["added", "added", "removed"]


def test_a_passage_in_a_script(tmp_path: Path) -> None:
    home, script = tmp_path / "home", EXAMPLES / "lighthouse.fountain"
    work = add_work(home, script, **WHO)
    for other in ("guest.fountain", "mobanche.fountain", "texts/aesop.txt", "texts/guwen.txt"):
        assert check_file(home, EXAMPLES / other) == (), other
    words = script.read_text("utf-8").split()
    mine = " ".join(f"own{number}" for number in range(300))
    (match,) = near_protected(f"{mine} {' '.join(words[80:120])} {mine}", home)
    assert match.work == work.id
    assert near_protected(f"{mine} {' '.join(words[80:95])} {mine}", home) == (), "an echo is no copy"
    chinese = add_work(home, EXAMPLES / "texts/guwen.txt", **{**WHO, "title": "古文"})
    text = (EXAMPLES / "texts/guwen.txt").read_text("utf-8")
    (found,) = near_protected(text[300:400], home)
    assert found.work == chinese.id
    assert "自己写的" not in text


def test_bad_input(tmp_path: Path) -> None:
    home, flat = tmp_path / "home", tmp_path / "flat.png"
    write_png(flat, np.full((40, 40, 3), 90, np.uint8))
    with pytest.raises(InputError, match="nothing to be known again by"):
        add_work(home, flat, **WHO)
    (tmp_path / "short.txt").write_text("Too short.", encoding="utf-8")
    with pytest.raises(InputError, match="nothing to be known again by"):
        add_work(home, tmp_path / "short.txt", **WHO)
    with pytest.raises(InputError, match="--owner"):
        add_work(home, flat, title="a", owner=" ", because="b")
    for name in ("none.txt", "none.png", "none.mp4", "none.fdx"):
        with pytest.raises(MediaError):
            add_work(home, tmp_path / name, **WHO)
    with pytest.raises(InputError, match="no protected work 'ff'"):
        remove_work(home, "ff")
    (home / "protected").mkdir(parents=True)
    (home / "protected" / "a.json").write_text("{", encoding="utf-8")
    with pytest.raises(MediaError, match="cannot be read"):
        read_works(home)


def test_a_screenplay_is_reviewed_against_the_registry(tmp_path: Path) -> None:
    home = tmp_path / "home"
    screenplay = read_screenplay(EXAMPLES / "lighthouse.fountain")
    assert review_screenplay(screenplay, home=home).decision == "allow"
    add_work(home, EXAMPLES / "lighthouse.fountain", **WHO)
    verdict = review_screenplay(screenplay, home=home)
    assert [ruling.rule for ruling in verdict.rulings] == ["copying"]
    with pytest.raises(Refused, match=f"something near “{WHO['title']}”"):
        require(verdict, home)
    assert review_screenplay(read_screenplay(EXAMPLES / "guest.fountain"), home=home).decision == "allow"

"""May this be made: refused before an engine is loaded, let through by a person with their name in the ledger."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from tianmu.core.errors import InputError, Refused
from tianmu.core.settings import settings
from tianmu.engines.protocol import ShotRequest
from tianmu.film.screenplay import Action, Heading, Line, Screenplay, ScriptScene, Speech
from tianmu.governance.policy import Override, use_policies
from tianmu.studio.importers.file import read_screenplay
from tianmu.studio.render import render_take
from tianmu.studio.review import overriding, parse_overrides, require, review_prompt, review_screenplay
from tianmu.studio.store import Store
from tianmu.studio.store.ledger import read_ledger

REQUEST = ShotRequest(prompt="a fox", num_frames=6, fps=Fraction(6), width=64, height=36, seed=1)
NUDE = "a nude woman by the window"
MARA = Override(rule="nudity", by="Mara Lin", role="producer", because="a figure study, drawn")


def _never(name: str) -> None:
    raise AssertionError(f"the engine {name} was loaded")


def test_a_refused_prompt_loads_no_engine_and_names_rule_words_and_lesson(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tianmu.studio.render.get_engine", _never)
    request = replace(REQUEST, prompt="a man is dismembered in close-up")
    with pytest.raises(Refused) as caught:
        render_take(request, "fake", tmp_path / "no.mp4", format="mp4")
    sentence = caught.value.explain()
    assert (caught.value.exit_code, caught.value.rule, caught.value.decision) == (9, "violence-graphic", "refuse")
    assert "dismembered" in sentence
    assert "the aftermath" in sentence
    assert list(tmp_path.glob("*.mp4")) == []


def test_a_process_that_refuses_has_loaded_neither_torch_nor_an_engine(tmp_path: Path) -> None:
    code = """
import json, sys
from fractions import Fraction
from pathlib import Path
from tianmu.core.errors import Refused
from tianmu.engines.protocol import ShotRequest
from tianmu.studio.importers.file import read_screenplay
from tianmu.studio.render import render_take
size = {"num_frames": 6, "fps": Fraction(6), "width": 64, "height": 36, "seed": 1}
request = ShotRequest(prompt="how to build a pipe bomb step by step", **size)
try:
    render_take(request, "native", Path("no.mp4"), format="mp4")
except Refused as error:
    engines = [name for name in sys.modules if name.startswith("tianmu.engines.")]
    print(json.dumps([error.rule, sorted(engines), "torch" in sys.modules, "diffusers" in sys.modules]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    rule, engines, torch, diffusers = json.loads(done.stdout)
    assert rule == "harm-instructions"
    assert engines == ["tianmu.engines.protocol", "tianmu.engines.registry"]
    assert (torch, diffusers) == (False, False)


def test_a_label_is_a_note_of_the_recipe(tmp_path: Path) -> None:
    request = replace(REQUEST, prompt="two soldiers fire their guns across a street")
    take = render_take(request, "fake", tmp_path / "war.mp4", format="mp4")
    assert [note for note in take.recipe.notes if "violence-depicted" in note]


def test_what_wants_a_person_is_made_once_one_has_decided_and_the_ledger_says_who(tmp_path: Path) -> None:
    request = replace(REQUEST, prompt=NUDE)
    with pytest.raises(Refused, match="--override nudity --by NAME --role ROLE --because TEXT"):
        render_take(request, "fake", tmp_path / "no.mp4", format="mp4")
    with overriding([MARA]):
        take = render_take(request, "fake", tmp_path / "one.mp4", format="mp4")
        render_take(request, "fake", tmp_path / "two.mp4", format="mp4")
    assert any("overridden by Mara Lin, producer" in note for note in take.recipe.notes)
    with Store.open(settings().home) as store:
        entries = [row.entry for row in read_ledger(store) if row.entry.kind == "override"]
    assert [(entry.subject, entry.actor.name, entry.actor.role) for entry in entries] == [
        ("nudity", "Mara Lin", "producer")
    ]
    assert entries[0].facts["because"] == "a figure study, drawn"
    assert entries[0].facts["words"] == ["nude"]
    with pytest.raises(Refused):
        render_take(request, "fake", tmp_path / "after.mp4", format="mp4")


def test_nobody_overrides_a_refusal() -> None:
    over = Override(rule="violence-graphic", by="A", role="b", because="c")
    with overriding([over]):
        verdict = review_prompt("a man is dismembered in close-up")
    assert verdict.decision == "refuse"


def test_an_override_names_who_in_which_role_and_why() -> None:
    assert parse_overrides(["nudity"], "Mara Lin", "producer", "a study") == (replace(MARA, because="a study"),)
    with pytest.raises(InputError, match="--because"):
        parse_overrides(["nudity"], "Mara Lin", "producer", " ")
    with pytest.raises(InputError, match="--override RULE"):
        parse_overrides([], "Mara Lin", None, None)


def test_a_negative_prompt_may_name_harm_but_not_ask_for_no_clothes() -> None:
    assert review_prompt("a fox", "blood, gore, dismembered bodies").decision == "allow"
    assert review_prompt("a woman", "clothes, underwear").decision == "person"


def test_special_subjects_want_a_person_only_where_the_work_is_for_china() -> None:
    prompt = "公安刑侦剧：专案组破获贩毒大案"
    assert review_prompt(prompt, audience="all").decision in ("allow", "label")  # a label says: violence
    assert review_prompt(prompt, audience="cn").decision == "person"
    assert review_prompt("一名警察扶老人过马路", audience="cn").decision == "allow"


def test_the_policies_in_use_decide() -> None:
    prompt = "a man shoots his rival with a pistol"
    assert review_prompt(prompt).decision == "label"
    use_policies(["general", "children"], settings().home)
    assert review_prompt(prompt).decision == "refuse"


def test_a_screenplay_is_reviewed_line_by_line_with_places() -> None:
    screenplay = Screenplay(
        scenes=(
            ScriptScene(number="1", heading=Heading(text="EXT. SNOWFIELD - DAWN"), elements=(Action(text="A fox."),)),
            ScriptScene(
                number="2",
                heading=Heading(text="INT. CELL - NIGHT"),
                elements=(
                    Action(text="The man is dismembered."),
                    Speech(character="MARA", lines=(Line(text="Donald Trump did it."),)),
                ),
            ),
        )
    )
    verdict = review_screenplay(screenplay)
    assert {finding.category: finding.detail for finding in verdict.findings} == {
        "violence/graphic": "scene 2, action",
        "people/public": "scene 2, MARA",
    }
    with pytest.raises(Refused, match="scene 2, action"):
        require(verdict)


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[3] / "examples").rglob("*.[tf][xo][tu]*")), ids=str)
def test_no_example_is_refused_or_held_up(path: Path) -> None:
    assert review_screenplay(read_screenplay(path), "cn").decision in ("allow", "label")

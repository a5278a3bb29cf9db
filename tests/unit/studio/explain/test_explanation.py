"""A take of a tiny untrained network, opened: page, numbers, replay, signature; and engines that cannot be opened."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
import torch

from tianmu.core.errors import InputError, OutputError
from tianmu.engines.native import NativeEngine
from tianmu.engines.protocol import plan_request
from tianmu.engines.registry import get_engine
from tianmu.film.shot import Shot
from tianmu.governance.provenance import read_provenance
from tianmu.model.codec import Codec, CodecConfig
from tianmu.model.text import Tokenizer
from tianmu.model.transformer import Transformer, TransformerConfig
from tianmu.model.weights import NativeModel
from tianmu.studio.explain import NUMBERS, PAGE, explain_take, find_target, verdicts
from tianmu.studio.render import render_take
from tianmu.world.captions import vocabulary


@pytest.fixture
def fox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A film of half a second that a network with random weights has made."""
    torch.manual_seed(0)
    tokenizer = Tokenizer(vocabulary("en"))
    config = TransformerConfig(num_words=len(tokenizer), channels=4, width=32, depth=1, heads=2, text_depth=1)
    transformer = Transformer(config).eval()
    torch.nn.init.normal_(transformer.outward.weight, std=0.3)
    model = NativeModel(
        transformer=transformer,
        distilled=None,
        codec=Codec(CodecConfig(channels=4, width=16, blocks=1)).eval(),
        tokenizer=tokenizer,
        upscaler=None,
        info={"cast": ["fox"], "sizes": {"16:9": (64, 112), "1:1": (64, 64)}, "steps": 2, "guidance": 1.0}
        | {"sampler": "euler", "name": "tiny"},
        digest="d" * 64,
    )
    engine = NativeEngine(model)

    def chosen(name: str) -> object:
        return engine if name == "native" else get_engine(name)

    for module in ("studio.render", "studio.explain.explanation", "studio.explain.nearest"):
        monkeypatch.setattr(f"tianmu.{module}.get_engine", chosen)
    shot = Shot(prompt="a red fox runs in a forest at night", seconds=Fraction(1, 2))
    request = plan_request(shot, engine.capabilities, seed=4)
    render_take(request, "native", tmp_path / "fox.mp4", format="mp4")
    return tmp_path / "fox.mp4"


def test_a_take_is_opened(fox: Path, tmp_path: Path) -> None:
    target = find_target(str(fox), None, None)
    told = explain_take(target.name, target.recipe, tmp_path / "opened")
    page, row = (tmp_path / "opened" / PAGE).read_text("utf-8"), json.loads((tmp_path / "opened" / NUMBERS).read_text())
    assert row["replay"]["same"] is True
    assert row["replay"]["frames_sha256"] == target.recipe.frames_sha256
    assert [phrase["fact"] for phrase in row["phrases"]].count("subject") == 1
    assert len(row["nearest"]) == 4
    assert page.count("<video") == len(row["phrases"])
    assert "was not fitted for these weights" in re.sub(r"\s+", " ", page)
    assert all(said in page for said in verdicts(told))
    fetched = re.findall(r'(?:src|href)="(?!data:)', page)
    assert not fetched
    assert len(page) < 8_000_000


def test_the_page_is_labelled_and_signed_beside_it(fox: Path, tmp_path: Path) -> None:
    target = find_target(f"{fox}.recipe.json", None, None)
    explain_take(target.name, target.recipe, tmp_path / "opened")
    page = tmp_path / "opened" / PAGE
    signed = read_provenance(page)
    assert signed is not None
    assert signed.made_by_ai is True
    assert 'name="AIGC"' in page.read_text("utf-8")
    with pytest.raises(OutputError, match="holds other files"):
        explain_take(target.name, target.recipe, tmp_path / "opened")


def test_an_engine_that_cannot_be_opened_is_named(fox: Path, tmp_path: Path) -> None:
    recipe = replace(find_target(str(fox), None, None).recipe, engine="fake")
    with pytest.raises(InputError, match="'fake' cannot be opened"):
        explain_take("fox", recipe, tmp_path / "opened")
    assert not (tmp_path / "opened").exists()


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        find_target(str(tmp_path / "no.mp4"), None, None)

"""What the end credits say, in the language of the title."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from tianmu.film.cut import TitleLine
from tianmu.film.screenplay import Heading, Screenplay, ScriptScene
from tianmu.film.take import Take
from tianmu.studio.assembly import Filmed
from tianmu.studio.credits import credit_lines
from tianmu.studio.plan import Plan

TAKE = Take(
    id="t", key="k", seed=0, engine="animatic", slate="1A", number=1, film="f", recipe="r", thumbnail="t", num_frames=1,
    fps=Fraction(24), width=64, height=36, bytes=1, seconds_taken=1,
)  # fmt: skip


def lines(plan: Plan, *, screenplay: Screenplay | None = None, engine: str = "animatic") -> list[TitleLine]:
    filmed = [Filmed(shot=shot, take=replace(TAKE, engine=engine)) for shot in plan.shots.shots]
    return list(credit_lines(screenplay or plan.screenplay, plan.assets, filmed))


def test_credits_name_the_writer_the_cast_the_engine_and_the_sprites(ice: Plan) -> None:
    said = [(line.role, line.text) for line in lines(ice)]
    assert said == [
        ("heading", "Written by"),
        ("body", "A. Writer"),
        ("heading", "Cast"),
        ("body", "EMBER\tfox"),
        ("body", "MOSS\trabbit"),
        ("heading", "Pictures made by"),
        ("body", "the Tianmu animated stage"),
        ("heading", "Sprites"),
        ("body", "Fluent Emoji © Microsoft (MIT)"),
    ]


def test_a_chinese_title_has_chinese_credits(ice: Plan) -> None:
    page = (("Title", "冰上两人"), ("Author", "佚名"))
    said = [line.text for line in lines(ice, screenplay=replace(ice.screenplay, title_page=page), engine="native")]
    assert said == [
        *("编剧", "佚名", "角色", "EMBER\t狐狸", "MOSS\t兔子", "画面生成", "天幕世界模型"),
        *("角色图像", "Fluent Emoji © Microsoft (MIT)"),
    ]


def test_without_a_title_the_first_heading_says_the_language(ice: Plan) -> None:
    scenes = (ScriptScene(number="1", heading=Heading(text="内景. 厨房 - 夜")),)
    said = [line.text for line in lines(ice, screenplay=Screenplay(scenes=scenes))]
    assert said[:1] == ["角色"]  # and nobody wrote it


def test_each_engine_is_named_once_and_one_from_elsewhere_by_its_name(ice: Plan) -> None:
    shots = ice.shots.shots
    filmed = [
        Filmed(shot=shots[index], take=replace(TAKE, engine=engine))
        for index, engine in enumerate(("x", "native", "x"))
    ]
    said = [line.text for line in credit_lines(ice.screenplay, ice.assets, filmed)]
    assert said[said.index("Pictures made by") + 1 : said.index("Sprites")] == ["x", "the Tianmu world model"]

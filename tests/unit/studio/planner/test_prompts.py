"""Prompts by law: whatever stands in a picture, the world's parser reads it back exactly."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.film.asset import Asset, AssetVersion
from tianmu.film.shot import SHOT_SIZES, Performer, Shot
from tianmu.studio.planner import planned_scene, write_prompt
from tianmu.studio.planner.casting import SET_WORDS
from tianmu.studio.planner.prompts import FRAMING
from tianmu.world.expand import expand
from tianmu.world.lexicon import article, wordings
from tianmu.world.scene import ACTIONS, CAMERAS, LOOKS, SETTINGS, TIMES, WEATHERS, cast


@st.composite
def pictures(draw: st.DrawFn) -> tuple[Shot, dict[str, Asset]]:
    """Any shot that the planner's parts can make, and its assets; players may be the same."""
    keys = draw(st.lists(st.sampled_from(sorted(cast())), max_size=3))
    if keys and draw(st.booleans()):
        keys = [keys[0]] * len(keys)
    players: list[Asset] = []
    for number, key in enumerate(keys):
        noun = wordings("en")["subjects"][key][0]
        version = AssetVersion(number=1, words=f"{article(noun)} {noun}", subject=key)
        players.append(Asset(id=f"player-{number}", kind="character", name=key, versions=(version,)))
    acting = draw(st.integers(0, len(players)))
    setting = draw(st.sampled_from(SETTINGS))
    place = AssetVersion(number=1, words=SET_WORDS[setting], setting=setting)
    look = AssetVersion(number=1, words=wordings("en")["looks"][draw(st.sampled_from(LOOKS))][1])
    assets = [
        *players,
        Asset(id="set", kind="set", name="set", versions=(place,)),
        Asset(id="style", kind="style", name="style", versions=(look,)),
    ]
    indoors = setting in ("room", "stage", "moon")
    setups = ("establishing", "action", "insert", "two_shot", "single") + ("over_shoulder",) * (acting == 2)
    shot = Shot(
        prompt="to be written",
        setup=draw(st.sampled_from(setups)),  # type: ignore[arg-type]
        size=draw(st.sampled_from(SHOT_SIZES)),
        move=draw(st.sampled_from(CAMERAS)),  # type: ignore[arg-type]
        performers=tuple(
            Performer(
                asset=player.id,
                action=draw(st.sampled_from(ACTIONS)),
                direction=draw(st.sampled_from(("left", "right"))),
            )
            for player in players[:acting]
        ),
        props=tuple(player.id for player in players[acting:]),
        set="set",
        style=draw(st.sampled_from((None, "style"))),
        time=draw(st.sampled_from(TIMES)),
        weather="clear" if indoors else draw(st.sampled_from(WEATHERS)),
    )
    return shot, {asset.id: asset for asset in assets}


@given(pictures())
@settings(max_examples=150)
def test_the_world_reads_back_what_is_in_the_picture(picture: tuple[Shot, dict[str, Asset]]) -> None:
    shot, assets = picture
    expansion = expand(write_prompt(shot, assets))
    assert expansion.scene == planned_scene(shot, list(assets.values())), write_prompt(shot, assets)
    assert expansion.replaced == ()
    assert not expansion.reading.unknown


def test_it_reads_as_a_sentence() -> None:
    fox = AssetVersion(number=1, words="a fox", subject="fox")
    street = AssetVersion(number=1, words="a city street", setting="city")
    assets = {
        "a": Asset(id="a", kind="character", name="A", versions=(fox,)),
        "b": Asset(id="b", kind="character", name="B", versions=(fox,)),
        "s": Asset(id="s", kind="set", name="S", versions=(street,)),
    }
    shot = Shot(
        prompt="to be written",
        setup="action",
        size="wide",
        move="pan_left",
        performers=(
            Performer(asset="a", action="runs", direction="left"),
            Performer(asset="b", direction="left", action="walks"),
        ),
        set="s",
        time="dusk",
        weather="rain",
    )
    assert write_prompt(shot, assets) == (
        "Wide shot of a fox running left and another fox walking left in a city street at dusk, in the rain. "
        "The first fox follows the second fox. The camera slowly pans left."
    )


def test_every_size_has_a_framing() -> None:
    assert set(FRAMING) == set(SHOT_SIZES)

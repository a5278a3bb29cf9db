"""Laws of a panel's words: inside their balloons, balloons inside the panel, none over another, in reading order."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from tianmu.film.wording import split_languages
from tianmu.media.letters import clean, draw_mask, width_of
from tianmu.studio.books.balloons import SMALLEST, Balloon, Block, Said, place_balloons, set_captions, set_words
from tianmu.studio.books.lettering import draw_balloon, draw_caption
from tianmu.studio.books.panels import Rect

WORDS = st.one_of(
    st.sampled_from(
        [
            "You're not on the list. 名单上没有你。",
            "Loud. Leaves. Rain. My mother, calling everyone in to dinner. 吵。落叶，下雨，我妈喊大家吃饭。",
            "头一回坐你的车，我睡过了站。醒来的时候，你刚好熄灯。（轻声）这么黑的地方，你天天一个人过夜。",
            "Coming!",
            "走。",
            "The rocket goes at six. I told them I would stay another year, and they did not even ask me why.",
            "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
        ]
    ),
    st.text(alphabet="abc def, gh.天地玄黄，宇。 ", min_size=1, max_size=140).filter(lambda text: bool(clean(text))),
)


@st.composite
def panels(draw: st.DrawFn) -> tuple[int, int, list[Said], list[Rect]]:
    width, height = draw(st.integers(300, 1472)), draw(st.integers(300, 830))
    people = [
        Rect(
            left=draw(st.integers(0, width - 90)), top=draw(st.integers(0, height - 90)),
            width=draw(st.integers(30, 90)), height=draw(st.integers(30, 90)),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]  # fmt: skip
    said: list[Said] = []
    for _ in range(draw(st.integers(1, 2))):
        person = draw(st.sampled_from([None, *people]))
        mouth = None if person is None else (person.left + person.width / 2, person.top + 0.3 * person.height)
        name = "" if mouth else draw(st.sampled_from(["", "EMBER", "十七路"]))
        said.append(Said(text=draw(WORDS), name=name, mouth=mouth, off_screen=mouth is None and draw(st.booleans())))
    return width, height, said, people


def check_block(block: Block, texts: list[str]) -> None:
    """Every letter's ink lies within the block, and every word is there, once and in order."""
    for row in block.rows:
        mask, left, top = draw_mask(row.text, row.size)
        assert row.x + left >= 1
        assert row.x + left + mask.width <= block.width - 1
        assert row.baseline + top >= 1
        assert row.baseline + top + mask.height <= block.height - 1
        assert row.x + width_of(row.text, row.size) <= block.width
    assert "".join("".join(row.text.split()) for row in block.rows) == "".join("".join(text.split()) for text in texts)


@given(
    panels(),
    st.sampled_from([[], [("EXT. MOON 月球 - NIGHT 夜", True)], [("A heading", True), ("He goes. " * 12, False)]]),
)
@hypothesis_settings(max_examples=25)
def test_words_lie_in_balloons_and_balloons_in_the_panel(
    panel: tuple[int, int, list[Said], list[Rect]], texts: list[tuple[str, bool]]
) -> None:
    width, height, said, people = panel
    captions = set_captions(texts, width, height)
    balloons = place_balloons(said, width, height, people=people, captions=captions)
    assert len(balloons) == len(said)
    whole = Rect(left=0, top=0, width=width, height=height)
    boxes = [caption.box for caption in captions] + [balloon.box for balloon in balloons]
    for at, box in enumerate(boxes):
        assert whole.holds(box)
        assert not any(box.overlaps(other) for other in boxes[:at])
    for one, balloon in zip(said, balloons, strict=True):
        assert (balloon.box.width, balloon.box.height) == (balloon.block.width, balloon.block.height)
        parts = [part for _, part in split_languages(clean(one.text))]
        check_block(balloon.block, [clean(one.name), *parts])
        if balloon.tail is not None:
            assert 0 <= balloon.tail[1][0] < width
            assert 0 <= balloon.tail[1][1] < height
        assert one.mouth is not None or not one.off_screen or balloon.tail is None
    for before, after in pairwise(balloons):
        assert after.box.top >= before.box.bottom or after.box.left >= before.box.right


def test_a_tail_points_to_who_speaks_and_the_face_stays_free() -> None:
    for x in (120, 350, 600):
        face = Rect(left=x - 60, top=190, width=120, height=150)
        mouth = (float(x), 235.0)
        (balloon,) = place_balloons([Said(text="After the sunrise.", mouth=mouth)], 720, 400, people=[face])
        assert not balloon.box.overlaps(face)
        assert balloon.tail is not None
        base, tip = balloon.tail
        assert abs(tip[0] - mouth[0]) <= abs(base[0] - mouth[0]) + 1
        assert balloon.box.bottom < tip[1] < mouth[1] + 40


def test_two_who_talk_do_not_cross_tails() -> None:
    left, right = Rect(left=60, top=200, width=120, height=160), Rect(left=540, top=200, width=120, height=160)
    said = [Said(text="Who are you?", mouth=(600.0, 240.0)), Said(text="Nobody.", mouth=(120.0, 240.0))]
    first, second = place_balloons(said, 720, 400, people=[left, right])
    assert first.box.top <= second.box.top
    assert first.tail is not None
    assert second.tail is not None
    assert first.tail[1][0] > second.tail[1][0]


def test_letters_are_large_where_there_is_room() -> None:
    (balloon,) = place_balloons([Said(text="Hello.")], 700, 400)
    assert balloon.block.rows[0].size == 27
    (balloon,) = place_balloons([Said(text="This is said slowly, and it goes on and on. " * 6)], 340, 300)
    assert SMALLEST <= balloon.block.rows[0].size < 27


def test_drawing_stays_near_the_balloon() -> None:
    image = Image.new("RGB", (400, 300), (90, 140, 90))
    block = set_words("Good morning. 早上好。", 24, 300)
    box = Rect(left=40, top=30, width=block.width, height=block.height)
    draw_balloon(image, Balloon(box=box, block=block, tail=((100.0, 60.0), (120.0, 200.0))))
    assert image.getpixel((5, 5)) == (90, 140, 90)
    assert image.getpixel((300, 280)) == (90, 140, 90)
    assert image.getpixel((41 + box.width // 2, 34)) == (255, 255, 255)
    caption = set_captions([("EXT. MOON", True)], 400, 300)[0]
    draw_caption(image, caption)
    assert image.getpixel((2, 2)) == (30, 32, 38)


def test_narration_that_is_too_long_ends_with_an_ellipsis() -> None:
    caption = set_captions([("Sui walks across the moon, slowly. " * 40, False)], 400, 320)[0]
    assert caption.box.height <= 0.45 * 320
    assert caption.block.rows[-1].text.endswith("…")

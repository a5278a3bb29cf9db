"""Laws of a comic's pages: panels lie on the page, none over another, in the order of the film."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tianmu.studio.books.panels import GUTTER, LEAST, MOST, Rect, Wish, lay_pages

FIRST = Rect(left=64, top=186, width=1472, height=1700)
OTHER = Rect(left=64, top=64, width=1472, height=1820)

wishes = st.lists(
    st.builds(
        Wish,
        weight=st.floats(0.3, 12),
        letters=st.integers(0, 260),
        begins_scene=st.sampled_from([False, False, False, True]),
    ),
    min_size=1,
    max_size=24,
)
ratios = st.sampled_from([16 / 9, 9 / 16, 1.0, 4 / 3, 2.39])


@given(wishes, ratios)
@hypothesis_settings(max_examples=40)
def test_every_panel_is_on_its_page_and_none_over_another(wished: list[Wish], ratio: float) -> None:
    pages = lay_pages(wished, ratio, FIRST, OTHER)
    assert sum(map(len, pages)) == len(wished)
    assert all(LEAST <= len(page) <= MOST for page in pages[:-1])
    assert 1 <= len(pages[-1]) <= MOST
    for number, page in enumerate(pages):
        area = OTHER if number else FIRST
        for at, place in enumerate(page):
            assert area.holds(place)
            assert place.width >= 200
            assert place.height >= 200
            for other in page[:at]:
                grown = Rect(
                    left=other.left - GUTTER + 1,
                    top=other.top - GUTTER + 1,
                    width=other.width + 2 * GUTTER - 2,
                    height=other.height + 2 * GUTTER - 2,
                )
                assert not grown.overlaps(place)


@given(wishes, ratios)
@hypothesis_settings(max_examples=40)
def test_panels_are_read_in_the_order_of_the_film_and_a_scene_begins_a_row(wished: list[Wish], ratio: float) -> None:
    at = 0
    for number, page in enumerate(lay_pages(wished, ratio, FIRST, OTHER)):
        for before, after in pairwise(page):
            assert (after.top == before.top and after.left > before.right) or after.top > before.bottom
        for place in page:
            if wished[at].begins_scene:
                assert place.left == (OTHER if number else FIRST).left
            at += 1


def test_what_lasts_longer_is_larger() -> None:
    for long in range(5):
        wished = [Wish(weight=6.0 if at == long else 1.0) for at in range(5)]
        (page,) = lay_pages(wished, 16 / 9, FIRST, OTHER)
        sizes = [place.width * place.height for place in page]
        assert sizes[long] == max(sizes)
        assert sizes[long] > 1.3 * sorted(sizes)[-2]


def test_a_page_is_filled() -> None:
    for count in range(4, 8):
        (page,) = lay_pages([Wish(weight=1.0)] * count, 16 / 9, FIRST, OTHER)
        assert max(place.bottom for place in page) > FIRST.top + 0.75 * FIRST.height

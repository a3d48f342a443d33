"""Strips on pages: in order, headings repeated on every page, and what belongs together stays together."""

from hypothesis import given
from hypothesis import strategies as st

from trainer.documents.flow import (
    BODY_HEIGHT,
    BODY_TOP,
    Strip,
    build_gap,
    keep_together,
    paginate_strips,
    repeat_first_strip,
    set_text_strips,
)
from trainer.documents.page import CONTENT_BOTTOM

HEIGHTS = st.lists(st.tuples(st.floats(1, 900), st.booleans()), max_size=60)


@given(HEIGHTS)
def test_strips_are_paginated_in_order_and_no_page_overflows(of: list[tuple[float, bool]]) -> None:
    strips = [Strip(height, lambda _canvas, _top: None, keep) for height, keep in of]
    laid = list(paginate_strips(strips))
    assert [strip for page in laid for strip in page] == strips
    for page in laid:
        assert len(page) == 1 or sum(strip.height for strip in page) <= BODY_TOP - CONTENT_BOTTOM + 1e-6


def test_headings_of_a_table_are_repeated_on_the_next_page() -> None:
    head = Strip(20, lambda _canvas, _top: None, keep_with_next=True)
    rows = [Strip(30, lambda _canvas, _top: None, repeated_head=head) for _each in range(60)]
    laid = list(paginate_strips([head, *rows]))
    assert len(laid) > 2
    assert all(page[0] is head for page in laid)


def build_blank_strip(height: float) -> Strip:
    """Return an empty strip."""
    return Strip(height, lambda _canvas, _top: None)


@given(st.integers(2, 80), st.floats(20, 100), st.floats(30, 200))
def test_no_page_has_a_single_row_or_a_row_without_headings(count: int, tall: float, end: float) -> None:
    head, *rows = repeat_first_strip([build_blank_strip(20), *(build_blank_strip(tall) for _each in range(count))])
    rows[-1] = Strip(tall, rows[-1].draw, keep_with_next=True, repeated_head=head)
    laid = list(
        paginate_strips(
            [build_blank_strip(100), head, *rows, *keep_together([build_blank_strip(end), build_blank_strip(5)])]
        )
    )
    on_pages = [sum(strip.repeated_head is head for strip in page) for page in laid]
    assert sum(on_pages) == count
    assert all(
        sum(strip is head for strip in page) == (number > 0) for page, number in zip(laid, on_pages, strict=True)
    )
    assert 1 not in on_pages
    assert laid[-1][-3].repeated_head is head


def test_no_line_of_a_paragraph_is_alone_on_a_page() -> None:
    lines = set_text_strips("сөз " * 90)
    for before in range(40):
        laid = paginate_strips([build_blank_strip(BODY_HEIGHT - before * lines[0].height / 4), *lines])
        on_pages = [sum(strip in lines for strip in page) for page in laid]
        assert sum(on_pages) == len(lines)
        assert 1 not in on_pages


def test_a_gap_is_dropped_at_the_top_of_a_page() -> None:
    below = build_blank_strip(50)
    assert list(paginate_strips([build_blank_strip(BODY_HEIGHT), build_gap(10), below]))[1] == [below]

"""Pages of long lists: every row is on exactly one page, and no page number leads nowhere."""

from hypothesis import given
from hypothesis import strategies as st

from trainer.web.paging import MAX_PAGE_NUMBER, count_pages, paginate_rows, parse_page


@given(total=st.integers(0, 500), size=st.integers(1, 60))
def test_the_pages_together_hold_every_row_once_in_order(total: int, size: int) -> None:
    rows = list(range(total))
    pages = count_pages(total, size)
    assert [row for number in range(1, pages + 1) for row in paginate_rows(rows, number, size).rows] == rows
    assert all(paginate_rows(rows, number, size).rows for number in range(1, pages + 1)) or not rows


@given(total=st.integers(0, 200), page=st.integers(1, MAX_PAGE_NUMBER))
def test_a_page_beyond_the_last_is_the_last(total: int, page: int) -> None:
    portion = paginate_rows(range(total), page, 10)
    assert portion.page == min(page, portion.pages)
    assert portion.total == total


@given(st.text(max_size=12))
def test_whatever_is_written_as_a_page_number_is_one(value: str) -> None:
    assert 1 <= parse_page(value) <= MAX_PAGE_NUMBER


@given(st.integers(1, MAX_PAGE_NUMBER))
def test_a_page_number_is_read_as_it_is(number: int) -> None:
    assert parse_page(str(number)) == number

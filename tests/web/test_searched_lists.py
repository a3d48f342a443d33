"""Lists in memory are searched by words, in any spelling of letters, and come in pages."""

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from trainer.web.paging import SEARCHED_LISTS_FROM, paginate_search, search_rows

PLAIN = Flask("plain")
NAMES = st.lists(st.text("абвәіқ -", max_size=8), max_size=60)


@given(NAMES, st.text("абвәіқ ", max_size=4), st.integers(1, 9))
def test_the_pages_together_hold_what_the_search_finds_in_its_order(names: list[str], query: str, size: int) -> None:
    shown: list[str] = []
    page, pages = 1, 1
    while page <= pages:
        with PLAIN.test_request_context(query_string={"query": query, "page": str(page)}):
            portion = paginate_search(names, str, size)
        shown += portion.rows
        pages, page = portion.pages, page + 1
    assert shown == search_rows(names, query, str)
    assert set(shown) <= set(names)
    assert all(name in shown for name in names if query.strip() and query.strip() in name)
    assert portion.is_searched == (bool(portion.query) or len(names) > SEARCHED_LISTS_FROM)


def test_every_word_of_a_search_has_to_occur_in_any_order_and_case() -> None:
    people = ["Өтегенова Айгүл, Облыстық аурухана", "Қожахметов Ерлан"]
    assert search_rows(people, "аурухана айгүл", str) == people[:1]
    assert search_rows(people, "АЙГҮЛ ерлан", str) == []
    assert search_rows(people, " ", str) == people

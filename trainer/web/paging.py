"""Pages of long lists: one portion of a SELECT with the number of all its rows, and the page number of a query string.

A list whose rows are in memory is searched here too: `paginate_search` reads the search and the page number of the request.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from trainer.language.collation import fold_text
from trainer.web.text import clean_query

Row = TypeVar("Row")
Found = TypeVar("Found")
MAX_PAGE_NUMBER = 99_999
ROWS_PER_PAGE = 50
SEARCHED_LISTS_FROM = 20  # rows: a longer list has a search field


@dataclass(frozen=True)
class Portion(Generic[Row]):
    """The rows of one page of a list, with the number of all rows and of pages."""

    rows: Sequence[Row]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class SearchedPortion(Portion[Row]):
    """A page of the rows that a search found."""

    query: str
    is_searched: bool
    """Whether the list has a search field: it is long, or a search is shown."""


def count_pages(total: int, size: int) -> int:
    """Return how many pages hold a number of rows; an empty list has one."""
    return max(1, -(-total // size))


def parse_page_number() -> int:
    """Return the page number of the query string or the form; 1 for anything invalid."""
    return parse_page(request.values.get("page", ""))


def parse_page(value: str) -> int:
    """Return a page number as it was written; 1 for anything invalid."""
    is_number = value.isascii() and value.isdigit() and len(value) <= len(str(MAX_PAGE_NUMBER))
    return max(1, int(value)) if is_number else 1


def paginate_query(session: Session, query: Select[Any], page: int, size: int = ROWS_PER_PAGE) -> Portion[Any]:
    """Return one page of a SELECT of one entity by two queries; a page number beyond the last gives the last page."""
    total = session.scalar(select(func.count()).select_from(query.order_by(None).options().subquery())) or 0
    pages = count_pages(total, size)
    page = min(page, pages)
    return Portion(session.scalars(query.offset((page - 1) * size).limit(size)).all(), total, page, pages)


def paginate_rows(rows: Sequence[Row], page: int, size: int = ROWS_PER_PAGE) -> Portion[Row]:
    """Return one page of rows that are all in memory, because a rule that no query knows has chosen or sorted them."""
    pages = count_pages(len(rows), size)
    page = min(page, pages)
    return Portion(rows[(page - 1) * size : page * size], len(rows), page, pages)


def search_rows(rows: Sequence[Row], query: str, describe: Callable[[Row], str]) -> list[Row]:
    """Return the rows whose description contains every word of a query, in any case and spelling of letters."""
    words = fold_text(query).split()
    return [row for row in rows if all(word in fold_text(describe(row)) for word in words)] if words else list(rows)


def paginate_search(
    rows: Sequence[Row], describe: Callable[[Row], str], size: int = ROWS_PER_PAGE
) -> SearchedPortion[Row]:
    """Return the page of the request among the rows that its `query` finds by their description."""
    return paginate_found(rows, lambda query: search_rows(rows, query, describe), list, size)


def paginate_found(
    rows: Sequence[Found],
    find: Callable[[str], Sequence[Found]],
    load: Callable[[Sequence[Found]], Sequence[Row]],
    size: int = ROWS_PER_PAGE,
) -> SearchedPortion[Row]:
    """Return the page of the request among the rows that its `query` finds, or among all; they may be ids of what `load` returns."""
    query = clean_query(request.values.get("query", ""))
    portion = paginate_rows(find(query) if query else rows, parse_page_number(), size)
    is_searched = bool(query) or len(rows) > SEARCHED_LISTS_FROM
    return SearchedPortion(load(portion.rows), portion.total, portion.page, portion.pages, query, is_searched)

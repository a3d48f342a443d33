"""Tests of `tests.page`: an invalid page is found although pages of the same shape are checked once only."""

import pytest

from tests.page import list_html_errors, reduce_to_shape

VALID_PAGE = (
    '<!doctype html><html lang="kk"><title>Тізім</title><body><p class="note">Айгүл &amp; Марина</p></body></html>'
)


@pytest.mark.parametrize(
    ("part", "broken_part"),
    [
        ("<p ", "<p>a<div>b</div></p><p "),
        ("&amp;", "&nosuch;"),
        ("&amp;", "&copy"),
        ("Айгүл", "Айгүл\x01"),
        ('class="note"', 'class="note" class="other"'),
        ('class="note"', 'class="note"id="x"'),
        ('class="note"', 'class="no&te;"'),
        ("</p>", "</b></p>"),
        ("</title>", ""),
    ],
)
def test_an_error_is_found_in_the_shape_of_a_page(part: str, broken_part: str) -> None:
    assert not list_html_errors(reduce_to_shape(VALID_PAGE))
    assert list_html_errors(reduce_to_shape(VALID_PAGE.replace(part, broken_part, 1)))


def test_pages_that_differ_in_words_only_have_one_shape() -> None:
    other = VALID_PAGE.replace("Айгүл", "Дана").replace("note", "hint").replace("Тізім", "Есеп")
    assert reduce_to_shape(other) == reduce_to_shape(VALID_PAGE)

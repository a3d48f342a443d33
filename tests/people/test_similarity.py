"""Names with one or two wrong letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.people.similarity import count_edits, get_allowed_edits, map_similar_words

words = st.text("абвг", max_size=7)


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("ибрагмов", "ибрагимов", 1),
        ("ибраигмов", "ибрагимов", 1),
        ("ибрагимофф", "ибрагимов", 2),
        ("серик", "серик", 0),
        ("", "аб", 2),
        ("аб", "ба", 1),
        ("вба", "аб", 2),
    ],
)
def test_edits(one: str, other: str, edits: int) -> None:
    assert count_edits(one, other) == edits


@given(words, words, st.integers(0, 6), st.sampled_from("абвг"))
def test_edits_go_both_ways_and_one_more_letter_is_one_more_edit_at_most(
    one: str, other: str, place: int, letter: str
) -> None:
    edits = count_edits(one, other)
    assert edits == count_edits(other, one)
    assert (edits == 0) == (one == other)
    assert abs(edits - count_edits(f"{one[:place]}{letter}{one[place:]}", other)) <= 1


@given(st.lists(words), st.lists(words, max_size=3))
def test_no_similar_word_is_ruled_out_by_its_letters(known: list[str], spellings: list[str]) -> None:
    expected: dict[str, int] = {}
    for word in known:
        edits = [count_edits(word, spelling) for spelling in spellings]
        allowed = [each for each, spelling in zip(edits, spellings, strict=True) if each <= get_allowed_edits(spelling)]
        if allowed:
            expected[word] = min(allowed)
    assert map_similar_words(known, spellings) == expected

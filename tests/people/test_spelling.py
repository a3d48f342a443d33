"""Spellings of names: how well they tell people apart on the evaluation set, and what holds for all names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people.name_pairs import NamePair, list_pairs
from trainer.people.spelling import PersonName, extract_consonants, fold_name, list_spellings

LETTERS = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяўҳҷӣӯabcdefghijklmnopqrstuvwxyzäáöóüúñńğǵçşýə'ʻʼ -"
parts = st.text(st.sampled_from(LETTERS), max_size=12)


def are_taken_for_one(pair: NamePair) -> bool:
    """Return whether the two names of a pair are taken for those of one person."""
    return fold_name(pair.first).is_same_as(fold_name(pair.second))


@pytest.mark.parametrize("is_held_apart", [False, True], ids=["developing", "held apart"])
def test_people_are_told_apart_and_spellings_of_one_name_recognised(is_held_apart: bool) -> None:
    pairs = [pair for pair in list_pairs() if pair.is_held_apart == is_held_apart]
    taken = [pair for pair in pairs if are_taken_for_one(pair)]
    right = sum(pair.is_same for pair in taken)
    assert right / len(taken) >= 0.98, [pair for pair in taken if not pair.is_same]
    missed = [pair for pair in pairs if pair.is_same and pair not in taken]
    assert right / (right + len(missed)) >= 0.95, missed


def test_the_evaluation_set_has_both_halves_and_both_labels() -> None:
    pairs = list_pairs()
    assert len(pairs) >= 240
    for is_held_apart in (False, True):
        labels = [pair.is_same for pair in pairs if pair.is_held_apart == is_held_apart]
        assert min(labels.count(True), labels.count(False)) >= 50


@given(parts, parts)
def test_all_spellings_of_a_name_have_one_stored_key(surname: str, given_name: str) -> None:
    for part in (surname, given_name):
        assert len({extract_consonants(spelling) for spelling in list_spellings(part)}) <= 1
    one, other = PersonName(surname, given_name), PersonName(given_name, surname)
    assert fold_name(one) == fold_name(other)


@given(parts, parts)
def test_capitals_marks_and_invisible_characters_make_no_other_name(surname: str, given_name: str) -> None:
    plain = fold_name(PersonName(surname, given_name))
    stressed = "".join(f"{letter}\u0301" if letter in "аеоуыэюя" else letter for letter in surname)
    assert fold_name(PersonName(surname.upper(), f" \u200b{given_name}\u00ad")) == plain
    assert fold_name(PersonName(stressed, given_name)) == plain


@pytest.mark.parametrize("nameless", ["", " ", "—", "-", "ʼ", "ь"])
def test_who_has_no_name_is_nobodys_namesake(nameless: str) -> None:
    erased = fold_name(PersonName(nameless, ""))
    assert (erased.key, erased.spellings) == ("", frozenset())
    assert not erased.is_same_as(erased)


@pytest.mark.parametrize("letter", "өқңәəxwş")
def test_a_name_of_many_ambiguous_letters_stays_small(letter: str) -> None:
    name = fold_name(PersonName(f"ла{letter}" * 26, f"ла{letter}" * 26))
    assert 1 <= len(name.spellings) <= 256
    assert len(name.key) <= 170


@pytest.mark.parametrize(
    ("given_name", "patronymic"),
    [("Динара Ерланқызы", ""), ("Динара Ерлан қызы", ""), ("Динара", "Ерлановна"), ("Динара", "Erlankyzy")],
)
def test_a_patronymic_is_found_where_it_was_typed(given_name: str, patronymic: str) -> None:
    typed = fold_name(PersonName("Оспанова", given_name, patronymic))
    assert typed.is_same_as(fold_name(PersonName("Оспанова", "Динара", "Ерланқызы")))
    assert not typed.is_same_as(fold_name(PersonName("Оспанова", "Динара", "Ержанқызы")))

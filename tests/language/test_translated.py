"""Translated texts: fallback to the first language that has a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.projects.models import Project

pytestmark = pytest.mark.one_database

parts = st.dictionaries(st.sampled_from(LANGUAGES), st.text())


@pytest.mark.parametrize(
    ("text", "wanted", "shown", "spoken"),
    [
        (Translated("Күтім", "Уход", "Care"), "ru", "Уход", "ru"),
        (Translated("Күтім", "Уход"), "en", "Күтім", "kk"),
        (Translated("", "Уход", "Care"), "kk", "Уход", "ru"),
        (Translated("", "", "Care"), "kk", "Care", "en"),
        (Translated(), "kk", "", "kk"),
    ],
)
def test_the_fallback_is_kazakh_then_russian_then_english(
    text: Translated, wanted: str, shown: str, spoken: str
) -> None:
    assert text.get_text(wanted) == shown
    assert text.find_text_language(wanted) == spoken


@given(parts, st.sampled_from(LANGUAGES))
def test_a_text_says_which_language_it_answers_in(given_parts: dict[str, str], language: str) -> None:
    text = Translated.from_mapping(given_parts)
    assert text.get_text(language) == text.get_exact_text(text.find_text_language(language))
    assert bool(text) == bool(text.get_text(language))


@given(parts)
def test_what_is_kept_of_a_text_gives_the_text_again(given_parts: dict[str, str]) -> None:
    assert Translated.from_mapping(Translated.from_mapping(given_parts).to_mapping()) == Translated.from_mapping(
        given_parts
    )


def test_other_languages_are_left_out() -> None:
    assert Translated.from_mapping({"kk": "Күтім", "de": "Pflege", "ru": None}) == Translated("Күтім")


def test_a_text_comes_back_from_the_database_as_it_was(session: Session, project: Project) -> None:
    project.title = Translated("«Тең мүмкіндік»", "", "Equal")
    session.commit()
    session.expire_all()
    assert project.title == Translated("«Тең мүмкіндік»", "", "Equal")

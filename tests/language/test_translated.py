"""A text in three languages is one value; what is not translated is shown in the first language that has it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.projects.models import Project

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
    assert text.to(wanted) == shown
    assert text.spoken_in(wanted) == spoken


@given(parts, st.sampled_from(LANGUAGES))
def test_a_text_says_which_language_it_answers_in(given_parts: dict[str, str], language: str) -> None:
    text = Translated.of(given_parts)
    assert text.to(language) == text.only(text.spoken_in(language))
    assert bool(text) == bool(text.to(language))


@given(parts)
def test_what_is_kept_of_a_text_gives_the_text_again(given_parts: dict[str, str]) -> None:
    assert Translated.of(Translated.of(given_parts).parts()) == Translated.of(given_parts)


def test_other_languages_are_left_out() -> None:
    assert Translated.of({"kk": "Күтім", "de": "Pflege", "ru": None}) == Translated("Күтім")


def test_a_text_comes_back_from_the_database_as_it_was(session: Session, project: Project) -> None:
    project.title = Translated("«Тең мүмкіндік»", "", "Equal")
    session.commit()
    session.expire_all()
    assert project.title == Translated("«Тең мүмкіндік»", "", "Equal")

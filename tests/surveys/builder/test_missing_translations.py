"""Texts that are missing in a language of a survey: said in the builder and before the release, and marked for those who answer."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import mark_sessions, register_person
from tests.surveys.survey_factories import OVERALL_QUESTION, QUESTION_OF_EACH_KIND, drop_language, make_survey
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.builder.missing_translations import list_missing_languages, list_missing_translations
from trainer.surveys.models import Survey, SurveyVersion
from trainer.surveys.questions.model import Choice, Condition, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.questions.templates import load_survey_templates

pytestmark = pytest.mark.one_database

translations = st.sets(st.sampled_from(LANGUAGES), min_size=1).map(
    lambda languages: Translated(**{language: f"Сөз {language}" for language in languages})
)
choices = st.lists(translations, min_size=2, max_size=3).map(
    lambda texts: tuple(Choice(f"c{number}", text) for number, text in enumerate(texts))
)
any_question = st.one_of(
    st.builds(SurveyQuestion, st.just(""), st.just(SurveyQuestionKind.SECTION), translations),
    st.builds(SurveyQuestion, st.just(""), st.just(SurveyQuestionKind.SINGLE), translations, choices=choices),
    st.builds(SurveyQuestion, st.just(""), st.just(SurveyQuestionKind.MATRIX), translations, rows=choices),
)


def build_survey(title: Translated, questions: list[SurveyQuestion]) -> Survey:
    """Return a survey that is not stored."""
    return Survey(title=title, versions=[SurveyVersion(number=1, questions=[each.to_json() for each in questions])])


@given(title=translations, questions=st.lists(any_question, max_size=4))
def test_exactly_the_missing_texts_are_listed(title: Translated, questions: list[SurveyQuestion]) -> None:
    questions = [replace(question, key=f"q{number}") for number, question in enumerate(questions)]
    survey = build_survey(title, questions)
    listed = {(part.number, field) for part in list_missing_translations(survey) for field in part.fields}
    texts: dict[tuple[int, str], Translated] = {(0, "title"): title}
    for number, question in enumerate(questions, 1):
        texts[number, "text"] = question.text
        texts |= {(number, f"choices-{place}-text"): each.text for place, each in enumerate(question.choices)}
        texts |= {(number, f"rows-{place}-text"): each.text for place, each in enumerate(question.rows)}
    used = {language for text in texts.values() for language in text.to_mapping()}
    assert set(list_missing_languages(survey)) == {"kk", "ru"} - used
    assert listed == {
        (number, f"{field}-{language}")
        for (number, field), text in texts.items()
        for language in used
        if not text.get_exact_text(language)
    }


def test_numbers_need_no_translation_and_ready_made_surveys_lack_none() -> None:
    ages = tuple(Choice(f"c{number}", Translated(kk=text)) for number, text in enumerate(("18–25", "26–40", "41+")))
    age = SurveyQuestion("age", SurveyQuestionKind.SINGLE, Translated("Жасыңыз", "Возраст"), choices=ages)
    assert list_missing_translations(build_survey(Translated("Сауалнама", "Опрос"), [age])) == []
    for template in load_survey_templates().values():
        assert list_missing_translations(build_survey(template.title, list(template.questions))) == []


def test_the_builder_and_the_page_before_the_release_link_to_every_empty_field(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    incomplete = [drop_language(question, "ru") for question in QUESTION_OF_EACH_KIND]
    survey = make_survey(session, past_seminar, incomplete, released=False)
    base = f"/desk/seminars/{past_seminar.id}/surveys/2"
    builder = organizer.get(f"{base}/edit?lang=en")
    targets = {f"{base}/edit/question/{question.key}#text-ru" for question in incomplete}
    assert "Some texts are not translated" in builder.words
    assert targets <= set(builder.list_links())
    assert organizer.get(sorted(targets)[0]).get_value("text-ru") == ""
    answer = organizer.post(f"{base}/release", builder.read_form("arrange")[1])
    assert answer.location == f"{base}/release"
    session.refresh(survey)
    assert not survey.released
    assert targets <= set(organizer.get(f"{base}/release?lang=en").list_links())
    organizer.submit(f"{base}/release")
    session.refresh(survey)
    assert survey.released
    assert "Some texts are not translated" in organizer.get(f"{base}/edit?lang=en").words


def test_title_choices_and_whole_languages_are_named(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    single = drop_language(QUESTION_OF_EACH_KIND[3], "ru", keeps_text=True)
    survey = make_survey(session, past_seminar, (single,), title=Translated("Сауалнама", "", "Survey"), released=False)
    base = f"/desk/seminars/{past_seminar.id}/surveys/2"
    links = organizer.get(f"{base}/edit?lang=en").list_links()
    assert {f"{base}/decisions#title-ru", f"{base}/edit/question/work#choices-0-text-ru"} <= set(links)
    assert "Русский (3)" in organizer.get(f"{base}/edit?lang=en").words
    survey.versions[0].questions = [drop_language(single, "ru").to_json()]
    page = organizer.get(f"{base}/edit?lang=en")
    assert "The survey has no text in this language: Русский" in page.words
    assert "Some texts are not translated" not in page.words


def test_a_complete_survey_is_released_at_once_and_a_note_is_shown_to_the_organizer_alone(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    person = register_person(session, past_seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    base = f"/desk/seminars/{past_seminar.id}/surveys"
    make_survey(session, past_seminar, (OVERALL_QUESTION,), number=2, released=False)
    token = organizer.get(f"{base}/2/edit").read_form("arrange")[1]
    assert organizer.post(f"{base}/2/release", token).location == base
    note = "A physician must review this test before use."
    assert organizer.get(f"{base}/new?lang=en").words.count(note) == 4
    organizer.submit(f"{base}/new/pre-test-medical-worker", {"anonymous": "no"})
    assert note in organizer.get(f"{base}/3/edit?lang=en").words
    assert organizer.post(f"{base}/3/release", token).location == f"{base}/3/release"
    assert note in organizer.get(f"{base}/3/release?lang=en").words
    organizer.submit(f"{base}/3/release")
    for page in ("3/edit", "3/preview"):
        assert note not in organizer.get(f"{base}/{page}?lang=en").words
    assert note not in stranger.get(f"/r/{person.token}/survey/3?lang=en").words


@pytest.mark.parametrize("language", LANGUAGES)
def test_whoever_answers_is_told_the_language_of_every_text(
    stranger: Visitor, session: Session, past_seminar: Seminar, language: str
) -> None:
    person = register_person(session, past_seminar)
    mark_sessions(session, person, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    conditional = replace(QUESTION_OF_EACH_KIND[-1], show_if=Condition("work", ("ward",)))
    questions = [drop_language(question, language) for question in (*QUESTION_OF_EACH_KIND[:-1], conditional)]
    required = [replace(question, required=question.kind != SurveyQuestionKind.SECTION) for question in questions]
    survey = make_survey(session, past_seminar, required, title=Translated("a", "b", "c"))
    page = stranger.submit(f"/r/{person.token}/survey/{survey.number}?lang={language}", status=422)
    assert_every_text_has_its_language(page, language)


def assert_every_text_has_its_language(page: Any, language: str) -> None:
    """Check that texts ending with "қаз", "рус" or "eng" stand in an element of that language."""
    endings = {"қаз": "kk", "рус": "ru", "eng": "en"}
    found: list[tuple[str, str]] = []

    def visit(element: Any, current: str) -> None:
        current = element.get("lang") or current
        found.extend((endings[word], current) for word in re.findall("қаз|рус|eng", element.text or ""))
        for child in element:
            visit(child, current)
            found.extend((endings[word], current) for word in re.findall("қаз|рус|eng", child.tail or ""))

    visit(page.get_element("main"), language)
    assert len(found) > 25
    assert [pair for pair in found if pair[0] != pair[1]] == []

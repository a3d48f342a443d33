"""Results of every kind of question, over versions, with names and without; and the project's satisfaction."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, Visitor, a_seminar, marked, registered
from tests.page import Page, words
from tests.surveys.survey_factories import ONE_OF_EACH, OVERALL_ITEM, a_survey, choices
from tests.surveys.survey_factories import words as said
from trainer.attendance.models import Status
from trainer.projects.models import Project
from trainer.registration.models import Registration, State
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close
from trainer.surveys.models import Purpose, Survey, SurveyVersion
from trainer.surveys.questions.model import Question, QuestionKind
from trainer.surveys.responses import keep_response
from trainer.surveys.results.aggregation import Answered, Item, Satisfaction, counted, results, satisfaction_of
from trainer.surveys.results.presentation import lines_of, number_lines
from trainer.surveys.results.response_rate import turnout

WHOLE: dict[str, Any] = {
    "overall": 5,
    "useful": 4,
    "work": "home",
    "tools": ["board", "lift"],
    "trainers": {"first": 5, "second": 3},
    "recommend": 9,
    "years": 12,
    "again": True,
    "city": "Ақтау",
    "missing": "Ештеңе",
}
NUMBERS = st.dictionaries(st.integers(0, 1000), st.integers(1, 5), min_size=1, max_size=40)


@pytest.fixture
def people(session: Session, held: Seminar) -> list[Registration]:
    """Seven people who were there."""
    held.capacity = 7
    found = [
        registered(session, held, AIGUL, surname=f"Сейіт{'абвгдеж'[each]}", phone=f"+770155502{each:02}")
        for each in range(7)
    ]
    for each in found:
        marked(session, each, Status.PRESENT, Status.PRESENT)
    return found


def answer(session: Session, survey: Survey, who: Registration, **answers: Any) -> None:
    """Somebody answers."""
    keep_response(session, survey, who, answers, "kk", NOON)


def sealed(session: Session, survey: Survey) -> None:
    """Close a survey, as if the database had forgotten."""
    close(session, survey, NOON).sealed_at = NOON
    session.flush()


def item(session: Session, survey: Survey, name: str) -> Item:
    """The results of one question."""
    found = results(session, survey).item(name)
    assert found is not None
    return found


def page_of(organizer: Visitor, survey: Survey, more: str = "") -> Page:
    """The page of a survey's results."""
    return organizer.get(f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/results?lang=en{more}")


def test_every_kind_of_question_is_counted(session: Session, held: Seminar, people: list[Registration]) -> None:
    survey = a_survey(session, held)
    answer(session, survey, people[0], **WHOLE)
    answer(session, survey, people[1], **WHOLE | {"work": "ward", "tools": ["lift"], "again": False, "years": 0})
    answer(session, survey, people[2], overall=2, trainers={"second": 1})
    found = {each.name: each for each in results(session, survey).items}
    assert [each.key for each in ONE_OF_EACH if each.key != "about"] == list(found)
    assert found["work"].counts == {"home": 1, "ward": 1}
    assert found["tools"].counts == {"board": 1, "lift": 2}
    assert found["trainers"].rows == {"first": {5: 2}, "second": {3: 2, 1: 1}}
    assert found["recommend"].counts == {9: 2}
    assert found["years"].counts == {12: 1, 0: 1}
    assert found["again"].counts == {True: 1, False: 1}
    assert found["city"].texts == ("Ақтау", "Ақтау")
    assert (found["again"].answered, found["again"].silent, found["again"].asked) == (2, 1, 3)
    assert results(session, survey).satisfaction == Satisfaction(2, 3, 70)


def test_the_page_shows_every_kind(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, title=said("Сауалнама"))
    for each in people:
        answer(session, survey, each, **WHOLE | {"years": people.index(each)})
    page = page_of(organizer, survey)
    for sentence in ("median3", "Net promoters: +100", "7 of 7 (100%)", "one person moves it by up to 29 points"):
        assert sentence in page.words
    pictures = [each.get("src") for each in page.all("img")]
    assert len(pictures) == 8
    for each in pictures:
        picture = organizer.client.get(each)
        assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")


def test_versions_are_counted_together_by_key(session: Session, held: Seminar, people: list[Registration]) -> None:
    work, gone = ONE_OF_EACH[3], Question("gone", QuestionKind.YES_NO, said("gone"))
    years = Question("years", QuestionKind.NUMBER, said("years"))
    survey = a_survey(session, held, (OVERALL_ITEM, work, gone, years))
    answer(session, survey, people[0], overall=5, work="other", gone=True, years=3)
    changed = (
        replace(OVERALL_ITEM, text=said("new words")),
        replace(work, choices=choices("ward", "home", "school")),
        replace(years, kind=QuestionKind.SHORT_TEXT),
    )
    survey.versions.append(SurveyVersion(number=2, questions=[each.kept() for each in changed]))
    session.flush()
    answer(session, survey, people[1], overall=4, work="school", years="үш")
    found = {each.name: each for each in results(session, survey).items}
    assert list(found) == ["overall", "work", "years", "gone", "years-2"]
    assert found["overall"].counts == {5: 1, 4: 1}
    assert found["overall"].question.text == said("new words")
    assert [each.key for each in found["work"].question.choices] == ["ward", "home", "school", "other"]
    assert found["work"].counts == {"other": 1, "school": 1}
    assert (found["gone"].current, found["gone"].asked) == (False, 1)
    assert (found["years"].texts, found["years-2"].counts) == (("үш",), {3: 1})


def test_an_open_anonymous_survey_shows_only_who_has_answered(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, anonymous=True)
    for each in people[:6]:
        answer(session, survey, each, **WHOLE)
    page = page_of(organizer, survey)
    assert "6 of 7" in page.words
    assert people[6].person.full_name in page.words
    assert "shown when the survey is closed" in page.words
    assert "Ештеңе" not in page.words
    assert page.all("img") == []
    close(session, survey, NOON)
    assert "is being closed" in page_of(organizer, survey).words
    survey.sealed_at = NOON
    assert "6 of 6" in page_of(organizer, survey).words


@pytest.mark.parametrize(("number", "few"), [(4, True), (5, False)])
def test_fewer_than_five_answers_without_names_are_not_broken_down(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration], number: int, few: bool
) -> None:
    survey = a_survey(session, held, anonymous=True)
    for each in people[:number]:
        answer(session, survey, each, **WHOLE)
    sealed(session, survey)
    found = results(session, survey)
    assert (found.few, found.items == (), found.satisfaction is None) == (few, few, few)
    page = page_of(organizer, survey)
    assert ("has fewer than five answers" in page.words) == few
    assert ("Ештеңе" in page.words) != few


def test_an_item_that_few_answered_without_a_name_is_not_broken_down(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, anonymous=True)
    for each in people:
        first = {"trainers": {"first": 5} if each in people[3:] else {"first": 5, "second": 1}}
        answer(session, survey, each, overall=4, **first, **({"work": "ward"} if each in people[:4] else {}))
    sealed(session, survey)
    few = item(session, survey, "work")
    assert (few.hidden, few.counts) == (True, {})
    assert item(session, survey, "trainers").rows == {"first": {5: 7}}
    page = page_of(organizer, survey)
    assert "Fewer than five people have answered this" in page.words
    assert "fewer than five answers" in page.words
    organizer.get(f"/desk/seminars/{held.id}/surveys/2/results/{few.question.key}.svg", status=404)


def test_texts_without_names_stand_in_no_order_of_the_responses(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, anonymous=True)
    for number, each in enumerate(people):
        answer(session, survey, each, overall=4, city=f"қала {number}", missing=f"сөз {number}")
    sealed(session, survey)
    cities, sayings = (item(session, survey, name).texts for name in ("city", "missing"))
    assert sorted(cities) == [f"қала {number}" for number in range(7)]
    assert [each[-1] for each in cities] != [each[-1] for each in sayings]
    assert cities == item(session, survey, "city").texts


def test_trainers_are_compared_only_where_five_answered_each(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held)
    for each in people:
        rows = {"first": 5, "second": 2} if each in people[:4] else {"first": 4}
        answer(session, survey, each, overall=4, trainers=rows)
    page = page_of(organizer, survey)
    assert "first eng3400" not in page.words
    assert "first eng 4 3 0 0 0 7 of 7 (100%)" in " ".join(
        " ".join(words(cell) for cell in row) for row in page.all("tr")
    )
    assert "second eng 0 0 0 4 0 –" in " ".join(" ".join(words(cell) for cell in row) for row in page.all("tr"))
    assert "are not compared" in page.words


def test_the_response_rate_counts_those_who_came(session: Session, held: Seminar, people: list[Registration]) -> None:
    survey = a_survey(session, held)
    held.capacity = 9
    absent, unmarked = (
        registered(session, held, AIGUL, surname=surname, phone=f"+7701555030{len(surname)}")
        for surname in ("Ахметова", "Жаңабаев-Ә")
    )
    marked(session, absent, Status.ABSENT, Status.ABSENT)
    merged = people[6]
    merged.state, merged.merged_into_id = State.MERGED, people[0].id
    for each in (merged, people[1], unmarked):
        answer(session, survey, each, **WHOLE)
    found = turnout(session, survey, NOON)
    assert found.answered == {people[0].id, people[1].id, unmarked.id}
    assert (found.done, len(found.due), found.beside, found.is_census(results(session, survey))) == (2, 6, 1, False)


def test_a_test_before_the_seminar_is_due_for_whoever_has_a_place(session: Session, seminar: Seminar) -> None:
    survey = a_survey(session, seminar, purpose=Purpose.PRE_TEST)
    one = registered(session, seminar)
    assert turnout(session, survey, NOON).due == {one.id}
    other = a_survey(session, seminar, number=3)
    assert turnout(session, other, NOON).due == set()


def test_a_survey_of_the_project_counts_each_person_once(
    session: Session, project: Project, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, for_project=True)
    second = a_seminar(session, project, held.sessions[0].starts_at, slug="second", capacity=9)
    again = registered(session, second, AIGUL)
    again.person_id = people[0].person_id
    newcomer = registered(session, second, AIGUL, surname="Жаңабаев", phone="+77015559999")
    for each in (again, newcomer):
        marked(session, each, Status.PRESENT)
    session.flush()
    answer(session, survey, again, **WHOLE)
    found = turnout(session, survey, NOON)
    assert (found.done, len(found.due)) == (1, 8)
    assert found.owing == {*(each.id for each in people[1:]), newcomer.id}


def test_everybody_has_answered_is_a_census(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held)
    for each in people[:6]:
        answer(session, survey, each, overall=5)
    assert "the share of all may lie within it" in page_of(organizer, survey).words
    answer(session, survey, people[6], overall=3)
    page = page_of(organizer, survey)
    assert "so the share is exact" in page.words
    assert "6 of 7 (85.7%)" in page.words


def test_the_projects_satisfaction_is_over_all_its_surveys(
    session: Session, project: Project, held: Seminar, people: list[Registration]
) -> None:
    named, test = a_survey(session, held), a_survey(session, held, (ONE_OF_EACH[3],), number=3)
    hidden = a_survey(session, held, number=4, anonymous=True)
    for each in people:
        answer(session, named, each, overall=4 if each in people[:4] else 3)
        answer(session, test, each, work="home")
        answer(session, hidden, each, overall=5)
    assert satisfaction_of(session, project) == Satisfaction(4, 7, 70)
    assert not satisfaction_of(session, project).is_reached
    sealed(session, hidden)
    assert satisfaction_of(session, project) == Satisfaction(11, 14, 70)
    assert satisfaction_of(session, held.activity, 100) == Satisfaction(11, 14, 100)
    other = next(each for each in project.activities if each.id != held.activity_id)
    assert satisfaction_of(session, other).answered == 0


def test_few_answers_without_names_are_left_out_of_the_projects_figure_and_never_move_it(
    organizer: Visitor, session: Session, project: Project, held: Seminar, people: list[Registration]
) -> None:
    named = a_survey(session, held)
    answer(session, named, people[0], overall=5)
    small = [a_survey(session, held, number=number, anonymous=True) for number in (3, 4)]
    for each in people[:4]:
        answer(session, small[0], each, overall=1)
    sealed(session, small[0])
    assert satisfaction_of(session, project) == Satisfaction(1, 1, 70, left_out=4)
    for each in people[:3]:
        answer(session, small[1], each, overall=5)
    sealed(session, small[1])
    assert satisfaction_of(session, project) == Satisfaction(1, 1, 70, left_out=7)
    said = "7 answers of anonymous surveys with fewer than five answers are left out"
    assert said in page_of(organizer, named).words
    printed = organizer.get(f"/desk/seminars/{held.id}/surveys/2/report.pdf?language=en").response.data
    with pypdfium2.PdfDocument(printed) as report:
        assert said in " ".join(report[0].get_textpage().get_text_bounded().split())


def test_a_key_that_asks_otherwise_is_not_the_overall_item(
    session: Session, project: Project, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, (Question("overall", QuestionKind.SHORT_TEXT, said("overall")),))
    answer(session, survey, people[0], overall="5")
    assert results(session, survey).satisfaction is None
    assert satisfaction_of(session, project).answered == 0


def test_many_questions_are_shown_in_parts(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    many = choices(*(f"c{number}" for number in range(30)))
    questions = [Question(f"q{number}", QuestionKind.SINGLE, said(f"q{number}"), choices=many) for number in range(60)]
    survey = a_survey(session, held, questions)
    answer(session, survey, people[0], **{each.key: "c7" for each in questions})
    seen = []
    for part in range(1, 6):
        seen += [
            each.get("id") for each in page_of(organizer, survey, f"&part={part}").all("section") if each.get("id")
        ]
    assert seen == [f"item-q{number}" for number in range(60)]
    assert page_of(organizer, survey, "&part=99").words == page_of(organizer, survey, "&part=5").words


def test_long_and_odd_texts_keep_the_page_small(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held)
    for each in people:
        answer(session, survey, each, overall=4, missing="<&\"'>" * 400, city="مرحبا שלום")
    page = page_of(organizer, survey)
    assert "all of them are in the table" in page.words
    assert "مرحبا שלום" in page.words


@given(NUMBERS)
def test_numbers_in_groups_are_all_the_numbers(counts: dict[int, int]) -> None:
    lines = number_lines(counts)
    assert sum(each.count for each in lines) == sum(counts.values())
    assert len(lines) <= 12


@given(st.lists(st.fixed_dictionaries({}, optional={"tools": st.sets(st.sampled_from(["board", "chair", "lift"]))})))
def test_several_choices_are_counted_one_by_one(answers: list[dict[str, Any]]) -> None:
    survey = Survey(anonymous=False, target=70)
    given_ones = [{key: sorted(value) for key, value in each.items()} for each in answers]
    found = counted([Answered(1, [ONE_OF_EACH[4]], given_ones)], survey).items[0]
    assert found.counts == Counter(key for each in given_ones for key in each.get("tools", ()))
    assert found.answered + found.silent == len(answers)


def test_lines_say_what_the_form_says(organizer: Visitor, session: Session, held: Seminar) -> None:
    app = session.info["app"]
    with app.test_request_context("/?lang=ru"):
        item_of = Item(ONE_OF_EACH[3], "work", 3, 3, {"home": 3})
        assert [(each.label, each.count) for each in lines_of(item_of)] == [
            ("ward рус", 0),
            ("home рус", 3),
            ("other рус", 0),
        ]

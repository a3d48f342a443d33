"""Small groups of anonymous answers: hidden on every way out, and only respondents' own answers count towards five."""

import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.surveys.results.result_factories import (
    CODE_QUESTION,
    TEST_QUESTIONS,
    build_test_answers,
    close_and_seal,
    get_learning_gain,
    read_pdf_pages,
    record_answers,
)
from tests.surveys.survey_factories import OVERALL_QUESTION, make_choices, make_form_data, make_survey, make_text
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.answers import VersionAnswers
from trainer.surveys.models import Ballot, Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.paper.ballot_box import record_paper_ballot, record_paper_participation
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.surveys.results.aggregation import aggregate_results, aggregate_versions
from trainer.surveys.results.paired_scores import AnonymousScore, pair_anonymous_scores
from trainer.surveys.results.satisfaction import calculate_satisfaction

TEXT_QUESTION = SurveyQuestion("missing", SurveyQuestionKind.TEXT, make_text("missing"))
NUMBER_QUESTION = SurveyQuestion("years", SurveyQuestionKind.NUMBER, make_text("years"))
MATRIX_QUESTION = SurveyQuestion(
    "trainers", SurveyQuestionKind.MATRIX, make_text("trainers"), rows=make_choices("first", "second")
)
QUESTIONS = (OVERALL_QUESTION, TEXT_QUESTION, NUMBER_QUESTION, MATRIX_QUESTION)
WAYS_OUT = ("results", "report.pdf", "questionnaires.pdf", "answers.xlsx", "answers.csv")
WAYS_OUT_BY_RESPONSE = WAYS_OUT[2:]


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return twelve registrations that attended."""
    past_seminar.capacity = 12
    registrations = [
        register_person(session, past_seminar, AIGUL, surname=f"Сейіт{letter}", phone=f"+770155502{number:02}")
        for number, letter in enumerate("абвгдежзиклм")
    ]
    for registration in registrations:
        mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return registrations


@pytest.fixture
def survey(session: Session, past_seminar: Seminar) -> Survey:
    """Return an open anonymous survey."""
    return make_survey(session, past_seminar, QUESTIONS, anonymous=True)


def enter_paper_forms(
    session: Session, survey: Survey, people: Sequence[Registration], *answers: dict[str, Any]
) -> None:
    """Enter a paper form of each person."""
    record_paper_participation(session, survey, people, NOON)
    for _person, answers_of_form in zip(people, answers, strict=True):
        record_paper_ballot(session, survey, answers_of_form, NOON, fingerprint=survey.current_version.fingerprint)


def read_way_out(organizer: Visitor, survey: Survey, kind: str) -> str:
    """Return all words of a page or document about a survey, in English."""
    address = f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{kind}"
    if kind == "results":
        return organizer.get(f"{address}?lang=en").words
    content = bytes(organizer.get(f"{address}?language=en").response.data)
    if kind.endswith("pdf"):
        return " ".join(read_pdf_pages(content))
    if kind.endswith("csv"):
        return content.decode("utf-8-sig")
    sheets = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    return " ".join(str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", WAYS_OUT)
def test_answers_of_fewer_than_five_people_are_hidden_on_every_way_out(
    organizer: Visitor, session: Session, survey: Survey, people: list[Registration], kind: str
) -> None:
    for number, registration in enumerate(people[:7]):
        few = {"missing": f"құпия {number}", "years": 71_717} if number < 2 else {}
        rows = {"first": 3, "second": 1} if number < 4 else {"first": 3}
        record_answers(session, survey, registration, overall=5, trainers=rows, **few)
    close_and_seal(session, survey)
    words = read_way_out(organizer, survey, kind)
    assert "құпия" not in words
    assert "71717" not in words
    assert "71,717" not in words
    assert ("trainers eng" in words, "first eng" in words) == (True, True)
    if kind in WAYS_OUT_BY_RESPONSE:
        assert "second eng" not in words
        assert "Strongly disagree" not in words or kind != "answers.csv"


@pytest.mark.parametrize("kind", WAYS_OUT)
def test_forms_that_the_organizer_entered_do_not_uncover_the_one_answer_of_a_respondent(
    organizer: Visitor, session: Session, survey: Survey, people: list[Registration], kind: str
) -> None:
    record_answers(session, survey, people[0], overall=1, missing="құпия")
    enter_paper_forms(session, survey, people[1:6], *[{"overall": 5, "missing": "менікі"}] * 5)
    close_and_seal(session, survey)
    assert aggregate_results(session, survey).is_too_few
    if kind in WAYS_OUT_BY_RESPONSE:
        organizer.get(f"/desk/seminars/{survey.seminar_id}/surveys/2/{kind}?language=en", status=303)
        return
    words = read_way_out(organizer, survey, kind)
    assert "has fewer than five answers that people gave themselves" in words
    assert "құпия" not in words


def test_a_question_is_hidden_too_if_most_answers_to_it_were_entered_by_the_organizer(
    organizer: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    for number, registration in enumerate(people[:5]):
        record_answers(session, survey, registration, overall=4, **({"missing": "құпия"} if number < 1 else {}))
    enter_paper_forms(session, survey, people[5:10], *[{"overall": 5, "missing": "менікі"}] * 5)
    close_and_seal(session, survey)
    results = {item.name: item for item in aggregate_results(session, survey).question_results}
    assert results["overall"].value_counts == {4: 5, 5: 5}
    assert (results["missing"].is_hidden, results["missing"].texts) == (True, ())
    for kind in WAYS_OUT:
        assert "құпия" not in read_way_out(organizer, survey, kind)


def test_a_survey_answered_only_on_paper_is_shown_and_no_row_tells_where_it_came_from(
    organizer: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    enter_paper_forms(session, survey, people[:5], *({"overall": 4, "missing": f"сөз {n}"} for n in range(5)))
    close_and_seal(session, survey)
    assert aggregate_results(session, survey).response_count == 5
    for kind in WAYS_OUT_BY_RESPONSE:
        words = read_way_out(organizer, survey, kind)
        assert all(f"сөз {number}" in words for number in range(5))
        assert "paper" not in words
    table = list(csv.reader(read_way_out(organizer, survey, "answers.csv").splitlines(), delimiter=";"))
    assert table[0][:2] == ["№", "overall eng"]


def test_an_answer_sent_while_an_organizer_is_signed_in_does_not_count_towards_five(
    organizer: Visitor, stranger: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    session.commit()
    for number, registration in enumerate(people[:5]):
        browser, address = (organizer if number else stranger), f"/r/{registration.token}/survey/2?lang=en"
        page = browser.get(address)
        assert "Answers are shown only if at least five people have answered themselves" in page.words
        assert ("You are signed in as an organiser" in page.words) is bool(number)
        browser.submit(address, make_form_data({"overall": 5}))
    session.expire_all()
    ballots = session.scalars(select(Ballot.entered_by_organizer)).all()
    assert sorted(ballots) == [False, True, True, True, True]
    close_and_seal(session, survey)
    assert aggregate_results(session, survey).is_too_few


def test_rows_do_not_tell_which_version_a_response_answered(
    organizer: Visitor, session: Session, survey: Survey, people: list[Registration]
) -> None:
    record_answers(session, survey, people[0], overall=1, missing="ескі")
    later = SurveyQuestion("later", SurveyQuestionKind.YES_NO, make_text("later"))
    reworded = (replace(OVERALL_QUESTION, text=make_text("reworded")), *QUESTIONS[1:], later)
    survey.versions.append(SurveyVersion(number=2, questions=[question.to_json() for question in reworded]))
    session.flush()
    for registration in people[1:8]:
        record_answers(session, survey, registration, overall=5, missing="жаңа", later=True)
    close_and_seal(session, survey)
    assert "later eng" in read_way_out(organizer, survey, "results")
    for kind in ("questionnaires.pdf", "answers.csv"):
        words = read_way_out(organizer, survey, kind)
        assert "reworded eng" in words
        assert "ескі" in words
        assert "later eng" not in words
        assert "overall eng" not in words
    assert "Left out: fewer than five people" in read_way_out(organizer, survey, "answers.xlsx")


def test_the_project_figure_leaves_out_a_survey_that_the_guard_hides(
    session: Session, project: Project, survey: Survey, people: list[Registration]
) -> None:
    record_answers(session, survey, people[0], overall=1)
    enter_paper_forms(session, survey, people[1:7], *[{"overall": 5}] * 6)
    close_and_seal(session, survey)
    satisfaction = calculate_satisfaction(session, project)
    assert (satisfaction.answered_count, satisfaction.excluded_count) == (0, 7)


def test_the_scores_of_an_anonymous_test_leave_out_a_question_that_is_hidden(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    questions = (CODE_QUESTION, *TEST_QUESTIONS)
    test = make_survey(session, past_seminar, questions, purpose=SurveyPurpose.POST_TEST, anonymous=True)
    for number, registration in enumerate(people[:6]):
        answers = build_test_answers(4)
        record_answers(session, test, registration, **(answers if number < 1 else {**answers, "item3": ""}))
    close_and_seal(session, test)
    learning_gain = get_learning_gain(session, test)
    assert [comparison.question.key for comparison in learning_gain.comparisons] == ["item0", "item1", "item2"]
    assert learning_gain.mean_after == 100


SCORES = st.lists(
    st.builds(
        AnonymousScore, st.sampled_from(["", *"абвгдежзи"]), st.tuples(st.integers(0, 3), st.just(3)), st.booleans()
    ),
    max_size=16,
)


@given(SCORES, SCORES)
def test_pairs_are_shown_only_if_five_respondents_gave_both_scores_or_none_gave_any(
    before: list[AnonymousScore], after: list[AnonymousScore]
) -> None:
    pairs = pair_anonymous_scores(before, after)
    once = [
        {score.code: score for score in test if score.code and [each.code for each in test].count(score.code) == 1}
        for test in (before, after)
    ]
    paired = once[0].keys() & once[1].keys()
    given_count = [sum(not test[code].is_entered_by_organizer for test in once) for code in paired]
    assert pairs.pair_count == len(paired)
    if pairs.can_be_shown:
        assert given_count.count(2) >= 5 or set(given_count) == {0}
        for test in (before, after):
            left = [score for score in test if score.code not in paired and not score.is_entered_by_organizer]
            assert len(left) == 0 or len(left) >= 5


ANSWERS = st.lists(
    st.fixed_dictionaries(
        {"overall": st.integers(1, 5)},
        optional={
            "missing": st.sampled_from(["a", "b"]),
            "years": st.integers(0, 3),
            "trainers": st.dictionaries(st.sampled_from(["first", "second"]), st.integers(1, 5), min_size=1),
        },
    ),
    max_size=9,
)


@given(ANSWERS, ANSWERS)
def test_nothing_is_shown_of_a_group_with_one_to_four_answers_of_respondents(
    given_answers: list[dict[str, Any]], entered_answers: list[dict[str, Any]]
) -> None:
    survey = Survey(anonymous=True, target=70)
    answers = [*given_answers, *entered_answers]
    results = aggregate_versions([VersionAnswers(1, QUESTIONS, answers, entered_answers)], survey)
    assert results.is_too_few is (len(answers) < 5 or 0 < len(given_answers) < 5)
    for item in results.question_results:
        sizes = [sum(item.name in each for each in group) for group in (answers, given_answers)]
        is_small = any(0 < size < 5 for size in sizes)
        assert item.is_hidden is is_small
        assert not (is_small and (item.value_counts or item.texts or item.row_counts))
        for row_key in item.row_counts:
            row_sizes = [
                sum(row_key in each.get(item.name, {}) for each in group) for group in (answers, given_answers)
            ]
            assert not any(0 < size < 5 for size in row_sizes)

"""Learning gain: tests paired by registration or by the participants' codes; results of checklists."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, register_person
from tests.surveys.results.result_factories import (
    CHECKLIST_STEPS,
    CODE_QUESTION,
    TEST_QUESTIONS,
    close_and_seal,
    create_tests,
    get_learning_gain,
    read_pdf_pages,
    record_test,
)
from tests.surveys.survey_factories import make_survey, make_text
from tests.visitor import Visitor
from trainer.issuing.eligibility import MissingRequirement, list_eligibility
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.checklists.results import summarise_checklist
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import OWN_CODE_KEY, Condition, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import record_response
from trainer.surveys.results.learning_gain import CorrectCount, calculate_learning_gain, normalise_participant_code
from trainer.surveys.results.paired_scores import PairedScores, pair_scores
from trainer.surveys.results.statistics import GainBand
from trainer.surveys.scores.scores import map_test_percents

pytestmark = pytest.mark.one_database

PAIRED_SCORE_TEXTS = ("their mean before", "their mean after", "normalised gain g", "The gain is medium.")
CODED_SCORES = st.lists(st.tuples(st.sampled_from(["", "а", "б", "в", "г"]), st.tuples(st.integers(0, 4), st.just(4))))


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return seven registrations."""
    past_seminar.capacity, past_seminar.pass_mark = 7, 75
    return [
        register_person(session, past_seminar, AIGUL, surname=f"Сейіт{'абвгдеж'[index]}", phone=f"+770155502{index:02}")
        for index in range(7)
    ]


def get_paired_scores(session: Session, survey: Survey) -> PairedScores:
    """Return the paired scores of a test."""
    paired_scores = get_learning_gain(session, survey).paired_scores
    assert paired_scores is not None
    return paired_scores


def test_tests_with_names_are_paired_by_the_person(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, after = create_tests(session, past_seminar)
    for registration, (first, second) in zip(people, [(1, 3), (2, 4), (0, 2)], strict=False):
        record_test(session, before, registration, first)
        record_test(session, after, registration, second)
    record_test(session, before, people[3], 4)
    for survey in (before, after):
        pairs = get_paired_scores(session, survey)
        assert (pairs.pair_count, pairs.unpaired_count, pairs.duplicate_code_count) == (3, 1, 0)
        assert [pairs.mean_before, pairs.mean_after] == [25, 75]
        assert pairs.normalised_gain == Fraction(2, 3)
        assert pairs.gain_band == GainBand.MEDIUM
        learning_gain = get_learning_gain(session, survey)
        assert [learning_gain.mean_before, learning_gain.mean_after] == [Fraction(175, 4), 75]
        assert learning_gain.pass_rate
        assert (learning_gain.pass_rate.passed, learning_gain.pass_rate.total) == (2, 3)
        assert [(comparison.before, comparison.after) for comparison in learning_gain.comparisons] == [
            (comparison.before, comparison.after) for comparison in get_learning_gain(session, after).comparisons
        ]
    comparison = get_learning_gain(session, after).comparisons[0]
    assert (comparison.before, comparison.after) == (CorrectCount(3, 4), CorrectCount(3, 3))


def test_anonymous_tests_are_paired_by_the_normalised_code(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, after = create_tests(session, past_seminar, anonymous=True)
    for number, registration in enumerate(people[:6]):
        record_test(session, before, registration, 1, f"АБ {number}{number}")
        record_test(session, after, registration, 3, f"aб{number}{number} ")
    record_test(session, before, people[6], 0, "АБ 00")
    close_and_seal(session, before, after)
    pairs = get_paired_scores(session, after)
    assert (pairs.pair_count, pairs.duplicate_code_count, pairs.unpaired_count) == (5, 3, 0)
    assert [pairs.mean_before, pairs.mean_after] == [25, 75]


def test_an_anonymous_test_has_no_results_before_it_is_sealed(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, after = create_tests(session, past_seminar, anonymous=True)
    for number, registration in enumerate(people):
        record_test(session, before, registration, 1, f"к{number}")
    assert get_learning_gain(session, after).comparisons == ()
    assert get_paired_scores(session, after).pair_count == 0


def test_fewer_than_five_anonymous_pairs_are_not_shown(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, after = create_tests(session, past_seminar, anonymous=True)
    for number, registration in enumerate(people):
        record_test(session, before, registration, 1, f"к{number}")
        record_test(session, after, registration, 3, f"к{number}" if number < 4 else "")
    close_and_seal(session, before, after)
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/3/results?lang=en")
    assert "Fewer than five people took both tests" in page.words
    assert "normalised gain g" not in page.words


@pytest.mark.parametrize(
    ("alone_before", "alone_after", "told"), [(0, 0, True), (1, 0, False), (0, 4, False), (5, 0, True), (5, 5, True)]
)
def test_anonymous_pairs_are_not_shown_if_a_few_other_scores_could_be_computed(
    organizer: Visitor, session: Session, past_seminar: Seminar, alone_before: int, alone_after: int, told: bool
) -> None:
    past_seminar.capacity = 15
    people = [
        register_person(
            session, past_seminar, AIGUL, surname=f"Сейіт{'абвгдежзиклмноп'[index]}", phone=f"+770155502{index:02}"
        )
        for index in range(15)
    ]
    before, after = create_tests(session, past_seminar, anonymous=True)
    for number, registration in enumerate(people[:5]):
        record_test(session, before, registration, 1, f"к{number}")
        record_test(session, after, registration, 3, f"к{number}")
    for registration in people[5 : 5 + alone_before]:
        record_test(session, before, registration, 4)
    for registration in people[10 : 10 + alone_after]:
        record_test(session, after, registration, 0)
    close_and_seal(session, before, after)
    for number in (2, 3):
        address = f"/desk/seminars/{past_seminar.id}/surveys/{number}"
        page = organizer.get(f"{address}/results?lang=en").words
        printed = " ".join(read_pdf_pages(bytes(organizer.get(f"{address}/report.pdf?language=en").response.data)))
        for text in (page, printed):
            assert [figure in text for figure in PAIRED_SCORE_TEXTS] == [told, told, told, told]
            assert "could be worked out from them" in text or told
            assert "mean before the seminar, everyone who took the test" in text


def test_an_anonymous_test_is_paired_with_one_other_only(session: Session, past_seminar: Seminar) -> None:
    before, after = create_tests(session, past_seminar, anonymous=True)
    later = make_survey(
        session,
        past_seminar,
        (CODE_QUESTION, *TEST_QUESTIONS),
        number=4,
        purpose=SurveyPurpose.POST_TEST,
        anonymous=True,
    )
    assert get_learning_gain(session, before).post_test is after
    assert get_learning_gain(session, after).pre_test is before
    assert get_learning_gain(session, later).pre_test is None


def test_a_test_question_with_few_anonymous_answers_is_left_out(
    session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, _after = create_tests(session, past_seminar, anonymous=True)
    for number, registration in enumerate(people):
        first = {} if number < 4 else {TEST_QUESTIONS[0].key: "yes"}
        record_response(
            session,
            before,
            registration,
            {TEST_QUESTIONS[1].key: "yes", TEST_QUESTIONS[2].key: "no"} | first,
            "kk",
            NOON,
        )
    close_and_seal(session, before)
    assert [
        (comparison.question.key, comparison.before) for comparison in get_learning_gain(session, before).comparisons
    ] == [
        ("item1", CorrectCount(7, 7)),
        ("item2", CorrectCount(0, 7)),
        ("item3", CorrectCount(0, 7)),
    ]


def test_a_test_question_that_a_condition_hid_counts_neither_in_scores_nor_in_the_gain(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    staff = SurveyQuestion("staff", SurveyQuestionKind.YES_NO, make_text("staff"))
    hidden = replace(TEST_QUESTIONS[2], show_if=Condition("staff", ("yes",)))
    questions = (staff, *TEST_QUESTIONS[:2], hidden)
    before, after = (
        make_survey(session, past_seminar, questions, number=number, purpose=purpose)
        for number, purpose in ((2, SurveyPurpose.PRE_TEST), (3, SurveyPurpose.POST_TEST))
    )
    for registration in people[:2]:
        answers = {"staff": False, "item0": "yes", "item1": "no"}
        record_response(session, before, registration, answers, "kk", NOON)
        record_response(session, after, registration, answers | {"item1": "yes"}, "kk", NOON)
    record_response(session, after, people[2], {"staff": True, "item0": "yes", "item1": "yes"}, "kk", NOON)
    learning_gain = get_learning_gain(session, after)
    assert [(comparison.before, comparison.after) for comparison in learning_gain.comparisons] == [
        (CorrectCount(2, 2), CorrectCount(3, 3)),
        (CorrectCount(0, 2), CorrectCount(3, 3)),
        (None, CorrectCount(0, 1)),
    ]
    assert learning_gain.mean_before == 50
    assert learning_gain.pass_rate
    assert (learning_gain.pass_rate.passed, learning_gain.pass_rate.total) == (2, 3)
    pairs = get_paired_scores(session, after)
    assert [pairs.mean_before, pairs.mean_after] == [50, 100]
    assert map_test_percents(session, past_seminar) == {people[0].id: 100, people[1].id: 100, people[2].id: 66}
    refused = {
        item.registration.person.surname
        for item in list_eligibility(session, past_seminar, NOON)
        if MissingRequirement.TEST in item.missing
    }
    assert refused == {person.person.surname for person in people[2:]}  # the last four took no test


def test_a_named_and_an_anonymous_test_are_not_paired(session: Session, past_seminar: Seminar) -> None:
    make_survey(session, past_seminar, TEST_QUESTIONS, number=2, purpose=SurveyPurpose.PRE_TEST, anonymous=True)
    after = make_survey(session, past_seminar, TEST_QUESTIONS, number=3, purpose=SurveyPurpose.POST_TEST)
    assert get_learning_gain(session, after).paired_scores is None


def test_a_loss_is_reported_as_a_loss(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    before, after = create_tests(session, past_seminar)
    for registration in people[:2]:
        record_test(session, before, registration, 4)
        record_test(session, after, registration, 2)
    assert get_paired_scores(session, after).normalised_gain is None
    assert get_paired_scores(session, after).mean_change == Fraction(-1, 2)
    record_test(session, before, people[2], 0)
    record_test(session, after, people[2], 0)
    assert get_paired_scores(session, after).gain_band == GainBand.LOSS
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/3/results?lang=en")
    assert "this is a loss, not a gain" in page.words
    assert "Cummings 2007): -0.5" in page.words.replace("−", "-")


def test_the_correct_answer_is_marked_in_the_table(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    _before, after = create_tests(session, past_seminar)
    record_test(session, after, people[0], 2)
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/3/results?lang=ru").words
    assert page.count("yes рус Правильный ответ") == len(TEST_QUESTIONS)
    assert "верно" not in page


def test_a_survey_for_another_purpose_has_no_test_results(session: Session, past_seminar: Seminar) -> None:
    other = make_survey(session, past_seminar)
    assert calculate_learning_gain(session, other, [other]) is None
    assert summarise_checklist(session, other) is None


@given(CODED_SCORES, CODED_SCORES)
def test_every_result_is_paired_or_counted_as_left_out(
    before: list[tuple[str, tuple[int, int]]], after: list[tuple[str, tuple[int, int]]]
) -> None:
    pairs = pair_scores(before, after)
    assert 2 * pairs.pair_count + pairs.unpaired_count + pairs.duplicate_code_count == len(before) + len(after)
    codes = [[code for code, _result in scores if code] for scores in (before, after)]
    once = {code for code in codes[0] if codes[0].count(code) == 1 and codes[1].count(code) == 1}
    assert pairs.pair_count == len(once)


@pytest.mark.parametrize(
    ("one", "other"), [("АБ-12", "аб 12"), ("Ab12", "аb12"), ("Қ7", "к7"), ("  ә9 ", "а9"), ("Ё1", "е1")]
)
def test_a_code_is_recognised_in_any_spelling(one: str, other: str) -> None:
    assert (
        normalise_participant_code([CODE_QUESTION], {OWN_CODE_KEY: one})
        == normalise_participant_code([CODE_QUESTION], {OWN_CODE_KEY: other})
        != ""
    )
    assert normalise_participant_code([CODE_QUESTION], {}) == ""


def test_a_checklist_counts_each_step_and_who_completed_all(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, CHECKLIST_STEPS, number=2, purpose=SurveyPurpose.CHECKLIST)
    for registration, marks in zip(people, [(1, 1, 1), (1, 0, 1), (0, 0, 1)], strict=False):
        answers = {step.key: bool(did) for step, did in zip(CHECKLIST_STEPS, marks, strict=True)}
        record_response(session, survey, registration, answers, "kk", NOON)
    results = summarise_checklist(session, survey)
    assert results
    assert [(count.completed, count.marked) for count in results.steps] == [(2, 3), (1, 3), (3, 3)]
    assert (results.completed_registration_ids, results.total) == ((people[0].id,), 3)
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/surveys/2/results?lang=en")
    assert "completed every step 1 of 3" in page.words

"""Tests before and after in pairs: by the registration, or by the participants' own codes; and checklists of skills."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, Visitor, registered
from tests.surveys.results.test_downloads import read
from tests.surveys.survey_factories import a_survey, choices, words
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.questions.model import OWN_CODE, Question, QuestionKind
from trainer.surveys.responses import keep_response, surveys_of
from trainer.surveys.results.learning_gain import Learning, Pairs, Solved, code_of, learning, paired, skills
from trainer.surveys.results.statistics import Band

CODE = Question(OWN_CODE, QuestionKind.CODE, words("code"))
ITEMS = tuple(
    Question(f"item{number}", QuestionKind.SINGLE, words(f"item{number}"), choices=choices("yes", "no", right="yes"))
    for number in range(4)
)
STEPS = tuple(Question(f"step{number}", QuestionKind.YES_NO, words(f"step{number}")) for number in range(3))
FIGURES_OF_PAIRS = ("their mean before", "their mean after", "normalised gain g", "The gain is medium.")
RESULTS = st.lists(st.tuples(st.sampled_from(["", "а", "б", "в", "г"]), st.tuples(st.integers(0, 4), st.just(4))))


@pytest.fixture
def people(session: Session, held: Seminar) -> list[Registration]:
    """Seven people."""
    held.capacity, held.pass_mark = 7, 75
    return [
        registered(session, held, AIGUL, surname=f"Сейіт{'абвгдеж'[each]}", phone=f"+770155502{each:02}")
        for each in range(7)
    ]


def the_tests(session: Session, seminar: Seminar, anonymous: bool = False) -> tuple[Survey, Survey]:
    """A test before and a test after."""
    questions = (CODE, *ITEMS) if anonymous else ITEMS
    before, after = (
        a_survey(session, seminar, questions, number=number, purpose=purpose, anonymous=anonymous)
        for number, purpose in ((2, Purpose.PRE_TEST), (3, Purpose.POST_TEST))
    )
    return before, after


def solved(right: int, code: str = "") -> dict[str, Any]:
    """The answers of somebody who knows so many."""
    own = {OWN_CODE: code} if code else {}
    return own | {each.key: "yes" if number < right else "no" for number, each in enumerate(ITEMS)}


def written(session: Session, survey: Survey, who: Registration, right: int, code: str = "") -> None:
    """Somebody writes a test."""
    keep_response(session, survey, who, solved(right, code), "kk", NOON)


def sealed(session: Session, *surveys: Survey) -> None:
    """Close surveys, as if the database had forgotten."""
    for each in surveys:
        close(session, each, NOON).sealed_at = NOON
    session.flush()


def learned(session: Session, survey: Survey) -> Learning:
    """What a test tells."""
    found = learning(session, survey, surveys_of(session, survey.seminar))
    assert found is not None
    return found


def pairs_of(session: Session, survey: Survey) -> Pairs:
    """The pairs of a test."""
    found = learned(session, survey).pairs
    assert found is not None
    return found


def test_tests_with_names_are_paired_by_the_person(session: Session, held: Seminar, people: list[Registration]) -> None:
    before, after = the_tests(session, held)
    for who, (first, second) in zip(people, [(1, 3), (2, 4), (0, 2)], strict=False):
        written(session, before, who, first)
        written(session, after, who, second)
    written(session, before, people[3], 4)
    for survey in (before, after):
        pairs = pairs_of(session, survey)
        assert (pairs.count, pairs.unpaired, pairs.doubled) == (3, 1, 0)
        assert [pairs.before, pairs.after] == [25, 75]
        assert pairs.gain == Fraction(2, 3)
        assert pairs.band == Band.MEDIUM
        found = learned(session, survey)
        assert [found.mean_before, found.mean_after] == [Fraction(175, 4), 75]
        assert found.passed
        assert (found.passed.reached, found.passed.whole) == (2, 3)
        assert [(each.before, each.after) for each in found.items] == [
            (each.before, each.after) for each in learned(session, after).items
        ]
    one = learned(session, after).items[0]
    assert (one.before, one.after) == (Solved(3, 4), Solved(3, 3))


def test_anonymous_tests_are_paired_by_the_code_as_it_is_meant(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    before, after = the_tests(session, held, anonymous=True)
    for number, who in enumerate(people[:6]):
        written(session, before, who, 1, f"АБ {number}{number}")
        written(session, after, who, 3, f"aб{number}{number} ")
    written(session, before, people[6], 0, "АБ 00")
    sealed(session, before, after)
    pairs = pairs_of(session, after)
    assert (pairs.count, pairs.doubled, pairs.unpaired) == (5, 3, 0)
    assert [pairs.before, pairs.after] == [25, 75]


def test_an_anonymous_test_tells_nothing_before_it_is_sealed(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    before, after = the_tests(session, held, anonymous=True)
    for number, who in enumerate(people):
        written(session, before, who, 1, f"к{number}")
    assert learned(session, after).items == ()
    assert pairs_of(session, after).count == 0


def test_fewer_than_five_pairs_without_names_are_not_told(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    before, after = the_tests(session, held, anonymous=True)
    for number, who in enumerate(people):
        written(session, before, who, 1, f"к{number}")
        written(session, after, who, 3, f"к{number}" if number < 4 else "")
    sealed(session, before, after)
    page = organizer.get(f"/desk/seminars/{held.id}/surveys/3/results?lang=en")
    assert "Fewer than five people have written both tests" in page.words
    assert "normalised gain g" not in page.words


@pytest.mark.parametrize(
    ("alone_before", "alone_after", "told"), [(0, 0, True), (1, 0, False), (0, 4, False), (5, 0, True), (5, 5, True)]
)
def test_pairs_without_names_are_not_told_where_they_would_tell_the_results_of_a_few_others(
    organizer: Visitor, session: Session, held: Seminar, alone_before: int, alone_after: int, told: bool
) -> None:
    held.capacity = 15
    people = [
        registered(session, held, AIGUL, surname=f"Сейіт{'абвгдежзиклмноп'[each]}", phone=f"+770155502{each:02}")
        for each in range(15)
    ]
    before, after = the_tests(session, held, anonymous=True)
    for number, who in enumerate(people[:5]):
        written(session, before, who, 1, f"к{number}")
        written(session, after, who, 3, f"к{number}")
    for who in people[5 : 5 + alone_before]:
        written(session, before, who, 4)
    for who in people[10 : 10 + alone_after]:
        written(session, after, who, 0)
    sealed(session, before, after)
    for number in (2, 3):
        address = f"/desk/seminars/{held.id}/surveys/{number}"
        page = organizer.get(f"{address}/results?lang=en").words
        printed = " ".join(read(bytes(organizer.get(f"{address}/report.pdf?language=en").response.data)))
        for text in (page, printed):
            assert [each in text for each in FIGURES_OF_PAIRS] == [told, told, told, told]
            assert "could be computed from them" in text or told
            assert "mean before the seminar, all who wrote the test" in text


def test_an_anonymous_test_is_paired_with_one_other_only(session: Session, held: Seminar) -> None:
    before, after = the_tests(session, held, anonymous=True)
    later = a_survey(session, held, (CODE, *ITEMS), number=4, purpose=Purpose.POST_TEST, anonymous=True)
    assert learned(session, before).after is after
    assert learned(session, after).before is before
    assert learned(session, later).before is None


def test_a_question_that_few_answered_without_a_name_is_not_told(
    session: Session, held: Seminar, people: list[Registration]
) -> None:
    before, _after = the_tests(session, held, anonymous=True)
    for number, who in enumerate(people):
        first = {} if number < 4 else {ITEMS[0].key: "yes"}
        keep_response(session, before, who, {ITEMS[1].key: "yes", ITEMS[2].key: "no"} | first, "kk", NOON)
    sealed(session, before)
    assert [(each.question.key, each.before) for each in learned(session, before).items] == [
        ("item1", Solved(7, 7)),
        ("item2", Solved(0, 7)),
        ("item3", Solved(0, 7)),
    ]


def test_a_test_with_names_and_one_without_make_no_pairs(session: Session, held: Seminar) -> None:
    a_survey(session, held, ITEMS, number=2, purpose=Purpose.PRE_TEST, anonymous=True)
    after = a_survey(session, held, ITEMS, number=3, purpose=Purpose.POST_TEST)
    assert learned(session, after).pairs is None


def test_a_loss_is_called_one(organizer: Visitor, session: Session, held: Seminar, people: list[Registration]) -> None:
    before, after = the_tests(session, held)
    for who in people[:2]:
        written(session, before, who, 4)
        written(session, after, who, 2)
    assert pairs_of(session, after).gain is None
    assert pairs_of(session, after).change == Fraction(-1, 2)
    written(session, before, people[2], 0)
    written(session, after, people[2], 0)
    assert pairs_of(session, after).band == Band.LOSS
    page = organizer.get(f"/desk/seminars/{held.id}/surveys/3/results?lang=en")
    assert "this is a loss, not a gain" in page.words
    assert "Cummings 2007): -0.5" in page.words.replace("−", "-")


def test_the_right_answer_is_named_beside_the_numbers(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    _before, after = the_tests(session, held)
    written(session, after, people[0], 2)
    page = organizer.get(f"/desk/seminars/{held.id}/surveys/3/results?lang=ru").words
    assert page.count("yes рус Правильный ответ") == len(ITEMS)
    assert "верно" not in page


def test_another_survey_is_no_test(session: Session, held: Seminar) -> None:
    other = a_survey(session, held)
    assert learning(session, other, [other]) is None
    assert skills(session, other) is None


@given(RESULTS, RESULTS)
def test_every_result_is_paired_or_counted_as_left_out(
    before: list[tuple[str, tuple[int, int]]], after: list[tuple[str, tuple[int, int]]]
) -> None:
    found = paired(before, after)
    assert 2 * found.count + found.unpaired + found.doubled == len(before) + len(after)
    codes = [[who for who, _result in each if who] for each in (before, after)]
    once = {each for each in codes[0] if codes[0].count(each) == 1 and codes[1].count(each) == 1}
    assert found.count == len(once)


@pytest.mark.parametrize(
    ("one", "other"), [("АБ-12", "аб 12"), ("Ab12", "аb12"), ("Қ7", "к7"), ("  ә9 ", "а9"), ("Ё1", "е1")]
)
def test_a_code_is_known_however_it_is_typed(one: str, other: str) -> None:
    assert code_of([CODE], {OWN_CODE: one}) == code_of([CODE], {OWN_CODE: other}) != ""
    assert code_of([CODE], {}) == ""


def test_a_checklist_says_who_did_each_step_and_who_did_all(
    organizer: Visitor, session: Session, held: Seminar, people: list[Registration]
) -> None:
    survey = a_survey(session, held, STEPS, number=2, purpose=Purpose.SKILLS)
    for who, done in zip(people, [(1, 1, 1), (1, 0, 1), (0, 0, 1)], strict=False):
        answers = {each.key: bool(did) for each, did in zip(STEPS, done, strict=True)}
        keep_response(session, survey, who, answers, "kk", NOON)
    found = skills(session, survey)
    assert found
    assert [(each.right, each.whole) for _step, each in found.steps] == [(2, 3), (1, 3), (3, 3)]
    assert (found.all_steps, found.whole) == ((people[0].id,), 3)
    page = organizer.get(f"/desk/seminars/{held.id}/surveys/2/results?lang=en")
    assert "did every step1 of 3" in page.words

"""Answers against questions: whatever is given, what is kept is answers to questions that were shown."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.survey_factories import ONE_OF_EACH, choices, words
from trainer.surveys.questions.model import Condition, Question, QuestionKind, Wrong, problems
from trainer.surveys.questions.validation import AnswersRefused, Refusal, checked, score, shown

GOOD: dict[str, Any] = {
    "overall": 5,
    "useful": 1,
    "work": "home",
    "tools": ["lift", "board"],
    "trainers": {"second": 4, "first": 3},
    "recommend": 0,
    "years": 0,
    "again": False,
    "city": "Ақтау",
    "missing": "Ештеңе",
}
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 12), st.floats(), st.sampled_from(["", "ward", "board", "ә" * 300])
)
ANYTHING = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.sampled_from(["first", "x"]), SCALARS))
STAFF = Question("staff", QuestionKind.YES_NO, words("staff"))
WARD = Question("ward", QuestionKind.TEXT, words("ward"), required=True, show_if=Condition("staff", ("yes",)))
BEDS = Question("beds", QuestionKind.NUMBER, words("beds"), show_if=Condition("staff", ("yes",)))


def refused(questions: tuple[Question, ...], answers: dict[str, Any]) -> dict[str, Refusal]:
    """Why answers are refused."""
    with pytest.raises(AnswersRefused) as error:
        checked(questions, answers)
    return error.value.refusals


def test_good_answers_are_kept_in_the_order_of_the_form() -> None:
    kept = checked(ONE_OF_EACH, dict(reversed(GOOD.items())))
    assert list(kept) == list(GOOD)
    assert kept == {**GOOD, "tools": ["board", "lift"]}
    assert list(kept["trainers"]) == ["first", "second"]


def test_no_and_nought_are_answers_and_blanks_are_none() -> None:
    kept = checked(ONE_OF_EACH, {"overall": 1, "again": False, "years": 0, "city": "", "tools": [], "trainers": {}})
    assert kept == {"overall": 1, "again": False, "years": 0}


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("overall", 6, Refusal.UNKNOWN),
        ("overall", 0, Refusal.UNKNOWN),
        ("overall", True, Refusal.UNKNOWN),
        ("overall", None, Refusal.MISSING),
        ("useful", "5", Refusal.UNKNOWN),
        ("work", "kitchen", Refusal.UNKNOWN),
        ("work", ["ward"], Refusal.UNKNOWN),
        ("tools", ["board", "board"], Refusal.UNKNOWN),
        ("tools", ["board", "ladder"], Refusal.UNKNOWN),
        ("tools", "board", Refusal.UNKNOWN),
        ("trainers", {"third": 5}, Refusal.UNKNOWN),
        ("trainers", {"first": 0}, Refusal.UNKNOWN),
        ("trainers", {"first": 2.0}, Refusal.UNKNOWN),
        ("recommend", 11, Refusal.UNKNOWN),
        ("years", 61, Refusal.UNKNOWN),
        ("years", -1, Refusal.UNKNOWN),
        ("again", "yes", Refusal.UNKNOWN),
        ("city", "а" * 201, Refusal.TOO_LONG),
        ("missing", "а" * 2001, Refusal.TOO_LONG),
        ("missing", 5, Refusal.UNKNOWN),
    ],
)
def test_what_is_no_answer_is_refused_by_name(key: str, value: Any, why: Refusal) -> None:
    assert refused(ONE_OF_EACH, {**GOOD, key: value}) == {key: why}


@given(st.dictionaries(st.sampled_from([*GOOD, "about", "unknown"]), ANYTHING))
def test_whatever_is_given_what_is_kept_answers_a_question(answers: dict[str, Any]) -> None:
    try:
        kept = checked(ONE_OF_EACH, answers)
    except AnswersRefused as error:
        assert set(error.refusals) <= set(GOOD)
        return
    assert set(kept) <= set(GOOD) & set(answers) | {"overall"}
    assert checked(ONE_OF_EACH, kept) == kept
    assert kept["overall"] in (1, 2, 3, 4, 5)


def test_a_draft_may_lack_what_is_needed() -> None:
    assert checked(ONE_OF_EACH, {"useful": 3}, complete=False) == {"useful": 3}


def test_a_question_that_is_not_shown_is_neither_needed_nor_kept() -> None:
    form = (STAFF, WARD, BEDS)
    assert checked(form, {"staff": False, "ward": "3", "beds": -5}) == {"staff": False}
    assert checked(form, {"ward": "3"}) == {}
    assert checked(form, {"staff": True, "ward": "3"}) == {"staff": True, "ward": "3"}
    assert refused(form, {"staff": True}) == {"ward": Refusal.MISSING}


def test_a_hidden_section_hides_its_questions_up_to_the_next_one() -> None:
    hidden = Question("part", QuestionKind.SECTION, words("part"), show_if=Condition("staff", ("yes",)))
    rest = Question("rest", QuestionKind.SECTION, words("rest"))
    inside, after = Question("inside", QuestionKind.TEXT, words("i")), Question("after", QuestionKind.TEXT, words("a"))
    form = (STAFF, hidden, inside, rest, after)
    assert [each.key for each in shown(form, {"staff": False})] == ["staff", "rest", "after"]
    assert [each.key for each in shown(form, {"staff": True})] == ["staff", "part", "inside", "rest", "after"]


def test_what_depends_on_a_hidden_question_is_hidden_too() -> None:
    deeper = Question("deeper", QuestionKind.TEXT, words("d"), show_if=Condition("size", ("a",)))
    size = Question(
        "size", QuestionKind.SINGLE, words("s"), choices=choices("a", "b"), show_if=Condition("staff", ("yes",))
    )
    assert checked((STAFF, size, deeper), {"staff": False, "size": "a", "deeper": "x"}) == {"staff": False}


def test_a_matrix_that_is_needed_is_needed_in_every_row() -> None:
    matrix = Question("m", QuestionKind.MATRIX, words("m"), required=True, rows=choices("one", "two"))
    assert refused((matrix,), {"m": {"one": 5}}) == {"m": Refusal.MISSING}
    assert checked((matrix,), {"m": {"one": 5, "two": 1}}) == {"m": {"one": 5, "two": 1}}


def test_a_test_counts_what_is_right_and_of_several_choices_all_or_nothing() -> None:
    level = Question("level", QuestionKind.SINGLE, words("l"), choices=choices("t4", "t6", "l1", right="t6"))
    signs = Question("signs", QuestionKind.MULTIPLE, words("s"), choices=choices("a", "b", "c", right="a"))
    opinion = Question("opinion", QuestionKind.SINGLE, words("o"), choices=choices("a", "b"))
    form = (level, signs, opinion)
    result = score(form, {"level": "t6", "signs": ["a", "b"], "opinion": "a"})
    assert (result.right, result.whole, result.percent) == (1, 2, 50)
    assert score(form, {"level": "t6", "signs": ["a"]}).percent == 100
    assert score(form, {}).right == 0
    assert score((opinion,), {"opinion": "a"}).percent == 0


def test_questions_of_every_kind_are_kept_and_read_again() -> None:
    form = (*ONE_OF_EACH, STAFF, WARD)
    assert tuple(Question.read(each.kept()) for each in form) == form
    assert problems(form) == []


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        (Question("staff", QuestionKind.TEXT, words("twice")), Wrong.KEY),
        (Question("Ә", QuestionKind.TEXT, words("no key")), Wrong.KEY),
        (Question("silent", QuestionKind.TEXT, words("").__class__()), Wrong.NO_TEXT),
        (Question("one", QuestionKind.SINGLE, words("one"), choices=choices("only")), Wrong.CHOICES),
        (Question("same", QuestionKind.SINGLE, words("same"), choices=choices("a", "a")), Wrong.CHOICES),
        (Question("none", QuestionKind.MATRIX, words("none")), Wrong.ROWS),
        (
            Question("m", QuestionKind.MATRIX, words("m"), rows=choices("a"), scale=QuestionKind.TEXT),
            Wrong.SCALE,
        ),
        (Question("n", QuestionKind.NUMBER, words("n"), least=5, most=4), Wrong.BOUNDS),
        (Question("c", QuestionKind.TEXT, words("c"), show_if=Condition("later", ("yes",))), Wrong.CONDITION),
        (Question("c", QuestionKind.TEXT, words("c"), show_if=Condition("staff", ("maybe",))), Wrong.CONDITION),
        (Question("c", QuestionKind.TEXT, words("c"), show_if=Condition("staff", ())), Wrong.CONDITION),
    ],
)
def test_what_cannot_be_asked_is_found(question: Question, wrong: Wrong) -> None:
    assert [each.wrong for each in problems((STAFF, question))] == [wrong]

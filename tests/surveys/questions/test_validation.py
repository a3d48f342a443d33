"""Validation of answers: whatever is submitted, only valid answers to visible questions are stored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.surveys.survey_factories import QUESTION_OF_EACH_KIND, make_choices, make_text
from trainer.surveys.questions.model import (
    Condition,
    QuestionProblemKind,
    SurveyQuestion,
    SurveyQuestionKind,
    list_question_problems,
)
from trainer.surveys.questions.validation import (
    AnswerProblem,
    AnswersInvalid,
    calculate_score,
    list_visible_questions,
    validate_answers,
)

VALID_ANSWERS: dict[str, Any] = {
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
ANY_VALUE = st.one_of(SCALARS, st.lists(SCALARS, max_size=3), st.dictionaries(st.sampled_from(["first", "x"]), SCALARS))
STAFF = SurveyQuestion("staff", SurveyQuestionKind.YES_NO, make_text("staff"))
WARD = SurveyQuestion(
    "ward", SurveyQuestionKind.TEXT, make_text("ward"), required=True, show_if=Condition("staff", ("yes",))
)
BEDS = SurveyQuestion("beds", SurveyQuestionKind.NUMBER, make_text("beds"), show_if=Condition("staff", ("yes",)))

YES_NO_CHOICES = make_choices("yes", "no", correct_key="yes")


def list_answer_problems(questions: tuple[SurveyQuestion, ...], answers: dict[str, Any]) -> dict[str, AnswerProblem]:
    """Return the problems of invalid answers."""
    with pytest.raises(AnswersInvalid) as error:
        validate_answers(questions, answers)
    return error.value.problems


def test_valid_answers_are_returned_in_question_order() -> None:
    stored = validate_answers(QUESTION_OF_EACH_KIND, dict(reversed(VALID_ANSWERS.items())))
    assert list(stored) == list(VALID_ANSWERS)
    assert stored == {**VALID_ANSWERS, "tools": ["board", "lift"]}
    assert list(stored["trainers"]) == ["first", "second"]


def test_no_and_zero_are_answers_and_blank_values_are_not() -> None:
    stored = validate_answers(
        QUESTION_OF_EACH_KIND, {"overall": 1, "again": False, "years": 0, "city": "", "tools": [], "trainers": {}}
    )
    assert stored == {"overall": 1, "again": False, "years": 0}


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("overall", 6, AnswerProblem.UNKNOWN),
        ("overall", 0, AnswerProblem.UNKNOWN),
        ("overall", True, AnswerProblem.UNKNOWN),
        ("overall", None, AnswerProblem.MISSING),
        ("useful", "5", AnswerProblem.UNKNOWN),
        ("work", "kitchen", AnswerProblem.UNKNOWN),
        ("work", ["ward"], AnswerProblem.UNKNOWN),
        ("tools", ["board", "board"], AnswerProblem.UNKNOWN),
        ("tools", ["board", "ladder"], AnswerProblem.UNKNOWN),
        ("tools", "board", AnswerProblem.UNKNOWN),
        ("trainers", {"third": 5}, AnswerProblem.UNKNOWN),
        ("trainers", {"first": 0}, AnswerProblem.UNKNOWN),
        ("trainers", {"first": 2.0}, AnswerProblem.UNKNOWN),
        ("recommend", 11, AnswerProblem.UNKNOWN),
        ("years", 61, AnswerProblem.UNKNOWN),
        ("years", -1, AnswerProblem.UNKNOWN),
        ("again", "yes", AnswerProblem.UNKNOWN),
        ("city", "а" * 201, AnswerProblem.TOO_LONG),
        ("missing", "а" * 2001, AnswerProblem.TOO_LONG),
        ("missing", 5, AnswerProblem.UNKNOWN),
    ],
)
def test_an_invalid_answer_is_reported_by_its_question_key(key: str, value: Any, problem: AnswerProblem) -> None:
    assert list_answer_problems(QUESTION_OF_EACH_KIND, {**VALID_ANSWERS, key: value}) == {key: problem}


@given(st.dictionaries(st.sampled_from([*VALID_ANSWERS, "about", "unknown"]), ANY_VALUE))
def test_only_valid_answers_are_returned_for_any_input(answers: dict[str, Any]) -> None:
    try:
        stored = validate_answers(QUESTION_OF_EACH_KIND, answers)
    except AnswersInvalid as error:
        assert set(error.problems) <= set(VALID_ANSWERS)
        return
    assert set(stored) <= set(VALID_ANSWERS) & set(answers) | {"overall"}
    assert validate_answers(QUESTION_OF_EACH_KIND, stored) == stored
    assert stored["overall"] in (1, 2, 3, 4, 5)


def test_a_draft_may_lack_required_answers() -> None:
    assert validate_answers(QUESTION_OF_EACH_KIND, {"useful": 3}, complete=False) == {"useful": 3}


def test_a_hidden_question_is_neither_required_nor_stored() -> None:
    form = (STAFF, WARD, BEDS)
    assert validate_answers(form, {"staff": False, "ward": "3", "beds": -5}) == {"staff": False}
    assert validate_answers(form, {"ward": "3"}) == {}
    assert validate_answers(form, {"staff": True, "ward": "3"}) == {"staff": True, "ward": "3"}
    assert list_answer_problems(form, {"staff": True}) == {"ward": AnswerProblem.MISSING}


def test_a_hidden_section_hides_its_questions_up_to_the_next_one() -> None:
    hidden = SurveyQuestion("part", SurveyQuestionKind.SECTION, make_text("part"), show_if=Condition("staff", ("yes",)))
    rest = SurveyQuestion("rest", SurveyQuestionKind.SECTION, make_text("rest"))
    inside, after = (
        SurveyQuestion("inside", SurveyQuestionKind.TEXT, make_text("i")),
        SurveyQuestion("after", SurveyQuestionKind.TEXT, make_text("a")),
    )
    form = (STAFF, hidden, inside, rest, after)
    assert [question.key for question in list_visible_questions(form, {"staff": False})] == ["staff", "rest", "after"]
    assert [question.key for question in list_visible_questions(form, {"staff": True})] == [
        "staff",
        "part",
        "inside",
        "rest",
        "after",
    ]


def test_a_question_that_depends_on_a_hidden_one_is_hidden() -> None:
    deeper = SurveyQuestion("deeper", SurveyQuestionKind.TEXT, make_text("d"), show_if=Condition("size", ("a",)))
    size = SurveyQuestion(
        "size",
        SurveyQuestionKind.SINGLE,
        make_text("s"),
        choices=make_choices("a", "b"),
        show_if=Condition("staff", ("yes",)),
    )
    assert validate_answers((STAFF, size, deeper), {"staff": False, "size": "a", "deeper": "x"}) == {"staff": False}


def test_a_required_matrix_needs_an_answer_in_every_row() -> None:
    matrix = SurveyQuestion(
        "m", SurveyQuestionKind.MATRIX, make_text("m"), required=True, rows=make_choices("one", "two")
    )
    assert list_answer_problems((matrix,), {"m": {"one": 5}}) == {"m": AnswerProblem.MISSING}
    assert validate_answers((matrix,), {"m": {"one": 5, "two": 1}}) == {"m": {"one": 5, "two": 1}}


def test_a_question_scores_only_if_exactly_its_correct_choices_are_chosen() -> None:
    level = SurveyQuestion(
        "level", SurveyQuestionKind.SINGLE, make_text("l"), choices=make_choices("t4", "t6", "l1", correct_key="t6")
    )
    signs = SurveyQuestion(
        "signs", SurveyQuestionKind.MULTIPLE, make_text("s"), choices=make_choices("a", "b", "c", correct_key="a")
    )
    opinion = SurveyQuestion("opinion", SurveyQuestionKind.SINGLE, make_text("o"), choices=make_choices("a", "b"))
    form = (level, signs, opinion)
    result = calculate_score(form, {"level": "t6", "signs": ["a", "b"], "opinion": "a"})
    assert (result.correct, result.total, result.percent) == (1, 2, 50)
    assert calculate_score(form, {"level": "t6", "signs": ["a"]}).percent == 100
    assert calculate_score(form, {}).correct == 0
    assert calculate_score((opinion,), {"opinion": "a"}).percent == 0


def test_a_test_question_that_a_condition_hid_does_not_count() -> None:
    opened = Condition("staff", ("yes",))
    level, part = (
        SurveyQuestion("level", SurveyQuestionKind.SINGLE, make_text("l"), choices=YES_NO_CHOICES, show_if=opened),
        SurveyQuestion("part", SurveyQuestionKind.SECTION, make_text("p"), show_if=opened),
    )
    inside, always = (
        SurveyQuestion(key, SurveyQuestionKind.SINGLE, make_text(key), choices=YES_NO_CHOICES)
        for key in ("inside", "always")
    )
    form = (STAFF, always, level, part, inside)
    hidden = calculate_score(form, {"staff": False, "always": "yes"})
    assert (hidden.correct, hidden.total, hidden.percent) == (1, 1, 100)
    shown_and_skipped = calculate_score(form, {"staff": True, "always": "yes"})
    assert (shown_and_skipped.correct, shown_and_skipped.total, shown_and_skipped.percent) == (1, 3, 33)
    assert calculate_score((STAFF, level), {"staff": False}).total == 0


@given(st.booleans() | st.none(), st.dictionaries(st.sampled_from(["level", "deeper"]), st.sampled_from(["yes", "no"])))
def test_the_score_counts_exactly_the_test_questions_that_were_shown(staff: bool | None, rest: dict[str, Any]) -> None:
    level, deeper = (
        SurveyQuestion(
            key, SurveyQuestionKind.SINGLE, make_text(key), choices=YES_NO_CHOICES, show_if=Condition(earlier, ("yes",))
        )
        for key, earlier in (("level", "staff"), ("deeper", "level"))
    )
    form = (STAFF, level, deeper)
    stored = validate_answers(form, {"staff": staff, **rest})
    shown = {question.key for question in list_visible_questions(form, stored)} - {"staff"}
    score = calculate_score(form, stored)
    assert (score.correct, score.total) == (sum(stored.get(key) == "yes" for key in shown), len(shown))


def test_questions_of_every_kind_survive_a_round_trip_through_json() -> None:
    form = (*QUESTION_OF_EACH_KIND, STAFF, WARD)
    assert tuple(SurveyQuestion.from_json(question.to_json()) for question in form) == form
    assert list_question_problems(form) == []


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        (SurveyQuestion("staff", SurveyQuestionKind.TEXT, make_text("twice")), QuestionProblemKind.KEY),
        (SurveyQuestion("Ә", SurveyQuestionKind.TEXT, make_text("no key")), QuestionProblemKind.KEY),
        (SurveyQuestion("silent", SurveyQuestionKind.TEXT, make_text("").__class__()), QuestionProblemKind.NO_TEXT),
        (
            SurveyQuestion("one", SurveyQuestionKind.SINGLE, make_text("one"), choices=make_choices("only")),
            QuestionProblemKind.CHOICES,
        ),
        (
            SurveyQuestion("same", SurveyQuestionKind.SINGLE, make_text("same"), choices=make_choices("a", "a")),
            QuestionProblemKind.CHOICES,
        ),
        (SurveyQuestion("none", SurveyQuestionKind.MATRIX, make_text("none")), QuestionProblemKind.ROWS),
        (
            SurveyQuestion(
                "m", SurveyQuestionKind.MATRIX, make_text("m"), rows=make_choices("a"), scale=SurveyQuestionKind.TEXT
            ),
            QuestionProblemKind.SCALE,
        ),
        (SurveyQuestion("n", SurveyQuestionKind.NUMBER, make_text("n"), least=5, most=4), QuestionProblemKind.BOUNDS),
        (
            SurveyQuestion("c", SurveyQuestionKind.TEXT, make_text("c"), show_if=Condition("later", ("yes",))),
            QuestionProblemKind.CONDITION,
        ),
        (
            SurveyQuestion("c", SurveyQuestionKind.TEXT, make_text("c"), show_if=Condition("staff", ("maybe",))),
            QuestionProblemKind.CONDITION,
        ),
        (
            SurveyQuestion("c", SurveyQuestionKind.TEXT, make_text("c"), show_if=Condition("staff", ())),
            QuestionProblemKind.CONDITION,
        ),
    ],
)
def test_problems_of_a_question_are_found(question: SurveyQuestion, kind: QuestionProblemKind) -> None:
    assert [problem.kind for problem in list_question_problems((STAFF, question))] == [kind]

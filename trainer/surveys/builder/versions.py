"""Changing a survey's questions: one change at a time, an answered version stays as it is, and a change makes the next one."""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.surveys.catalogue import list_version_questions, lock_survey
from trainer.surveys.models import (
    AnonymousResponse,
    Ballot,
    Survey,
    SurveyDraft,
    SurveyPurpose,
    SurveyResponse,
    SurveyVersion,
)
from trainer.surveys.questions.keys import RESERVED_KEYS, assign_choice_keys, build_unique_key
from trainer.surveys.questions.model import (
    OVERALL_KEY,
    OWN_CODE_KEY,
    Choice,
    Condition,
    QuestionProblem,
    SurveyQuestion,
    SurveyQuestionKind,
    list_question_problems,
)
from trainer.surveys.schedule import find_survey_opening, is_survey_closed

ANSWER_TABLES = (SurveyResponse, Ballot, AnonymousResponse, SurveyDraft)


class QuestionChanged(Exception):
    """Somebody else has changed the question, or taken it away, since it was shown."""


class SurveyEditingClosed(Exception):
    """The survey is closed: its questions stay as they are."""


class AnonymousSurveyAnswered(Exception):
    """An anonymous survey that somebody has answered stays as it is: the version would tell who answered before and who after."""


class OwnCodeNotAllowed(Exception):
    """Beside a name, the participant's own code would tell whose answers to an anonymous survey with the same code are whose."""


class QuestionsMissing(Exception):
    """A survey that people are asked has one question at least."""


class QuestionsInvalid(Exception):
    """The questions could not be asked like this; `problems` says why, by the place in `questions`."""

    def __init__(self, problems: Sequence[QuestionProblem], questions: Sequence[SurveyQuestion]) -> None:
        super().__init__(", ".join(f"{each.position}: {each.kind}" for each in problems))
        self.problems, self.questions = list(problems), list(questions)


QuestionListChange = Callable[[list[SurveyQuestion]], list[SurveyQuestion]]


def list_answered_version_ids(session: Session, survey: Survey) -> set[int]:
    """Give the ids of the versions that somebody has answered or begun to answer."""
    if survey.id is None:
        return set()
    own = [each.id for each in survey.versions]
    found = (select(table.version_id).where(table.version_id.in_(own)).distinct() for table in ANSWER_TABLES)
    return {each for wanted in found for each in session.scalars(wanted)}


def is_survey_answered(session: Session, survey: Survey) -> bool:
    """Whether anybody has answered a survey or begun to."""
    return bool(list_answered_version_ids(session, survey))


def can_survey_be_displayed(survey: Survey, now: datetime) -> bool:
    """Whether somebody may have the form before them now."""
    if not survey.released:
        return False
    opens = find_survey_opening(survey)
    before = survey.purpose in (SurveyPurpose.PRE_TEST, SurveyPurpose.CHECKLIST) or survey.kiosk_token is not None
    return before or (opens is not None and opens <= now)


def compute_questions_fingerprint(questions: Iterable[SurveyQuestion]) -> str:
    """Name questions as they are now: another word, another mark."""
    told = json.dumps([each.to_json() for each in questions], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def create_survey_question(
    session: Session, survey: Survey, question: SurveyQuestion, after_key: str, now: datetime
) -> SurveyQuestion:
    """Put a question after another one, or first where `after_key` is empty. Raises what `write` raises."""
    survey = lock_survey(session, survey)
    new = assign_question_keys(question, build_question_key(question, list_used_question_keys(survey)), None)
    save_survey_questions(session, survey, lambda there: insert_question_after(there, new, after_key), now)
    return new


def update_survey_question(
    session: Session,
    survey: Survey,
    key: str,
    question: SurveyQuestion,
    *,
    after_key: str,
    seen_fingerprint: str,
    now: datetime,
    counted_together: bool = True,
) -> SurveyQuestion:
    """Ask a question otherwise. `seen_fingerprint` is the mark of the question as the organizer saw it.

    The answers before and after are counted together unless `counted_together` is false or the scale is another: then it gets a new key.
    Raises ChangedMeanwhile and what `write` raises.
    """
    survey = lock_survey(session, survey)
    before = get_question_by_key(list_version_questions(survey.current_version), key)
    if compute_questions_fingerprint([before]) != seen_fingerprint or question.kind != before.kind:
        raise QuestionChanged
    stays = (counted_together and question.scale == before.scale) or key in (OVERALL_KEY, OWN_CODE_KEY)
    new = assign_question_keys(
        question, key if stays else build_question_key(question, list_used_question_keys(survey)), before
    )

    def changed(there: list[SurveyQuestion]) -> list[SurveyQuestion]:
        others = [update_condition_key(each, key, new.key) for each in there if each.key != key]
        return insert_question_after(others, new, after_key)

    save_survey_questions(session, survey, changed, now)
    return new


def move_survey_question(session: Session, survey: Survey, key: str, up: bool, now: datetime) -> None:
    """Change places with the question above or below; the first and the last stay. Raises as `change` does."""
    survey = lock_survey(session, survey)

    def moved(there: list[SurveyQuestion]) -> list[SurveyQuestion]:
        here = there.index(get_question_by_key(there, key))
        target = here - 1 if up else here + 1
        if 0 <= target < len(there):
            there[here], there[target] = there[target], there[here]
        return there

    save_survey_questions(session, survey, moved, now)


def delete_survey_question(session: Session, survey: Survey, key: str, now: datetime) -> None:
    """Ask a question no more. Raises as `change` does."""
    survey = lock_survey(session, survey)
    gone = get_question_by_key(list_version_questions(survey.current_version), key)
    save_survey_questions(session, survey, lambda there: [each for each in there if each != gone], now)


def replace_survey_questions(
    session: Session, survey: Survey, questions: Sequence[SurveyQuestion], seen_fingerprint: str, now: datetime
) -> None:
    """Ask these questions instead of all that were there. Raises as `change` does."""
    survey = lock_survey(session, survey)
    if compute_questions_fingerprint(list_version_questions(survey.current_version)) != seen_fingerprint:
        raise QuestionChanged
    save_survey_questions(session, survey, lambda _there: separate_reused_keys(survey, questions), now)


def separate_reused_keys(survey: Survey, questions: Sequence[SurveyQuestion]) -> list[SurveyQuestion]:
    """Give another key to each question whose key stood for another kind of answers before."""
    before = [each for version in survey.versions for each in list_version_questions(version)]
    taken = list_used_question_keys(survey) | {each.key for each in questions}
    found = list(questions)
    for each in questions:
        if any(one.key == each.key and (one.kind, one.scale) != (each.kind, each.scale) for one in before):
            new = build_unique_key(each.text, taken | RESERVED_KEYS, "question")
            taken.add(new)
            found = [
                replace(one, key=new) if one.key == each.key else update_condition_key(one, each.key, new)
                for one in found
            ]
    return found


def save_survey_questions(session: Session, survey: Survey, change: QuestionListChange, now: datetime) -> None:
    """Keep the questions: where they stand as long as nobody could have seen them, else as the next version.

    Raises QuestionsRefused, NoQuestions, CodeWithNames, SurveyOver, AnonymousStands.
    """
    if is_survey_closed(survey, now):
        raise SurveyEditingClosed
    if survey.anonymous and is_survey_answered(session, survey):
        raise AnonymousSurveyAnswered
    questions = change(list_version_questions(survey.current_version))
    if (
        not survey.anonymous
        and has_own_code_question(questions)
        and not has_own_code_question(list_version_questions(survey.current_version))
    ):
        raise OwnCodeNotAllowed
    wrong = list_question_problems(questions)
    if wrong:
        raise QuestionsInvalid(wrong, questions)
    if survey.released and not questions:
        raise QuestionsMissing
    kept = [each.to_json() for each in questions]
    current = survey.current_version
    if kept == current.questions:
        return
    if current.id in list_answered_version_ids(session, survey) or can_survey_be_displayed(survey, now):
        survey.versions.append(SurveyVersion(number=current.number + 1, questions=kept))
    else:
        current.questions = kept
    session.flush()


def has_own_code_question(questions: Iterable[SurveyQuestion]) -> bool:
    """Whether the participant's own code is asked."""
    return any(each.kind == SurveyQuestionKind.CODE for each in questions)


def get_question_by_key(questions: Iterable[SurveyQuestion], key: str) -> SurveyQuestion:
    """Find a question by its key. Raises ChangedMeanwhile where it is gone."""
    there = next((each for each in questions if each.key == key), None)
    if there is None:
        raise QuestionChanged
    return there


def insert_question_after(
    questions: Sequence[SurveyQuestion], question: SurveyQuestion, after_key: str
) -> list[SurveyQuestion]:
    """Put a question after the one with a key; first where there is no such key given, last where it is gone."""
    keys = [each.key for each in questions]
    place = 0 if not after_key else keys.index(after_key) + 1 if after_key in keys else len(keys)
    return [*questions[:place], question, *questions[place:]]


def list_used_question_keys(survey: Survey) -> set[str]:
    """Give every key that a question of any version has or had."""
    return {each["key"] for version in survey.versions for each in version.questions}


def assign_question_keys(question: SurveyQuestion, key: str, previous: SurveyQuestion | None) -> SurveyQuestion:
    """Give a question its key, and keys to its choices and rows; those that were there before keep theirs."""
    choices, rows = (previous.choices, previous.rows) if previous else ((), ())
    return replace(
        question,
        key=key,
        choices=assign_choice_keys(question.choices, list_choice_keys(choices), "choice"),
        rows=assign_choice_keys(question.rows, list_choice_keys(rows), "row"),
    )


def build_question_key(question: SurveyQuestion, taken_keys: set[str]) -> str:
    """Make the key of a new question; the overall item and the participant's own code always have theirs."""
    if question.key == OVERALL_KEY or question.kind == SurveyQuestionKind.CODE:
        return OVERALL_KEY if question.key == OVERALL_KEY else OWN_CODE_KEY
    return build_unique_key(question.text, taken_keys | RESERVED_KEYS, "question")


def list_choice_keys(choices: Iterable[Choice]) -> set[str]:
    """Give the keys of choices."""
    return {each.key for each in choices}


def update_condition_key(question: SurveyQuestion, old_key: str, new_key: str) -> SurveyQuestion:
    """Let a condition on a question hold on under the question's new key."""
    condition = question.show_if
    if condition is None or condition.question_key != old_key or old_key == new_key:
        return question
    return replace(question, show_if=Condition(new_key, condition.answers))

"""Changes to the questions of a survey. A version that people may have seen never changes: a change makes the next version."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.fingerprint import compute_fingerprint
from trainer.surveys.builder.changes.history import SurveyChangeKind, find_newest_survey_change, record_survey_change
from trainer.surveys.builder.question_list import (
    assign_question_keys,
    build_question_key,
    has_own_code_question,
    insert_question_after,
    list_used_question_keys,
    separate_reused_keys,
    update_condition,
)
from trainer.surveys.catalogue import list_version_questions, lock_survey
from trainer.surveys.models import (
    AnonymousResponse,
    Ballot,
    Survey,
    SurveyChange,
    SurveyDraft,
    SurveyPurpose,
    SurveyResponse,
    SurveyVersion,
)
from trainer.surveys.questions.model import (
    OVERALL_KEY,
    OWN_CODE_KEY,
    QuestionProblem,
    SurveyQuestion,
    list_question_problems,
)
from trainer.surveys.schedule import find_survey_opening, is_survey_closed

ANSWER_TABLES = (SurveyResponse, Ballot, AnonymousResponse, SurveyDraft)


class QuestionChanged(Exception):
    """Another person has changed or removed the question since it was shown."""


class SurveyEditingClosed(Exception):
    """The questions of a closed survey can't change."""


class AnonymousSurveyAnswered(Exception):
    """The questions of an anonymous survey with answers can't change: the version would tell who answered before and after."""


class OwnCodeNotAllowed(Exception):
    """A survey with names can't ask for the personal code: it would link the names to anonymous answers with the same code."""


class QuestionsMissing(Exception):
    """A released survey needs at least one question."""


class QuestionsInvalid(Exception):
    """The questions can't be asked; `problems` gives the reasons, by position in `questions`."""

    def __init__(self, problems: Sequence[QuestionProblem], questions: Sequence[SurveyQuestion]) -> None:
        super().__init__(", ".join(f"{problem.position}: {problem.kind}" for problem in problems))
        self.problems, self.questions = list(problems), list(questions)


def list_answered_version_ids(session: Session, survey: Survey) -> set[int]:
    """Return the ids of the versions for which there is a response, a ballot or a draft."""
    if survey.id is None:
        return set()
    version_ids = [version.id for version in survey.versions]
    statements = (
        select(table.version_id).where(table.version_id.in_(version_ids)).distinct() for table in ANSWER_TABLES
    )
    return {version_id for statement in statements for version_id in session.scalars(statement)}


def is_survey_answered(session: Session, survey: Survey) -> bool:
    """Return whether somebody has answered a survey or has a draft."""
    return bool(list_answered_version_ids(session, survey))


def can_survey_be_displayed(survey: Survey, now: datetime) -> bool:
    """Return whether somebody may have the current version open in a form.

    Pre-tests and checklists are shown as soon as they are released, and so is a survey with a kiosk.
    """
    if not survey.released:
        return False
    opens_at = find_survey_opening(survey)
    is_shown_early = survey.purpose in (SurveyPurpose.PRE_TEST, SurveyPurpose.CHECKLIST)
    return is_shown_early or survey.kiosk_token is not None or (opens_at is not None and opens_at <= now)


def compute_questions_fingerprint(questions: Iterable[SurveyQuestion]) -> str:
    """Return the fingerprint of questions; it changes with any of their fields. Only forms hold it, no table."""
    return compute_fingerprint([question.to_json() for question in questions])


def create_survey_question(
    session: Session, survey: Survey, question: SurveyQuestion, after_key: str, now: datetime
) -> SurveyQuestion:
    """Insert a question after the one with a key, or first if `after_key` is empty, and return it with its keys.

    Raises what `save_survey_questions` raises.
    """
    survey = lock_survey(session, survey)
    key = build_question_key(question, list_used_question_keys(survey))
    keyed_question = assign_question_keys(question, key, None)
    questions = insert_question_after(list_version_questions(survey.current_version), keyed_question, after_key)
    save_survey_questions(session, survey, questions, SurveyChangeKind.ADDED, key, now)
    return keyed_question


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
    """Replace the question with a key, move it after the one with `after_key`, and return it with its keys.

    `seen_fingerprint` is that of the question when the organizer opened it. The question gets a new key, so that its earlier
    answers are counted apart, if it has another scale or `counted_together` is false; the overall question and the personal
    code never do. Conditions lose the choices that the question no longer has.
    Raises QuestionChanged and what `save_survey_questions` raises.
    """
    survey = lock_survey(session, survey)
    questions = list_version_questions(survey.current_version)
    previous = get_question_by_key(questions, key)
    if compute_questions_fingerprint([previous]) != seen_fingerprint or question.kind != previous.kind:
        raise QuestionChanged
    keeps_key = (counted_together and question.scale == previous.scale) or key in (OVERALL_KEY, OWN_CODE_KEY)
    new_key = key if keeps_key else build_question_key(question, list_used_question_keys(survey))
    keyed_question = assign_question_keys(question, new_key, previous)
    others = [update_condition(other, key, keyed_question) for other in questions if other.key != key]
    changed_questions = insert_question_after(others, keyed_question, after_key)
    save_survey_questions(session, survey, changed_questions, SurveyChangeKind.EDITED, new_key, now)
    return keyed_question


def move_survey_question(session: Session, survey: Survey, key: str, up: bool, now: datetime) -> None:
    """Swap a question with the one before (`up`) or after it, if there is one.

    Raises QuestionChanged if the question is gone, and what `save_survey_questions` raises.
    """
    survey = lock_survey(session, survey)
    questions = list_version_questions(survey.current_version)
    position = questions.index(get_question_by_key(questions, key))
    target = position - 1 if up else position + 1
    if 0 <= target < len(questions):
        questions[position], questions[target] = questions[target], questions[position]
    save_survey_questions(session, survey, questions, SurveyChangeKind.MOVED, key, now)


def delete_survey_question(session: Session, survey: Survey, key: str, now: datetime) -> None:
    """Remove a question; questions that were shown only after certain answers to it are then always shown.

    Raises QuestionChanged if it is gone, and what `save_survey_questions` raises.
    """
    survey = lock_survey(session, survey)
    questions = list_version_questions(survey.current_version)
    get_question_by_key(questions, key)
    others = [update_condition(other, key, None) for other in questions if other.key != key]
    save_survey_questions(session, survey, others, SurveyChangeKind.REMOVED, key, now)


def replace_survey_questions(
    session: Session, survey: Survey, questions: Sequence[SurveyQuestion], seen_fingerprint: str, now: datetime
) -> None:
    """Replace all questions of a survey; `seen_fingerprint` is that of the questions when the organizer opened the page.

    Raises QuestionChanged and what `save_survey_questions` raises.
    """
    survey = lock_survey(session, survey)
    if compute_questions_fingerprint(list_version_questions(survey.current_version)) != seen_fingerprint:
        raise QuestionChanged
    separated_questions = separate_reused_keys(survey, questions)
    save_survey_questions(session, survey, separated_questions, SurveyChangeKind.REPLACED, "", now)


def undo_survey_change(session: Session, survey: Survey, change_id: int, now: datetime) -> SurveyChange:
    """Restore the questions that a survey had before its newest change, and return the change.

    Raises QuestionChanged if another change is the newest by now, and what `check_questions` raises.
    """
    survey = lock_survey(session, survey)
    change = find_newest_survey_change(session, survey, now)
    if change is None or change.id != change_id:
        raise QuestionChanged
    questions = [SurveyQuestion.from_json(question) for question in change.earlier_questions]
    check_questions(session, survey, questions, now)
    store_questions(session, survey, change.earlier_questions, now)
    session.delete(change)
    session.flush()
    return change


def save_survey_questions(
    session: Session,
    survey: Survey,
    questions: Sequence[SurveyQuestion],
    kind: SurveyChangeKind,
    key: str,
    now: datetime,
) -> None:
    """Save the questions of a locked survey if they differ, and record the change, of the question with `key`.

    Raises what `check_questions` raises.
    """
    check_questions(session, survey, questions, now)
    earlier_data, data = survey.current_version.questions, [question.to_json() for question in questions]
    if data != earlier_data:
        store_questions(session, survey, data, now)
        record_survey_change(session, survey, kind, key, earlier_data, now)


def check_questions(session: Session, survey: Survey, questions: Sequence[SurveyQuestion], now: datetime) -> None:
    """Raise an exception if a survey can't be given these questions now.

    Raises SurveyEditingClosed, AnonymousSurveyAnswered, OwnCodeNotAllowed, QuestionsInvalid, QuestionsMissing.
    """
    if is_survey_closed(survey, now):
        raise SurveyEditingClosed
    if survey.anonymous and is_survey_answered(session, survey):
        raise AnonymousSurveyAnswered
    had_own_code = has_own_code_question(list_version_questions(survey.current_version))
    if not survey.anonymous and not had_own_code and has_own_code_question(questions):
        raise OwnCodeNotAllowed
    problems = list_question_problems(questions)
    if problems:
        raise QuestionsInvalid(problems, questions)
    if survey.released and not questions:
        raise QuestionsMissing


def store_questions(session: Session, survey: Survey, data: list[dict[str, Any]], now: datetime) -> None:
    """Store questions as the next version if somebody may have seen the current one; else overwrite the current version."""
    current_version = survey.current_version
    if current_version.id in list_answered_version_ids(session, survey) or can_survey_be_displayed(survey, now):
        survey.versions.append(SurveyVersion(number=current_version.number + 1, questions=data))
    else:
        current_version.questions = data
    session.flush()


def get_question_by_key(questions: Iterable[SurveyQuestion], key: str) -> SurveyQuestion:
    """Return the question with a key. Raises QuestionChanged if there is none."""
    question = next((question for question in questions if question.key == key), None)
    if question is None:
        raise QuestionChanged
    return question

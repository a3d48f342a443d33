"""The settings and the life cycle of a survey: creation, changes, release, reopening, deletion, and the list of surveys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from trainer.language.translated import Translated
from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar
from trainer.surveys.builder.versions import QuestionsMissing, is_survey_answered
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER, list_seminar_surveys, lock_survey
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import SurveyQuestion
from trainer.surveys.responses import count_respondents, list_respondent_ids
from trainer.surveys.schedule import SurveyStage, count_survey_audiences, find_survey_opening, get_survey_stage


class AnonymityNotAllowed(Exception):
    """A checklist can't be anonymous: a trainer marks each participant by name."""


class PurposeIsFixed(Exception):
    """The purpose can't change: the survey has answers, or it is the seminar's satisfaction survey."""


class AnonymityIsFixed(Exception):
    """Anonymity can't change once it is set or somebody has answered."""


class ReopeningNotAllowed(Exception):
    """An anonymous survey can't be reopened: its answers were shuffled, so later ones could be told apart from them."""


class AlreadyReleased(Exception):
    """A survey that people may have seen can't be deleted: its number, which is in its address, must not be reused."""


@dataclass(frozen=True)
class SurveySettings:
    """The settings of a survey that may change after its creation; `target` is a percentage."""

    title: Translated
    purpose: SurveyPurpose
    target: int
    for_project: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class SurveySummary:
    """A survey in the list of a seminar's surveys, with the number of people who answered and who are asked."""

    survey: Survey
    stage: SurveyStage
    answered_count: int
    audience_count: int


def create_survey(
    session: Session,
    seminar: Seminar,
    settings: SurveySettings,
    *,
    anonymous: bool,
    questions: Sequence[SurveyQuestion],
    organizer_note: Translated,
) -> Survey:
    """Create a survey that is not released yet; whether it is `anonymous` never changes. Raises AnonymityNotAllowed.

    `organizer_note` says what the organizer has to do before the release.
    """
    if anonymous and settings.purpose == SurveyPurpose.CHECKLIST:
        raise AnonymityNotAllowed
    number = allocate_survey_number(session, seminar.project)
    survey = Survey(seminar=seminar, number=number, anonymous=anonymous, released=False)
    survey.organizer_note = organizer_note
    survey.versions.append(SurveyVersion(number=1, questions=[question.to_json() for question in questions]))
    apply_survey_settings(survey, settings)
    session.add(survey)
    session.flush()
    return survey


def allocate_survey_number(session: Session, project: Project) -> int:
    """Return the next free survey number of a project, from 2, and lock the project until the transaction ends."""
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    highest_number = (
        select(func.max(Survey.number))
        .join(Seminar, Seminar.id == Survey.seminar_id)
        .join(Activity, Activity.id == Seminar.activity_id)
        .join(Task, Task.id == Activity.task_id)
        .where(Task.project_id == project.id)
    )
    return max(session.scalar(highest_number) or 0, SATISFACTION_SURVEY_NUMBER) + 1


def update_survey_settings(
    session: Session, survey: Survey, settings: SurveySettings, *, anonymous: bool | None = None
) -> Survey:
    """Change the settings of a survey and return it as stored.

    `anonymous` can be set only for the ready-made satisfaction survey, while it is not stored; None leaves it as it is.
    Raises PurposeIsFixed, AnonymityNotAllowed, AnonymityIsFixed.
    """
    ready_made_survey = survey if survey.id is None else None
    survey = lock_survey(session, survey)
    if survey is ready_made_survey and anonymous is not None:  # else another request has stored it in the meantime
        survey.anonymous = anonymous
    if anonymous not in (None, survey.anonymous):
        raise AnonymityIsFixed
    if settings.purpose != survey.purpose and not can_change_survey_purpose(session, survey):
        raise PurposeIsFixed
    if survey.anonymous and settings.purpose == SurveyPurpose.CHECKLIST:
        raise AnonymityNotAllowed
    apply_survey_settings(survey, settings)
    session.flush()
    return survey


def can_change_survey_purpose(session: Session, survey: Survey) -> bool:
    """Return whether the purpose may change: the survey has no answers and is not a seminar's satisfaction survey."""
    return survey.number != SATISFACTION_SURVEY_NUMBER and not is_survey_answered(session, survey)


def apply_survey_settings(survey: Survey, settings: SurveySettings) -> None:
    """Copy the settings to the survey; a seminar's satisfaction survey never asks the whole project."""
    survey.title, survey.purpose, survey.target = settings.title, settings.purpose, settings.target
    survey.for_project = settings.for_project and survey.number != SATISFACTION_SURVEY_NUMBER
    survey.opens_at, survey.closes_at = settings.opens_at, settings.closes_at


def release_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Release a survey, so that people are asked once it opens; an opening time in the past becomes now.

    Raises QuestionsMissing.
    """
    survey = lock_survey(session, survey)
    if not survey.current_version.questions:
        raise QuestionsMissing
    opens_at = find_survey_opening(survey)
    if not survey.released and opens_at is not None and opens_at < now:
        survey.opens_at = now
    survey.released = True
    session.flush()


def reopen_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Reopen a closed survey with names, and remove a closing time that has passed. Raises ReopeningNotAllowed."""
    survey = lock_survey(session, survey)
    if survey.anonymous:
        raise ReopeningNotAllowed
    survey.closed_at = None
    if survey.closes_at is not None and survey.closes_at <= now:
        survey.closes_at = None
    session.flush()


def delete_survey(session: Session, survey: Survey) -> None:
    """Delete a survey that nobody has seen. Raises AlreadyReleased."""
    survey = lock_survey(session, survey)
    if not can_delete_survey(session, survey):
        raise AlreadyReleased
    session.delete(survey)
    session.flush()


def can_delete_survey(session: Session, survey: Survey) -> bool:
    """Return whether a survey was never released and has neither answers nor respondents."""
    return not (survey.released or is_survey_answered(session, survey) or list_respondent_ids(session, survey))


def list_survey_summaries(session: Session, seminar: Seminar, now: datetime) -> list[SurveySummary]:
    """Return a summary of each survey of a seminar, by survey number."""
    return summarize_surveys(session, list_seminar_surveys(session, seminar), now)


def summarize_surveys(session: Session, surveys: Sequence[Survey], now: datetime) -> list[SurveySummary]:
    """Return the stage of each of some surveys of a seminar, and the number of people who answered it and who are asked."""
    answered_counts = count_respondents(session, surveys)
    audience_counts = count_survey_audiences(session, surveys, now)
    return [
        SurveySummary(survey, get_survey_stage(survey, now), answered_counts.get(survey.id, 0), audience_count)
        for survey, audience_count in zip(surveys, audience_counts, strict=True)
    ]


def list_copyable_surveys(session: Session, seminar: Seminar, of_seminars: ColumnElement[bool]) -> list[Survey]:
    """Return the newest 100 surveys of other seminars that fulfil a condition, the newest first."""
    others = select(Seminar.id).where(of_seminars, Seminar.id != seminar.id)
    statement = (
        select(Survey)
        .where(Survey.seminar_id.in_(others))
        .options(joinedload(Survey.seminar), selectinload(Survey.versions))
    )
    return list(session.scalars(statement.order_by(Survey.id.desc()).limit(100)))

"""Making a survey of a seminar, deciding about it, closing it and opening it again, and where the surveys of a seminar stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from trainer.language.translated import Translated
from trainer.projects.models import Activity, Project, Task
from trainer.seminars.models import Seminar
from trainer.surveys.builder.versions import QuestionsMissing, is_survey_answered
from trainer.surveys.catalogue import SATISFACTION_SURVEY_NUMBER, list_seminar_surveys, lock_survey
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import SurveyQuestion
from trainer.surveys.responses import list_respondent_ids
from trainer.surveys.schedule import (
    SurveyStage,
    count_survey_audience,
    find_survey_opening,
    get_survey_stage,
)


class AnonymityNotAllowed(Exception):
    """A trainer marks the skills of a participant who is known by name."""


class PurposeIsFixed(Exception):
    """The survey has answers, or is the seminar's satisfaction survey: it stays for what it is for."""


class AnonymityIsFixed(Exception):
    """Whether the survey is anonymous was decided before, or somebody has answered it meanwhile."""


class ReopeningNotAllowed(Exception):
    """The answers of an anonymous survey were taken from the box and shuffled; more could be told from them."""


class AlreadyReleased(Exception):
    """People may have been asked: the survey stays, so that its address never leads to another one."""


@dataclass(frozen=True)
class SurveySettings:
    """What is decided about a survey and may be changed later."""

    title: Translated
    purpose: SurveyPurpose
    target: int
    for_project: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class SurveySummary:
    """A survey in the list of a seminar's surveys: how many have answered, of how many who are asked."""

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
) -> Survey:
    """Make a survey, not released yet; whether it is anonymous never changes. Raises NotAnonymous."""
    if anonymous and settings.purpose == SurveyPurpose.CHECKLIST:
        raise AnonymityNotAllowed
    number = allocate_survey_number(session, seminar.project)
    survey = Survey(seminar=seminar, number=number, anonymous=anonymous, released=False)
    survey.versions.append(SurveyVersion(number=1, questions=[each.to_json() for each in questions]))
    apply_survey_settings(survey, settings)
    session.add(survey)
    session.flush()
    return survey


def allocate_survey_number(session: Session, project: Project) -> int:
    """Give the next number of a survey in a project, from 2; one at a time."""
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    last = (
        select(func.max(Survey.number))
        .join(Seminar, Seminar.id == Survey.seminar_id)
        .join(Activity, Activity.id == Seminar.activity_id)
        .join(Task, Task.id == Activity.task_id)
        .where(Task.project_id == project.id)
    )
    return max(session.scalar(last) or 0, SATISFACTION_SURVEY_NUMBER) + 1


def update_survey_settings(
    session: Session, survey: Survey, settings: SurveySettings, *, anonymous: bool | None = None
) -> Survey:
    """Change what is decided about a survey; of the ready-made one also whether it is anonymous.

    Raises PurposeStands, NotAnonymous, KindStands.
    """
    seen, may_choose = survey, survey.id is None
    survey = lock_survey(session, survey)
    if may_choose and survey is seen and anonymous is not None:
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
    """Whether the survey may be for something else: it is no seminar's first one, and nobody has answered it."""
    return survey.number != SATISFACTION_SURVEY_NUMBER and not is_survey_answered(session, survey)


def apply_survey_settings(survey: Survey, settings: SurveySettings) -> None:
    """Write what was decided into the survey; a seminar's own satisfaction survey asks its own people."""
    survey.title, survey.purpose, survey.target = settings.title, settings.purpose, settings.target
    survey.for_project = settings.for_project and survey.number != SATISFACTION_SURVEY_NUMBER
    survey.opens_at, survey.closes_at = settings.opens_at, settings.closes_at


def release_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Ask people from now on, or from when it opens; one whose time had come before opens now. Raises NoQuestions."""
    survey = lock_survey(session, survey)
    if not survey.current_version.questions:
        raise QuestionsMissing
    opens = find_survey_opening(survey)
    if not survey.released and opens is not None and opens < now:
        survey.opens_at = now
    survey.released = True
    session.flush()


def reopen_survey(session: Session, survey: Survey, now: datetime) -> None:
    """Open a closed survey of names again; a closing time that has passed is forgotten. Raises CantReopen."""
    survey = lock_survey(session, survey)
    if survey.anonymous:
        raise ReopeningNotAllowed
    survey.closed_at = None
    if survey.closes_at is not None and survey.closes_at <= now:
        survey.closes_at = None
    session.flush()


def delete_survey(session: Session, survey: Survey) -> None:
    """Delete a survey that nobody knows. Raises IsKnown."""
    survey = lock_survey(session, survey)
    if not can_delete_survey(session, survey):
        raise AlreadyReleased
    session.delete(survey)
    session.flush()


def can_delete_survey(session: Session, survey: Survey) -> bool:
    """Whether nobody was asked a survey: it was not released, and nobody has answered it."""
    return not (survey.released or is_survey_answered(session, survey) or list_respondent_ids(session, survey))


def list_survey_summaries(session: Session, seminar: Seminar, now: datetime) -> list[SurveySummary]:
    """List the surveys of a seminar, with where each stands."""
    return [build_survey_summary(session, each, now) for each in list_seminar_surveys(session, seminar)]


def build_survey_summary(session: Session, survey: Survey, now: datetime) -> SurveySummary:
    """Say where a survey stands, and how many have answered."""
    return SurveySummary(
        survey,
        get_survey_stage(survey, now),
        len(list_respondent_ids(session, survey)),
        count_survey_audience(session, survey, now),
    )


def list_copyable_surveys(session: Session, seminar: Seminar) -> list[Survey]:
    """Give the surveys that were made in other seminars, the newest first."""
    wanted = select(Survey).where(Survey.seminar_id != seminar.id).options(joinedload(Survey.seminar))
    return list(session.scalars(wanted.order_by(Survey.id.desc()).limit(100)))

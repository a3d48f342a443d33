"""Making a survey of a seminar, deciding about it, closing it and opening it again, and where the surveys of a seminar stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import attended
from trainer.language.translated import Translated
from trainer.projects.models import Activity, Project, Task
from trainer.registration.desk.listing import participants
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.builder.versions import NoQuestions, is_answered
from trainer.surveys.models import Purpose, Survey, SurveyVersion
from trainer.surveys.questions.model import Question
from trainer.surveys.responses import SATISFACTION_NUMBER, is_closed, locked, opens_at, respondents, surveys_of


class NotAnonymous(Exception):
    """A trainer marks the skills of a participant who is known by name."""


class PurposeStands(Exception):
    """The survey has answers, or is the seminar's satisfaction survey: it stays for what it is for."""


class KindStands(Exception):
    """Whether the survey is anonymous was decided before, or somebody has answered it meanwhile."""


class CantReopen(Exception):
    """The answers of an anonymous survey were taken from the box and shuffled; more could be told from them."""


class IsKnown(Exception):
    """People may have been asked: the survey stays, so that its address never leads to another one."""


class Stage(StrEnum):
    """Where a survey stands."""

    BUILDING = "building"  # its questions are being put together
    NOT_YET = "not_yet"
    OPEN = "open"
    SEALING = "sealing"  # closed and anonymous; what could pair answers with people is being overwritten
    CLOSED = "closed"


@dataclass(frozen=True)
class Decisions:
    """What is decided about a survey and may be changed later."""

    title: Translated
    purpose: Purpose
    target: int
    for_project: bool = False
    opens_at: datetime | None = None
    closes_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """A survey in the list of a seminar's surveys: how many have answered, of how many who are asked."""

    survey: Survey
    stage: Stage
    answered: int
    asked: int


def make(
    session: Session, seminar: Seminar, decisions: Decisions, *, anonymous: bool, questions: Sequence[Question]
) -> Survey:
    """Make a survey, not released yet; whether it is anonymous never changes. Raises NotAnonymous."""
    if anonymous and decisions.purpose == Purpose.SKILLS:
        raise NotAnonymous
    number = next_number(session, seminar.project)
    survey = Survey(seminar=seminar, number=number, anonymous=anonymous, released=False)
    survey.versions.append(SurveyVersion(number=1, questions=[each.kept() for each in questions]))
    write(survey, decisions)
    session.add(survey)
    session.flush()
    return survey


def next_number(session: Session, project: Project) -> int:
    """Give the next number of a survey in a project, from 2; one at a time."""
    session.execute(select(Project.id).where(Project.id == project.id).with_for_update())
    last = (
        select(func.max(Survey.number))
        .join(Seminar, Seminar.id == Survey.seminar_id)
        .join(Activity, Activity.id == Seminar.activity_id)
        .join(Task, Task.id == Activity.task_id)
        .where(Task.project_id == project.id)
    )
    return max(session.scalar(last) or 0, SATISFACTION_NUMBER) + 1


def decide(session: Session, survey: Survey, decisions: Decisions, *, anonymous: bool | None = None) -> Survey:
    """Change what is decided about a survey; of the ready-made one also whether it is anonymous.

    Raises PurposeStands, NotAnonymous, KindStands.
    """
    seen, may_choose = survey, survey.id is None
    survey = locked(session, survey)
    if may_choose and survey is seen and anonymous is not None:
        survey.anonymous = anonymous
    if anonymous not in (None, survey.anonymous):
        raise KindStands
    if decisions.purpose != survey.purpose and not may_change_purpose(session, survey):
        raise PurposeStands
    if survey.anonymous and decisions.purpose == Purpose.SKILLS:
        raise NotAnonymous
    write(survey, decisions)
    session.flush()
    return survey


def may_change_purpose(session: Session, survey: Survey) -> bool:
    """Whether the survey may be for something else: it is no seminar's first one, and nobody has answered it."""
    return survey.number != SATISFACTION_NUMBER and not is_answered(session, survey)


def write(survey: Survey, decisions: Decisions) -> None:
    """Write what was decided into the survey; a seminar's own satisfaction survey asks its own people."""
    survey.title, survey.purpose, survey.target = decisions.title, decisions.purpose, decisions.target
    survey.for_project = decisions.for_project and survey.number != SATISFACTION_NUMBER
    survey.opens_at, survey.closes_at = decisions.opens_at, decisions.closes_at


def release(session: Session, survey: Survey, now: datetime) -> None:
    """Ask people from now on, or from when it opens; one whose time had come before opens now. Raises NoQuestions."""
    survey = locked(session, survey)
    if not survey.current.questions:
        raise NoQuestions
    opens = opens_at(survey)
    if not survey.released and opens is not None and opens < now:
        survey.opens_at = now
    survey.released = True
    session.flush()


def reopen(session: Session, survey: Survey, now: datetime) -> None:
    """Open a closed survey of names again; a closing time that has passed is forgotten. Raises CantReopen."""
    survey = locked(session, survey)
    if survey.anonymous:
        raise CantReopen
    survey.closed_at = None
    if survey.closes_at is not None and survey.closes_at <= now:
        survey.closes_at = None
    session.flush()


def delete(session: Session, survey: Survey) -> None:
    """Delete a survey that nobody knows. Raises IsKnown."""
    survey = locked(session, survey)
    if not may_be_deleted(session, survey):
        raise IsKnown
    session.delete(survey)
    session.flush()


def may_be_deleted(session: Session, survey: Survey) -> bool:
    """Whether nobody was asked a survey: it was not released, and nobody has answered it."""
    return not (survey.released or is_answered(session, survey) or respondents(session, survey))


def lines(session: Session, seminar: Seminar, now: datetime) -> list[Line]:
    """List the surveys of a seminar, with where each stands."""
    return [line_of(session, each, now) for each in surveys_of(session, seminar)]


def line_of(session: Session, survey: Survey, now: datetime) -> Line:
    """Say where a survey stands, and how many have answered."""
    return Line(survey, stage_of(survey, now), len(respondents(session, survey)), asked(session, survey, now))


def stage_of(survey: Survey, now: datetime) -> Stage:
    """Say where a survey stands."""
    if is_closed(survey, now):
        return Stage.SEALING if survey.anonymous and survey.sealed_at is None else Stage.CLOSED
    if not survey.released:
        return Stage.BUILDING
    opens = opens_at(survey)
    open_now = survey.purpose == Purpose.PRE_TEST if opens is None else opens <= now
    return Stage.OPEN if open_now else Stage.NOT_YET


def asked(session: Session, survey: Survey, now: datetime) -> int:
    """Count who is asked: everybody with a place who is not known to have missed it all; each person once."""
    seminars = seminars_of(session, survey.seminar.project) if survey.for_project else [survey.seminar]
    return len({each.person_id for seminar in seminars for each in asked_in(session, survey, seminar, now)})


def asked_in(session: Session, survey: Survey, seminar: Seminar, now: datetime) -> list[Registration]:
    """Give who is asked in one seminar."""
    people = participants(session, seminar)
    if survey.purpose == Purpose.PRE_TEST:
        return people
    share = attended(session, seminar, people, now)
    missed = {key for key, each in share.items() if each.held and each.marked == each.held and each.present == 0}
    return [each for each in people if each.id not in missed]


def seminars_of(session: Session, project: Project) -> list[Seminar]:
    """Give the seminars of a project."""
    wanted = select(Seminar).join(Activity).join(Task).where(Task.project_id == project.id)
    return list(session.scalars(wanted.order_by(Seminar.id)))


def to_copy(session: Session, seminar: Seminar) -> list[Survey]:
    """Give the surveys that were made in other seminars, the newest first."""
    wanted = select(Survey).where(Survey.seminar_id != seminar.id).options(joinedload(Survey.seminar))
    return list(session.scalars(wanted.order_by(Survey.id.desc()).limit(100)))

"""Which surveys a seminar and its participants have, and how a survey is locked for a change."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import Session, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from trainer.registration.models import Registration
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_seminar_ids
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import SurveyQuestion
from trainer.surveys.questions.templates import get_satisfaction_template

SATISFACTION_SURVEY_NUMBER = 1


def get_satisfaction_survey(session: Session, seminar: Seminar) -> Survey:
    """Return the satisfaction survey of a seminar.

    Until somebody answers or changes it, this is the ready-made survey, which is not in the database (`id` is None).
    """
    return find_saved_satisfaction_survey(session, seminar) or build_satisfaction_survey(seminar)


def build_satisfaction_survey(seminar: Seminar) -> Survey:
    """Build the ready-made satisfaction survey of a seminar, without saving it."""
    template = get_satisfaction_template(seminar)
    questions = [question.to_json() for question in template.build_questions(seminar, anonymous=False)]
    return Survey(
        seminar=seminar,
        number=SATISFACTION_SURVEY_NUMBER,
        title=template.title,
        purpose=template.purpose,
        anonymous=False,
        for_project=template.for_project,
        target=template.target,
        organizer_note=template.organizer_note,
        released=True,
        versions=[SurveyVersion(number=1, questions=questions)],
    )


def find_saved_satisfaction_survey(session: Session, seminar: Seminar) -> Survey | None:
    """Return the satisfaction survey of a seminar from the database; None if it was never saved."""
    return session.scalar(
        select(Survey).where(Survey.seminar_id == seminar.id, Survey.number == SATISFACTION_SURVEY_NUMBER)
    )


def list_seminar_surveys(session: Session, seminar: Seminar) -> list[Survey]:
    """Return the surveys that belong to a seminar by number, the satisfaction survey first if it has one."""
    saved_surveys = list(session.scalars(select(Survey).where(Survey.seminar_id == seminar.id).order_by(Survey.number)))
    other_surveys = [survey for survey in saved_surveys if survey.number != SATISFACTION_SURVEY_NUMBER]
    if not seminar.has_survey:
        return other_surveys
    satisfaction_survey = next(
        (survey for survey in saved_surveys if survey.number == SATISFACTION_SURVEY_NUMBER), None
    )
    return [satisfaction_survey or build_satisfaction_survey(seminar), *other_surveys]


def list_surveys_of_seminars(session: Session, seminar_ids: Sequence[int]) -> list[Survey]:
    """Return the saved surveys of these seminars, by seminar and number."""
    query = select(Survey).where(Survey.seminar_id.in_(seminar_ids)).options(joinedload(Survey.seminar))
    return list(session.scalars(query.order_by(Survey.seminar_id, Survey.number)))


def find_seminar_survey(session: Session, seminar: Seminar, number: int) -> Survey | None:
    """Return the survey with a number among the surveys of a seminar."""
    return next((survey for survey in list_seminar_surveys(session, seminar) if survey.number == number), None)


def list_registration_surveys(session: Session, registration: Registration) -> list[Survey]:
    """Return the surveys that a registered person can be asked to answer."""
    return list_participant_surveys(session, registration.seminar)


def list_participant_surveys(session: Session, seminar: Seminar) -> list[Survey]:
    """Return the released surveys for participants of a seminar, in one query, or two if other seminars have some.

    The order is: the satisfaction survey, other surveys of the seminar, surveys of the whole project. Checklists are left out,
    as trainers fill them in.
    """
    values = {"seminar_id": seminar.id, "project_id": seminar.activity.task.project_id}
    surveys = session.scalars(build_participant_surveys_query(), values).all()
    load_seminars(session, [survey for survey in surveys if survey.seminar_id != seminar.id])
    own_surveys = [
        survey for survey in surveys if survey.seminar_id == seminar.id and survey.number != SATISFACTION_SURVEY_NUMBER
    ]
    project_surveys = [survey for survey in surveys if survey.seminar_id != seminar.id]
    if not seminar.has_survey:
        return own_surveys + project_surveys
    satisfaction_survey = next(
        (survey for survey in surveys if survey.seminar_id == seminar.id and survey not in own_surveys), None
    )
    return [satisfaction_survey or build_satisfaction_survey(seminar), *own_surveys, *project_surveys]


@cache
def build_participant_surveys_query() -> Select[Any]:
    """Build the query for the released surveys of a seminar and of its whole project, but checklists, by number."""
    of_project = Survey.for_project & Survey.seminar_id.in_(select_seminar_ids(bindparam("project_id")))
    query = select(Survey).where(
        or_(Survey.seminar_id == bindparam("seminar_id"), of_project), Survey.purpose != SurveyPurpose.CHECKLIST
    )
    return query.where(Survey.released).order_by(Survey.number)


def load_seminars(session: Session, surveys: Sequence[Survey]) -> None:
    """Load the seminars of surveys with their sessions, which decide when they open, with one query if there are any."""
    if surveys:
        query = select(Seminar).where(Seminar.id.in_({survey.seminar_id for survey in surveys}))
        seminars = {
            seminar.id: seminar for seminar in session.scalars(query.options(joinedload(Seminar.sessions))).unique()
        }
        for survey in surveys:
            set_committed_value(survey, "seminar", seminars[survey.seminar_id])


def load_survey_sessions() -> Any:
    """Return the loader option that fetches the seminar and sessions of surveys, which decide when they open."""
    return joinedload(Survey.seminar).selectinload(Seminar.sessions)


def find_registration_survey(session: Session, registration: Registration, number: int) -> Survey | None:
    """Return the survey with a number among those that a registered person can be asked to answer."""
    return next(
        (survey for survey in list_registration_surveys(session, registration) if survey.number == number), None
    )


def list_version_questions(version: SurveyVersion) -> list[SurveyQuestion]:
    """Return the questions of a version as objects."""
    return [SurveyQuestion.from_json(question) for question in version.questions]


def lock_survey(session: Session, survey: Survey) -> Survey:
    """Lock the seminar, so that only one transaction answers, changes or closes a survey, and return the fresh survey.

    An unsaved ready-made survey is saved first.
    """
    lock_seminar(session, survey.seminar)
    if survey.id is None:
        return create_satisfaction_survey(session, survey)
    session.refresh(survey)
    for version in survey.versions:
        session.refresh(version)  # a version that nobody has seen may have been changed in place
    return survey


def create_satisfaction_survey(session: Session, unsaved_survey: Survey) -> Survey:
    """Save a ready-made survey and return it, or the saved one if another transaction was faster.

    The seminar must be locked.
    """
    saved_survey = find_saved_satisfaction_survey(session, unsaved_survey.seminar)
    if saved_survey is not None:
        if unsaved_survey in session:
            session.expunge(unsaved_survey)
        return saved_survey
    session.add(unsaved_survey)
    session.flush()
    return unsaved_survey

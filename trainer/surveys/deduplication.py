"""Answers where registrations were merged: what one person answered counts once, under the registration that was kept."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import add_merged_ids, map_merged_registrations
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import select_project_seminar_ids
from trainer.surveys.models import Survey, SurveyParticipation, SurveyResponse


def map_surviving_registrations(session: Session, seminar: Seminar) -> dict[int, int]:
    """Give, for each registration of a seminar's project that was merged into another, the one that was kept in the end."""
    return map_merged_registrations(session, session.scalars(select_project_seminar_ids(seminar)).all())


def list_answered_survey_ids(session: Session, registration: Registration, survey_ids: Collection[int]) -> set[int]:
    """Give which of some surveys somebody has answered; one of the project is answered once by each person."""
    kept = map_surviving_registrations(session, registration.seminar)
    here = add_merged_ids([registration.id], kept)
    own = Registration.person_id == registration.person_id
    ends = session.scalars(select(Registration.id).where(own, Registration.id.in_(kept.values()))) if kept else ()
    anywhere = own | Registration.id.in_(here | add_merged_ids(ends, kept))
    wanted = (
        select(SurveyParticipation.survey_id)
        .join(Registration, Registration.id == SurveyParticipation.registration_id)
        .join(Survey, Survey.id == SurveyParticipation.survey_id)
        .where(SurveyParticipation.survey_id.in_(survey_ids))
    )
    return set(session.scalars(wanted.where(or_(Registration.id.in_(here), Survey.for_project & anywhere))))


def list_duplicate_response_ids(session: Session, surveys: Sequence[Survey]) -> set[int]:
    """Give the responses, by id, that do not count in some surveys of one project, as the same person's other one does.

    Of the two the one counts that was given under the registration that was kept.
    """
    kept = map_surviving_registrations(session, surveys[0].seminar) if surveys else {}
    if not kept:
        return set()
    ends = select(Registration.id, Registration.person_id).where(Registration.id.in_(kept.values()))
    people = {row[0]: row[1] for row in session.execute(ends)}
    wanted = (
        select(SurveyResponse.id, Survey.id, Survey.for_project, Registration.id, Registration.person_id)
        .join(Survey, Survey.id == SurveyResponse.survey_id)
        .join(Registration, Registration.id == SurveyResponse.registration_id)
        .where(Survey.id.in_([each.id for each in surveys]))
    )
    theirs = or_(
        Registration.id.in_(add_merged_ids(kept, kept)),
        Survey.for_project & Registration.person_id.in_(people.values()),
    )
    counted, found = set(), set()
    rows = session.execute(wanted.where(theirs)).all()
    for response, survey, for_project, registration, person in sorted(rows, key=lambda row: (row[3] in kept, row[0])):
        end = kept.get(registration, registration)
        who = survey, people.get(end, person) if for_project else end
        if who in counted:
            found.add(response)
        counted.add(who)
    return found


def map_responses_by_registration(session: Session, survey: Survey) -> dict[int, SurveyResponse]:
    """Give the responses of a survey with names in the order of answering, one of each person, by the registration that was kept."""
    kept, twice = map_surviving_registrations(session, survey.seminar), list_duplicate_response_ids(session, [survey])
    wanted = select(SurveyResponse).where(SurveyResponse.survey_id == survey.id).order_by(SurveyResponse.id)
    return {
        kept.get(each.registration_id, each.registration_id): each
        for each in session.scalars(wanted)
        if each.id not in twice
    }

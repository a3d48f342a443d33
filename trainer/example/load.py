"""Loads the example into a new database with the same rules as real use, at times in the past."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certificates import EXAMPLE_PREFIX
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus
from trainer.example.evidence import load_example_evidence
from trainer.example.seminars import EXAMPLE_SEMINARS, ExampleSeminar, build_example_seminar
from trainer.issuing.issuance.context import IssuingContext
from trainer.issuing.issuance.issue import issue_certificates
from trainer.paths import EXAMPLE_FOLDER
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.projects.ownership import claim_ownerless_projects, find_first_user
from trainer.projects.plan import import_plan, read_plan
from trainer.registration.consent import build_personal_data_wording, build_photo_wording, record_consent
from trainer.registration.form import questions
from trainer.registration.models import Registration
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.enrolment import register_applicant, register_known_person
from trainer.registration.seats.tokens import generate_token
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey, list_version_questions
from trainer.surveys.questions.model import SCALE_KINDS
from trainer.surveys.responses import record_response

MIN_LEAD_TIME = timedelta(days=7)  # minimum time from loading to the seminar that is open
ABSENT_INDEX, SURVEY_MISSING_INDEX = (
    5,
    3,
)  # positions in the lists: absent from the first seminar; has not answered its survey
SURVEY_COMMENTS = (
    ("Науқасты аудару тәртібін өзгертемін.", "Практикаға көбірек уақыт керек."),
    ("Күн сайын теріні тексеремін.", ""),
    ("", "Больше наглядных материалов."),
)


def load_example(session: Session, issuing_context: IssuingContext, now: datetime) -> Project:
    """Create the example project, owned by the first user, and return it. The caller commits."""
    plan = read_plan((EXAMPLE_FOLDER / "monitoring_plan.yaml").read_bytes())
    shift = compute_plan_shift(now, ZoneInfo(plan["project"]["timezone"]))
    project = import_plan(session, plan, serial_prefix=EXAMPLE_PREFIX, shift=shift)
    project.is_example = True
    project.contact_email = "organizer@example.org"
    people: dict[str, Person] = {}
    for example in EXAMPLE_SEMINARS:
        create_example_seminar(session, project, example, shift, people, issuing_context, now)
    owner = find_first_user(session)
    load_example_evidence(session, issuing_context.storage, project, shift, owner.id if owner else None, now)
    claim_ownerless_projects(session, now)
    return project


def compute_plan_shift(now: datetime, zone: ZoneInfo) -> timedelta:
    """Return the whole weeks by which to move the plan so that only the last seminar is in the future."""
    days = (now.astimezone(zone).date() + MIN_LEAD_TIME - EXAMPLE_SEMINARS[-1].day).days
    return timedelta(weeks=-(-days // 7))


def create_example_seminar(
    session: Session,
    project: Project,
    example: ExampleSeminar,
    shift: timedelta,
    people: dict[str, Person],
    issuing_context: IssuingContext,
    now: datetime,
) -> None:
    """Create an announced seminar with its registrations.

    If it is over, also record attendance and survey responses and issue the certificates.
    """
    activity = next(
        activity_of_plan for activity_of_plan in project.activities if activity_of_plan.code == example.activity
    )
    announced = datetime.combine(example.day + shift - timedelta(days=21), time(9, 0), project.zone)
    seminar = build_example_seminar(example, activity, shift, project.zone, min(announced, now))
    session.add(seminar)
    session.flush()
    for wish in example.questions:
        questions.create_registration_question(session, seminar, wish)
    registrations = [
        register_example_person(session, seminar, applicant, people, min(announced + timedelta(hours=position), now))
        for position, applicant in enumerate(example.people)
    ]
    if seminar.ends_at is not None and seminar.is_over(now):
        record_example_attendance(session, seminar, registrations)
        record_example_responses(session, registrations, seminar.ends_at)
        issue_certificates(session, seminar, issuing_context, seminar.ends_at + timedelta(hours=1))


def register_example_person(
    session: Session, seminar: Seminar, applicant: Applicant, people: dict[str, Person], moment: datetime
) -> Registration:
    """Register an applicant by the form, or a known person for a further seminar."""
    known_person = people.get(applicant.phone)
    if known_person is not None:
        registration = register_known_person(session, known_person, seminar, moment)
    else:
        registration = register_applicant(session, seminar, applicant, generate_token(), moment)
        people[applicant.phone] = registration.person
    registration.notified_status = registration.status  # invented people get no notifications
    wordings = [build_personal_data_wording(seminar.project, applicant.language)]
    if not applicant.phone.endswith("7"):
        wordings.append(build_photo_wording(seminar.project, applicant.language))
    for wording in wordings:
        record_consent(session, registration, wording, moment, "")
    return registration


def record_example_attendance(session: Session, seminar: Seminar, registrations: Sequence[Registration]) -> None:
    """Mark everybody in both sessions; one person is absent too often for a certificate."""
    for seminar_session in seminar.sessions:
        for position, registration in enumerate(registrations):
            status = AttendanceStatus.LATE if (position + seminar_session.id) % 6 == 0 else AttendanceStatus.PRESENT
            if position == ABSENT_INDEX and is_first_seminar(seminar):
                status = AttendanceStatus.ABSENT
            append_mark(
                session,
                registration,
                seminar_session,
                status,
                after=None,
                now=seminar_session.starts_at + timedelta(minutes=5),
            )
    session.flush()


def is_first_seminar(seminar: Seminar) -> bool:
    """Return whether it is the first seminar of its activity."""
    return seminar.slug.endswith("-1")


def record_example_responses(session: Session, registrations: Sequence[Registration], moment: datetime) -> None:
    """Record survey responses of nearly everybody."""
    for position, registration in enumerate(registrations):
        if is_first_seminar(registration.seminar) and (
            position == ABSENT_INDEX or (position == SURVEY_MISSING_INDEX and registration.seminar.kind == "course")
        ):
            continue
        change, missing = SURVEY_COMMENTS[position % len(SURVEY_COMMENTS)]
        rating = 5 if position % 3 else 4
        survey = get_satisfaction_survey(session, registration.seminar)
        ratings = {
            question.key: rating
            for question in list_version_questions(survey.current_version)
            if question.kind in SCALE_KINDS
        }
        texts = {key: text for key, text in (("change", change), ("missing", missing)) if text}
        record_response(
            session,
            survey,
            registration,
            {**ratings, "practice": 4, "venue": rating, **texts},
            registration.person.language,
            moment,
        )

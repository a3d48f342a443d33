"""Loading the example into an empty database: the same rules as in life, with the clock set back to each seminar's own days."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from certificates import EXAMPLE_PREFIX
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import Status
from trainer.example.seminars import SEMINARS, ExampleSeminar, seminar_of
from trainer.issuing.issuance.context import Press
from trainer.issuing.issuance.issue import issue_certificates
from trainer.paths import EXAMPLE
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.projects.plan import import_plan, read_plan
from trainer.registration.consent import personal_data_wording, photo_wording, record_consent
from trainer.registration.form import questions
from trainer.registration.models import Registration
from trainer.registration.seats.enrolment import Applicant, new_token, take_further_place, take_place
from trainer.seminars.models import Seminar
from trainer.surveys.questions.model import SCALED
from trainer.surveys.responses import keep_response, questions_of, survey_of

AHEAD = timedelta(days=7)  # the open seminar lies at least so far ahead of the first start
ABSENT, OWES_SURVEY = 5, 3  # places in the lists: one who missed the first seminar, one who owes its survey
COMMENTS = (
    ("Науқасты аудару тәртібін өзгертемін.", "Тәжірибеге көбірек уақыт керек."),
    ("Күн сайын теріні тексеремін.", ""),
    ("", "Больше наглядных материалов."),
)


def load_example(session: Session, press: Press, now: datetime) -> Project:
    """Make the whole example; the caller commits."""
    plan = read_plan((EXAMPLE / "monitoring_plan.yaml").read_bytes())
    shift = shift_to(now, ZoneInfo(plan["project"]["timezone"]))
    project = import_plan(session, plan, serial_prefix=EXAMPLE_PREFIX, shift=shift)
    project.is_example = True
    project.contact_email = "organizer@example.org"
    people: dict[str, Person] = {}
    for example in SEMINARS:
        hold(session, project, example, shift, people, press, now)
    return project


def shift_to(now: datetime, zone: ZoneInfo) -> timedelta:
    """Move the plan by whole weeks so that the last seminar is the only one still to come."""
    days = (now.astimezone(zone).date() + AHEAD - SEMINARS[-1].day).days
    return timedelta(weeks=-(-days // 7))


def hold(
    session: Session,
    project: Project,
    example: ExampleSeminar,
    shift: timedelta,
    people: dict[str, Person],
    press: Press,
    now: datetime,
) -> None:
    """Announce a seminar, register its people, and if it is over, let them attend, answer and receive their certificates."""
    activity = next(each for each in project.activities if each.code == example.activity)
    announced = datetime.combine(example.day + shift - timedelta(days=21), time(9, 0), project.zone)
    seminar = seminar_of(example, activity, shift, project.zone, min(announced, now))
    session.add(seminar)
    session.flush()
    for wish in example.questions:
        questions.add(session, seminar, wish)
    registrations = [
        register(session, seminar, each, people, min(announced + timedelta(hours=place), now))
        for place, each in enumerate(example.people)
    ]
    if seminar.ends_at is not None and seminar.ends_at <= now:
        attend(session, seminar, registrations)
        answer(session, registrations, seminar.ends_at)
        issue_certificates(session, seminar, press, seminar.ends_at + timedelta(hours=1))


def register(
    session: Session, seminar: Seminar, applicant: Applicant, people: dict[str, Person], moment: datetime
) -> Registration:
    """Register somebody as the form does, or by the personal page when the first seminar has made the person known."""
    known = people.get(applicant.phone)
    if known is not None:
        registration = take_further_place(session, known, seminar, moment)
    else:
        registration = take_place(session, seminar, applicant, new_token(), moment)
        people[applicant.phone] = registration.person
    registration.told = registration.state  # people of the example are told nothing
    wordings = [personal_data_wording(seminar.project, applicant.language)]
    if not applicant.phone.endswith("7"):
        wordings.append(photo_wording(seminar.project, applicant.language))
    for wording in wordings:
        record_consent(session, registration, wording, moment, "")
    return registration


def attend(session: Session, seminar: Seminar, registrations: Sequence[Registration]) -> None:
    """Mark everybody in both sessions; one comes too rarely."""
    for meeting in seminar.sessions:
        for place, registration in enumerate(registrations):
            status = Status.LATE if (place + meeting.id) % 6 == 0 else Status.PRESENT
            if place == ABSENT and first_of_two(seminar):
                status = Status.ABSENT
            append_mark(
                session, registration, meeting, status, after=None, now=meeting.starts_at + timedelta(minutes=5)
            )
    session.flush()


def first_of_two(seminar: Seminar) -> bool:
    """Whether it is the first seminar of its activity."""
    return seminar.slug.endswith("-1")


def answer(session: Session, registrations: Sequence[Registration], moment: datetime) -> None:
    """Let nearly everybody answer the survey, most of them content."""
    for place, registration in enumerate(registrations):
        if first_of_two(registration.seminar) and (
            place == ABSENT or (place == OWES_SURVEY and registration.seminar.kind == "course")
        ):
            continue
        change, missing = COMMENTS[place % len(COMMENTS)]
        best = 5 if place % 3 else 4
        survey = survey_of(session, registration.seminar)
        rated = {each.key: best for each in questions_of(survey.current) if each.kind in SCALED}
        texts = {key: text for key, text in (("change", change), ("missing", missing)) if text}
        keep_response(
            session,
            survey,
            registration,
            {**rated, "practice": 4, "venue": best, **texts},
            registration.person.language,
            moment,
        )

"""Small random worlds: seminars, people, marks, surveys, certificates and evidence of a project, before and after noon."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOON, spell_number
from tests.monitoring.factories import (
    NUMBERS,
    add_indicator,
    build_target,
    create_entry,
    create_item,
    create_publication,
    enter_views,
    hand_over,
    link,
)
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.evidence.models import EvidenceItem, EvidenceKind, MediaKind
from trainer.evidence.publications.models import Publication, PublicationKind
from trainer.evidence.registers.models import RegisterKind
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.language.translated import Translated
from trainer.people.models import Person
from trainer.projects.models import Activity, Indicator, Project
from trainer.projects.vocabulary import INDICATOR_KINDS
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.tokens import generate_pass_code, generate_token
from trainer.seminars.models import Seminar, SeminarKind, SeminarSession
from trainer.surveys.models import AnonymousResponse, SurveyPurpose, SurveyResponse

STATUSES = (RegistrationStatus.REGISTERED,) * 5 + (RegistrationStatus.APPLIED, RegistrationStatus.CANCELLED)
SEMINAR_ACTIVITIES = ("T2.A1", "T2.A2", "T3.A1", "T3.A2", "T4.A1", "C1.A1")
LINKED_KINDS = (*EvidenceKind, EvidenceKind.PHOTO, EvidenceKind.SCREENSHOT)


@dataclass
class World:
    """What was created, by table."""

    session: Session
    project: Project
    random: Random
    seminars: list[Seminar] = field(default_factory=list)
    registrations: list[Registration] = field(default_factory=list)
    items: list[EvidenceItem] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)

    @property
    def activities(self) -> list[Activity]:
        """Return the activities of the plan."""
        return self.project.activities

    @property
    def indicators(self) -> list[Indicator]:
        """Return all indicators of the plan."""
        own = [indicator for activity in self.activities for indicator in activity.indicators]
        return [*own, *self.project.social_impact]

    def pick_moment(self, days: int = 4) -> datetime:
        """Return a moment within some days before or after noon."""
        return NOON + timedelta(hours=self.random.randrange(-24 * days, 24 * days))

    def pick_removal(self, added_at: datetime) -> datetime | None:
        """Return None, or a moment after another one."""
        return added_at + timedelta(hours=self.random.randrange(1, 90)) if self.random.random() < 0.25 else None


def create_world(session: Session, project: Project, random: Random) -> World:
    """Create a random world of a project that has none, and flush it."""
    world = World(session, project, random)
    add_rare_indicators(world)
    for _each in range(random.randrange(5)):
        add_seminar(world)
    for _each in range(random.randrange(9)):
        add_item(world)
    for _each in range(random.randrange(5)):
        add_publication(world)
    for indicator in random.sample(world.indicators, 25):
        for _each in range(random.randrange(3)):
            add_link(world, indicator)
    for kind in RegisterKind:
        add_entry(world, kind)
    session.flush()
    return world


def add_rare_indicators(world: World) -> None:
    """Add an indicator of every kind, each with another `per`, to activities of the plan."""
    for kind, entry in INDICATOR_KINDS.items():
        activity = world.random.choice([each for each in world.activities if each.code in SEMINAR_ACTIVITIES])
        unit = world.random.choice((entry.unit, *entry.further_units))
        per = world.random.choice(("project", "event", "list", "participant", "trip_day", "month"))
        add_indicator(activity, kind, build_target(world.random.randrange(1, 4), unit, per))
    world.session.flush()


def add_seminar(world: World) -> Seminar:
    """Add a seminar with up to three sessions, people, marks, surveys and certificates."""
    random = world.random
    activity = random.choice([each for each in world.activities if each.code in SEMINAR_ACTIVITIES])
    seminar = Seminar(
        activity=activity,
        slug=f"seminar-{next(NUMBERS)}",
        title=Translated("Семинар"),
        description=Translated(),
        kind=random.choice(list(SeminarKind)),
        format="offline",
        audience=random.choice(("", "medical_worker", "personal_assistant")),
        city=Translated(random.choice(("", "Ақтау", "Жаңаөзен"))),
        venue=Translated(),
        capacity=20,
        cancelled_at=world.pick_moment() if random.random() < 0.2 else None,
    )
    world.session.add(seminar)
    world.seminars.append(seminar)
    for _each in range(random.randrange(4)):
        add_session(world, seminar)
    world.session.flush()
    for _each in range(random.randrange(6)):
        add_registration(world, seminar)
    for registration in [each for each in world.registrations if each.seminar is seminar]:
        if random.random() < 0.15:
            merge(world, registration)
        for part in seminar.sessions:
            for _each in range(random.randrange(3)):
                add_mark(world, registration, part)
    if random.random() < 0.7:
        add_survey(world, seminar)
    return seminar


def add_session(world: World, seminar: Seminar) -> None:
    """Add a session of two hours, with or without an agenda."""
    start = world.pick_moment()
    agenda: list[dict[str, Any]] = [{"time": "10:00", "topic": {"kk": "Күтім"}}] if world.random.random() < 0.4 else []
    seminar.sessions.append(
        SeminarSession(title=Translated(), starts_at=start, ends_at=start + timedelta(hours=2), agenda=agenda)
    )


def add_registration(world: World, seminar: Seminar) -> Registration:
    """Add a registration of a new person, or of one of another seminar."""
    random = world.random
    known = [each.person for each in world.registrations]
    taken = {each.person.id for each in world.registrations if each.seminar is seminar}
    free = [person for person in known if person.id not in taken]
    moment = world.pick_moment()
    person = random.choice(free) if free and random.random() < 0.5 else create_person(world)
    registration = Registration(
        person=person,
        seminar=seminar,
        status=random.choice(STATUSES),
        token=generate_token(),
        nonce=generate_token(),
        pass_code=generate_pass_code(),
        created_at=moment,
        status_since=moment,
    )
    world.session.add(registration)
    world.session.flush()
    world.registrations.append(registration)
    if random.random() < 0.3:
        add_certificate(world, registration)
    return registration


def create_person(world: World) -> Person:
    """Add a person with one of three positions."""
    person = Person(
        surname=spell_number(next(NUMBERS)),
        given_name="Айгүл",
        phone="+77015550100",
        language="kk",
        position=world.random.choice(("", "мейіргер", " Жеке Көмекші")),
        created_at=NOON,
    )
    world.session.add(person)
    world.session.flush()
    return person


def merge(world: World, registration: Registration) -> None:
    """Merge a registration into an earlier one of the seminar that is registered."""
    survivors = [
        each
        for each in world.registrations
        if each.seminar is registration.seminar
        and each.id < registration.id
        and each.status == RegistrationStatus.REGISTERED
    ]
    if survivors:
        surviving = world.random.choice(survivors)
        registration.status, registration.merged_into = RegistrationStatus.MERGED, surviving
        first = max(registration.created_at, surviving.created_at)
        registration.status_since = first + timedelta(hours=world.random.randrange(1, 60))
        world.session.flush()


def add_mark(world: World, registration: Registration, part: SeminarSession) -> None:
    """Add a mark that follows none, so that two different ones are a conflict."""
    mark = AttendanceMark(
        id=uuid.UUID(int=next(NUMBERS)),
        registration_id=registration.id,
        session_id=part.id,
        status=world.random.choice(list(AttendanceStatus)),
        decides=world.random.random() < 0.2,
        made_at=NOON,
        received_at=world.pick_moment(),
    )
    world.session.add(mark)
    world.session.flush()


def add_survey(world: World, seminar: Seminar) -> None:
    """Add a survey with names or an anonymous one, with answers of some people of the seminar or of nobody known."""
    random = world.random
    anonymous = random.random() < 0.5
    sealed_at = world.pick_moment() if anonymous and random.random() < 0.8 else None
    survey = make_survey(
        world.session,
        seminar,
        [OVERALL_QUESTION],
        number=next(NUMBERS) + 1,
        purpose=random.choice((SurveyPurpose.SATISFACTION, SurveyPurpose.OTHER, SurveyPurpose.CHECKLIST)),
        anonymous=anonymous,
        sealed_at=sealed_at,
        closed_at=sealed_at,
    )
    version = survey.versions[0]
    people = [each for each in world.registrations if each.seminar is seminar and random.random() < 0.8]
    for person in [] if anonymous else people:
        world.session.add(
            SurveyResponse(
                survey_id=survey.id,
                version_id=version.id,
                registration_id=person.id,
                language="kk",
                answers={"overall": random.randrange(1, 6)} if random.random() < 0.8 else {},
                answered_at=world.pick_moment(),
            )
        )
    for _each in range(random.randrange(8) if anonymous else 0):
        answers = {"overall": random.randrange(1, 6)} if random.random() < 0.9 else {}
        world.session.add(
            AnonymousResponse(
                survey_id=survey.id,
                version_id=version.id,
                answers=answers,
                entered_by_organizer=random.random() < 0.2,
            )
        )
    world.session.flush()


def add_certificate(world: World, registration: Registration) -> None:
    """Add a certificate, valid or revoked."""
    number, moment = next(NUMBERS), world.pick_moment()
    revoked_at = world.pick_removal(moment)
    world.session.add(
        IssuedCertificate(
            code=f"C{number}",
            serial=f"EX-{number}",
            prefix="EX",
            year=2025,
            number=number,
            status=CertificateStatus.REVOKED if revoked_at else CertificateStatus.VALID,
            registration_id=registration.id,
            seminar_id=registration.seminar_id,
            recipient="",
            facts={},
            issued_on=moment.date(),
            issued_at=moment,
            qr_text="",
            pdf_sha256="",
            invalidated_at=revoked_at,
        )
    )


def add_item(world: World) -> EvidenceItem:
    """Add a file of any kind, in the inbox or of an activity, with or without dates."""
    random, moment = world.random, world.pick_moment()
    item = create_item(
        world.session,
        world.project,
        random.choice(LINKED_KINDS),
        random.choice((None, *world.activities)),
        media_kind=random.choice((MediaKind.PHOTO, MediaKind.PDF)),
        uploaded_at=moment,
        taken_at=world.pick_moment() if random.random() < 0.6 else None,
        month=date(2025, random.randrange(5, 8), 1) if random.random() < 0.3 else None,
        removed_at=world.pick_removal(moment),
    )
    world.items.append(item)
    if random.random() < 0.4:
        added_at = world.pick_moment()
        hand_over(
            world.session,
            item,
            added_at=added_at,
            removed_at=world.pick_removal(added_at),
            handed_on=world.pick_moment().date(),
        )
    return item


def add_publication(world: World) -> Publication:
    """Add a publication with views entered on several days, and perhaps a screenshot."""
    random, moment = world.random, world.pick_moment()
    publication = create_publication(
        world.session,
        world.project,
        random.choice((None, *world.activities)),
        random.choice(list(PublicationKind)),
        published_on=world.pick_moment().date(),
        added_at=moment,
        removed_at=world.pick_removal(moment),
    )
    for _each in range(random.randrange(4)):
        entered_at = world.pick_moment()
        enter_views(world.session, publication, random.randrange(100), world.pick_moment().date(), entered_at)
    screenshots = [item for item in world.items if item.kind == EvidenceKind.SCREENSHOT]
    publication.screenshots = random.sample(screenshots, min(len(screenshots), random.randrange(3)))
    world.session.flush()
    world.publications.append(publication)
    return publication


def add_link(world: World, indicator: Indicator) -> None:
    """Link a file or a publication to an indicator."""
    proofs: list[EvidenceItem | Publication] = [*world.items, *world.publications]
    if proofs:
        moment = world.pick_moment()
        link(
            world.session,
            indicator,
            world.random.choice(proofs),
            linked_at=moment,
            removed_at=world.pick_removal(moment),
        )


def add_entry(world: World, kind: RegisterKind) -> None:
    """Add an entry of a register."""
    moment, since = world.pick_moment(), world.pick_moment().date() if world.random.random() < 0.5 else None
    create_entry(
        world.session,
        world.project,
        kind,
        added_at=moment,
        removed_at=world.pick_removal(moment),
        since=since,
        until=since + timedelta(days=world.random.randrange(3)) if since and world.random.random() < 0.5 else None,
    )

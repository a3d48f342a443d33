"""A project with hundreds of seminars and thousands of people, marks, answers, certificates and files, straight into the tables."""

import random
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from itertools import cycle, islice
from typing import Any

from sqlalchemy import Engine, insert
from sqlalchemy.orm import Session

from tests import databases
from tests.bench.pages.crowd import (
    build_public_settings,
    insert_certificates,
    insert_people,
    insert_registrations,
    insert_responses,
)
from tests.bench.surveys.respondents import build_mark_row
from tests.factories import create_project, create_seminar
from tests.visitor import sign_in_organizer
from trainer import create_app
from trainer.attendance.models import AttendanceMark
from trainer.clock import now
from trainer.evidence.models import EvidenceItem, EvidenceKind, EvidenceLink, MediaKind
from trainer.evidence.publications.models import Publication, PublicationKind, PublicationViews
from trainer.language.translated import Translated
from trainer.monitoring.kinds.files import UNIT_KINDS
from trainer.projects.models import Activity, Indicator, Project
from trainer.projects.vocabulary import EVENT_TYPES
from trainer.seminars.models import Seminar, SeminarSession
from trainer.settings import Settings
from trainer.surveys.catalogue import get_satisfaction_survey

SESSIONS = 5  # of each seminar, in which everybody is marked once


@dataclass(frozen=True)
class PlanSize:
    """How much a project holds. Each registration has a mark in each of SESSIONS sessions."""

    seminars: int
    registrations: int
    items: int

    def halve(self) -> "PlanSize":
        """Return half of everything."""
        return PlanSize(self.seminars // 2, self.registrations // 2, self.items // 2)


FULL = PlanSize(seminars=300, registrations=10_000, items=5_000)


def fill_plan(settings: Settings, size: PlanSize) -> int:
    """Fill an empty database with a project of an organizer, whose plan is the contract's, and return its id."""
    app = create_app(build_public_settings(settings))
    with databases.open_session(app) as session:
        project = create_project(session)
        sign_in_organizer(app, session)
        people = cycle(insert_people(session, size.registrations // 2, 1))  # each comes to two seminars
        activities = cycle([each for each in project.activities if is_event(each)])
        for number in range(size.seminars):
            share = size.registrations * (number + 1) // size.seminars - size.registrations * number // size.seminars
            create_held_seminar(session, project, next(activities), number, list(islice(people, share)))
        items = insert_items(session, project, size.items)
        insert_links(session, project, items)
        insert_publications(session, project, size.items // 25)
        project_id = project.id
        session.commit()
        analyse(session.get_bind())
    databases.close_connections(app)
    return project_id


def analyse(engine: Any) -> None:
    """Update the statistics of PostgreSQL, as it does by itself within a minute."""
    if isinstance(engine, Engine) and engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def is_event(activity: Activity) -> bool:
    """Return whether people take part in an activity."""
    event_type = EVENT_TYPES.get(activity.event_type)
    return bool(event_type and event_type.has_participants)


def create_held_seminar(
    session: Session, project: Project, activity: Activity, number: int, people: list[int]
) -> Seminar:
    """Create a seminar that was held some days ago, with people who were marked, answered and got certificates."""
    seminar = create_seminar(
        session, project, now() - timedelta(days=number + 2), slug=f"held-{number}", activity=activity, capacity=100
    )
    last = seminar.sessions[-1].ends_at
    seminar.sessions += [
        SeminarSession(
            title=Translated("Сабақ"),
            starts_at=last + timedelta(hours=place),
            ends_at=last + timedelta(hours=place + 1),
        )
        for place in range(SESSIONS - len(seminar.sessions))
    ]
    session.flush()
    registered = insert_registrations(session, seminar, people)
    marks = [build_mark_row(each, part.id) for each in registered for part in seminar.sessions]
    for place, mark in enumerate(marks):
        mark["status"] = "absent" if place % 20 == 7 else "present"
    session.execute(insert(AttendanceMark), marks)
    chance = random.Random(number)
    answers = [(each, {"overall": chance.randint(2, 5)}) for each in registered[::2]]
    insert_responses(session, get_satisfaction_survey(session, seminar), answers)
    insert_certificates(session, seminar, registered[::2], number * 2 + 1, "0" * 64)
    return seminar


def insert_items(session: Session, project: Project, count: int) -> list[int]:
    """Insert files of all activities and of every kind that indicators count, one in ten still in the inbox."""
    kinds, activities = list(dict.fromkeys(UNIT_KINDS.values())), project.activities
    own: dict[str, Any] = {
        "project_id": project.id,
        "media_type": "image/jpeg",
        "size": 4_000_000,
        "caption": Translated(),
    }
    rows = [
        {
            **own,
            "activity_id": activities[number % len(activities)].id if number % 10 else None,
            "kind": EvidenceKind.PHOTO if number % 2 else kinds[number // 2 % len(kinds)],
            "media_kind": MediaKind.PHOTO,
            "file_name": f"photo-{number}.jpg",
            "sha256": sha256(str(number).encode()).hexdigest(),
            "crc32": number,
            "taken_at": now() - timedelta(hours=number),
            "uploaded_at": now() - timedelta(minutes=number),
            "processing": "done",
            "attempts": 1,
        }
        for number in range(count)
    ]
    return list(session.scalars(insert(EvidenceItem).returning(EvidenceItem.id, sort_by_parameter_order=True), rows))


def insert_links(session: Session, project: Project, items: list[int]) -> None:
    """Link each file that belongs to an activity to one of its indicators."""
    activities = project.activities
    rows = []
    for number, item_id in enumerate(items):
        indicators = activities[number % len(activities)].indicators
        if number % 10 and indicators:
            indicator = indicators[number // len(activities) % len(indicators)]
            rows.append({"indicator_id": indicator.id, "item_id": item_id, "linked_at": now()})
    session.execute(insert(EvidenceLink), rows)


def insert_publications(session: Session, project: Project, count: int) -> None:
    """Insert publications of all activities, each with the views of four days, linked to an indicator."""
    activities = project.activities
    rows = [
        {
            "project_id": project.id,
            "activity_id": activities[number % len(activities)].id,
            "kind": PublicationKind.POST,
            "network": "telegram",
            "address": f"https://t.me/example/{number}",
            "published_on": (now() - timedelta(days=number % 200)).date(),
            "added_at": now() - timedelta(days=1),
            "title": Translated("Жазба"),
            "outlet": "",
        }
        for number in range(count)
    ]
    ids = list(session.scalars(insert(Publication).returning(Publication.id, sort_by_parameter_order=True), rows))
    views = [
        {
            "publication_id": publication_id,
            "views": 100 * week,
            "counted_on": (now() - timedelta(weeks=5 - week)).date(),
            "entered_at": now() - timedelta(hours=1),
        }
        for publication_id in ids
        for week in range(1, 5)
    ]
    session.execute(insert(PublicationViews), views)
    linked = [each for each in list_indicators(project) if "publication" in each.kind or "post" in each.kind]
    links = [
        {"indicator_id": linked[number % len(linked)].id, "publication_id": publication_id, "linked_at": now()}
        for number, publication_id in enumerate(ids)
        if linked
    ]
    session.execute(insert(EvidenceLink), links)


def list_indicators(project: Project) -> list[Indicator]:
    """Return all indicators of the activities of a project."""
    return [indicator for activity in project.activities for indicator in activity.indicators]

"""Leaving the example: everything made by it goes, everything of other projects stays."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import create_seminar, load_contract_plan, register_person
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceMark
from trainer.clock import now
from trainer.example.load import load_example
from trainer.example.removal import NoExample, list_file_hashes, map_conditions, remove_example
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.models import IssuedCertificate
from trainer.people.models import Person
from trainer.projects.models import Indicator, Project
from trainer.projects.ownership import claim_ownerless_projects
from trainer.projects.plan import import_plan
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage


def count_rows(session: Session, model: type) -> int:
    """Return the number of rows of a model."""
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def own_seminar(app: Flask, session: Session, organizer: Visitor) -> Seminar:
    """Load the example beside a project of one's own with a seminar and a person, and return that seminar."""
    with app.app_context():
        load_example(session, build_issuing_context(app.extensions["settings"]), now())
    contract = load_contract_plan()
    own = import_plan(session, {**contract, "project": {**contract["project"], "id": "own"}})
    claim_ownerless_projects(session, now())
    seminar = create_seminar(session, own, slug="own")
    register_person(session, seminar)
    session.commit()
    return seminar


def test_the_example_goes_and_the_own_project_stays(
    app: Flask, session: Session, organizer: Visitor, own_seminar: Seminar
) -> None:
    storage = Storage.from_settings(app.extensions["settings"])
    certificates = session.scalars(select(IssuedCertificate.pdf_sha256)).all()
    page = organizer.get("/desk/example/remove")
    assert str(len(certificates)) in page.words
    organizer.submit("/desk/example/remove", {"title": "тең мүмкіндік"})
    session.expire_all()
    assert [project.code for project in session.scalars(select(Project))] == ["own"]
    assert [seminar.slug for seminar in session.scalars(select(Seminar))] == ["own"]
    assert (count_rows(session, Registration), count_rows(session, Person)) == (1, 1)
    for model in (IssuedCertificate, AttendanceMark):
        assert count_rows(session, model) == 0
    assert count_rows(session, Indicator) == 77
    assert not set(certificates) & set(storage.list_hashes())
    organizer.get("/desk/example/remove", status=404)
    organizer.get("/desk/plan")


def test_nothing_is_removed_until_the_title_is_typed(
    session: Session, organizer: Visitor, own_seminar: Seminar
) -> None:
    for typed in ("", "иә"):
        page = organizer.submit("/desk/example/remove", {"title": typed}, status=422)
        assert page.get_error("title")
    assert count_rows(session, Project) == 2


def test_a_person_of_the_example_who_also_came_to_an_own_seminar_stays(session: Session, own_seminar: Seminar) -> None:
    person = session.scalars(select(Person).join(Registration).where(Registration.seminar_id != own_seminar.id)).first()
    assert person is not None
    own = session.scalars(select(Registration).where(Registration.seminar_id == own_seminar.id)).one()
    stranger, own.person = own.person, person
    session.delete(stranger)
    session.commit()
    remove_example(session)
    session.commit()
    assert [left.id for left in session.scalars(select(Person))] == [person.id]


def test_without_an_example_there_is_nothing_to_remove(session: Session, project: Project) -> None:
    with pytest.raises(NoExample):
        remove_example(session)
    assert list_file_hashes(session, map_conditions({})) == set()

"""Leaving the example: everything made by it goes, everything of other projects stays."""

from io import BytesIO
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.evidence.factories import begin_upload
from tests.factories import create_seminar, load_contract_plan, register_person
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceMark
from trainer.clock import now
from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem, EvidenceLink, Upload
from trainer.evidence.processing.job import process_files
from trainer.evidence.publications.models import Publication, PublicationViews
from trainer.evidence.registers.models import RegisterEntry
from trainer.evidence.uploads.receiving import append_part
from trainer.example.load import load_example
from trainer.example.removal import NoExample, list_file_hashes, map_conditions, remove_example
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.models import IssuedCertificate
from trainer.monitoring.models import EnteredFigure
from trainer.people.models import Person
from trainer.projects.models import Indicator, Project
from trainer.projects.ownership import claim_ownerless_projects
from trainer.projects.plan import import_plan
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

MODELS_OF_EXAMPLE = (
    *(IssuedCertificate, AttendanceMark, EvidenceItem, EvidenceLink, Publication, PublicationViews),
    *(RegisterEntry, HandOver, EnteredFigure, Upload),
)


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


@pytest.mark.slow
def test_the_example_goes_and_the_own_project_stays(
    app: Flask, session: Session, organizer: Visitor, own_seminar: Seminar
) -> None:
    settings = app.extensions["settings"]
    storage = Storage.from_settings(settings)
    upload = begin_upload(session, session.scalars(select(Project).where(Project.is_example)).one(), 5)
    append_part(settings, upload, 0, BytesIO(b"12"))
    with app.app_context():
        process_files(session, Event())
    certificates = session.scalars(select(IssuedCertificate.pdf_sha256)).all()
    item = session.scalars(select(EvidenceItem).where(EvidenceItem.cleaned_sha256 != "")).first()
    assert item is not None
    files = {item.sha256, item.cleaned_sha256, item.thumbnail_sha256, item.preview_sha256, *certificates}
    assert files <= set(storage.list_hashes())
    page = organizer.get("/desk/example/remove")
    assert str(len(certificates)) in page.words
    organizer.submit("/desk/example/remove", {"title": "тең мүмкіндік"})
    session.expire_all()
    assert [project.code for project in session.scalars(select(Project))] == ["own"]
    assert [seminar.slug for seminar in session.scalars(select(Seminar))] == ["own"]
    assert (count_rows(session, Registration), count_rows(session, Person)) == (1, 1)
    for model in MODELS_OF_EXAMPLE:
        assert count_rows(session, model) == 0, model
    assert count_rows(session, Indicator) == 77
    assert set(storage.list_hashes()) == set()
    assert list((settings.instance / "uploads").glob("*")) == []
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

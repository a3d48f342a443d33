"""Whoever withdraws the consent to photos: what shows this person is listed until it is kept out."""

import pytest
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item, draw_jpeg, show_person
from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.monitoring.factories import create_publication
from tests.page import Page
from tests.visitor import Visitor
from trainer.evidence.desk.withdrawals import list_withdrawals
from trainer.evidence.models import EvidenceItem, Publicity, ShownPerson
from trainer.projects.models import Project
from trainer.registration.consent import build_photo_wording, record_consent
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@pytest.fixture
def shown(session: Session, past_seminar: Seminar) -> Registration:
    """Return the registration of somebody who is shown in two photos and has withdrawn the consent."""
    registration = register_person(session, past_seminar, AIGUL)
    for number in range(2):
        item = create_item(session, past_seminar.project, draw_jpeg(number), f"{number}.jpg")
        if number:
            session.add(ShownPerson(item_id=item.id, person_id=registration.person_id, marked_at=NOON))
        else:
            show_person(session, registration, item, withdrawn_at=NOON)
    session.commit()
    return registration


def open_list(organizer: Visitor, project: Project) -> Page:
    """Open the page of withdrawn consents."""
    return organizer.get(f"/desk/evidence/projects/{project.id}/withdrawn?lang=en")


def list_files(session: Session, project: Project) -> list[str]:
    """Return the names of the files that are listed."""
    session.expire_all()
    return [item.file_name for each in list_withdrawals(session, project.id) for item in each.items]


def test_the_photos_of_somebody_who_withdrew_are_listed_and_kept_out(
    organizer: Visitor, shown: Registration, project: Project, session: Session
) -> None:
    page = open_list(organizer, project)
    assert shown.person.full_name in page.words
    assert "0.jpg" in page.words
    assert "1.jpg" in page.words
    _action, fields = page.read_form(-1)
    address = f"/desk/evidence/projects/{project.id}/withdrawn"
    first = session.query(EvidenceItem).order_by(EvidenceItem.id).first()
    assert first is not None
    organizer.post(address, {**fields, "items": [str(first.id), "999999"]})
    assert list_files(session, project) == ["1.jpg"]
    assert first.publicity == Publicity.KEPT_OUT
    organizer.post(address, {**fields, "items": []})
    assert list_files(session, project) == ["1.jpg"]
    organizer.submit(address)
    assert list_files(session, project) == []
    assert "Nothing shows anyone who withdrew consent." in open_list(organizer, project).words


@pytest.mark.one_database
def test_who_agrees_or_never_agreed_is_not_listed(past_seminar: Seminar, project: Project, session: Session) -> None:
    item = create_item(session, project)
    show_person(session, register_person(session, past_seminar, AIGUL), item)
    yerlan = register_person(session, past_seminar, YERLAN)
    session.add(ShownPerson(item_id=item.id, person_id=yerlan.person_id, marked_at=NOON))
    session.flush()
    assert list_files(session, project) == []


@pytest.mark.one_database
def test_who_agrees_again_is_not_listed_any_more(shown: Registration, project: Project, session: Session) -> None:
    with session.info["app"].app_context():
        wording = build_photo_wording(project, "kk")
    record_consent(session, shown, wording, NOON, "192.0.2.1")
    session.flush()
    assert list_files(session, project) == []


@pytest.mark.one_database
def test_removed_files_are_not_listed_and_publications_are(
    organizer: Visitor, shown: Registration, past_seminar: Seminar, project: Project, session: Session
) -> None:
    for item in session.query(EvidenceItem):
        item.removed_at = NOON
    publication = create_publication(session, project, past_seminar.activity)
    session.add(ShownPerson(publication_id=publication.id, person_id=shown.person_id, marked_at=NOON))
    session.commit()
    page = open_list(organizer, project)
    assert f"/desk/evidence/publications/{publication.id}" in page.text
    assert "0.jpg" not in page.text


@pytest.mark.one_database
def test_photos_are_filtered_by_what_is_known_of_consent_with_one_click(
    organizer: Visitor, past_seminar: Seminar, project: Project, session: Session
) -> None:
    for number, publicity in enumerate(Publicity):
        create_item(
            session,
            project,
            draw_jpeg(number),
            f"{publicity}.jpg",
            activity_id=past_seminar.activity_id,
            publicity=publicity,
        )
    address = f"/desk/evidence/activities/{past_seminar.activity_id}"
    links = [link for link in organizer.get(address).list_links() if "publicity=" in link]
    assert len(set(links)) == 3
    for publicity in Publicity:
        text = organizer.get(f"{address}?publicity={publicity}").text
        assert [each for each in Publicity if f"{each}.jpg" in text] == [publicity]

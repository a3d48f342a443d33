"""When a person withdraws photo consent, everything in use that shows the person is listed until somebody has decided."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.evidence.factories import create_item, mark_shown, withdraw_photo_consent
from tests.factories import NOON, register_person
from tests.monitoring.factories import create_publication
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.evidence.models import Publicity
from trainer.language.translated import Translated
from trainer.registration.consent import build_photo_wording, record_consent
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

LIST = "/desk/evidence/withdrawals"


@pytest.fixture
def registration(session: Session, past_seminar: Seminar) -> Registration:
    """Return the registration of somebody who gave consent to photos and withdrew it."""
    registration = register_person(session, past_seminar)
    withdraw_photo_consent(session, registration)
    return registration


def test_photos_and_publications_are_listed_with_the_person_until_they_are_decided(
    organizer: Visitor, session: Session, registration: Registration
) -> None:
    project = registration.seminar.project
    item = create_item(session, project, name="зал.jpg")
    publication = create_publication(session, project, title=Translated("Ашылу"))
    mark_shown(session, registration, item_id=item.id)
    mark_shown(session, registration, publication_id=publication.id)
    session.commit()
    assert LIST in organizer.get("/desk/").list_links()
    page = organizer.get(f"{LIST}?lang=en")
    assert page.text.count(registration.person.full_name) == 2
    assert "зал.jpg" in page.text
    assert "Ашылу" in page.text
    for address in (f"/desk/evidence/items/{item.id}", f"/desk/evidence/publications/{publication.id}"):
        assert "Withdrew photo consent" in organizer.get(address).text
    item.publicity = Publicity.KEPT_OUT
    publication.removed_at = NOON
    session.commit()
    assert registration.person.full_name not in organizer.get(LIST).text
    assert LIST not in organizer.get("/desk/").list_links()


def test_what_shows_people_with_consent_or_who_gave_it_again_is_not_listed(
    organizer: Visitor, session: Session, registration: Registration
) -> None:
    item = create_item(session, registration.seminar.project)
    mark_shown(session, registration, item_id=item.id)
    wording = build_photo_wording(registration.seminar.project, "kk")
    record_consent(session, registration, wording, NOON + timedelta(hours=1), "")
    session.commit()
    assert registration.person.full_name not in organizer.get(LIST).text


def test_who_has_never_given_consent_has_not_withdrawn_it(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    registration = register_person(session, past_seminar)
    mark_shown(session, registration, item_id=create_item(session, past_seminar.project).id)
    session.commit()
    assert registration.person.full_name not in organizer.get(LIST).text


def test_only_organizers_see_the_list(app: Flask, session: Session, registration: Registration) -> None:
    item = create_item(session, registration.seminar.project)
    mark_shown(session, registration, item_id=item.id)
    for role in (ProjectRole.MONITOR, ProjectRole.ASSISTANT):
        visitor = sign_in(app, session, create_colleague(session, registration.seminar.project.id, role))
        assert registration.person.full_name not in visitor.client.get(LIST).text

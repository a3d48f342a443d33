"""Revocation, replacement and renewal of certificates, and what verification then says."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import unseal
from tests.concurrency import run_concurrently
from tests.factories import NOON, issue_to_eligible, register_eligible_person
from tests.visitor import Visitor, sign_in_organizer
from trainer.issuing.issuance.drafts import compute_last_valid_day
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

PROGRAM = {"Accept": "application/json"}
REVOKED = {"reason": "issued_in_error", "note": "Басқа адамның орнына берілген"}


@pytest.fixture
def entry(session: Session, past_seminar: Seminar) -> IssuedCertificate:
    """Return an issued certificate."""
    register_eligible_person(session, past_seminar)
    return issue_to_eligible(session, past_seminar)[0]


@pytest.fixture
def term(session: Session, past_seminar: Seminar) -> IssuedCertificate:
    """Return a certificate that is valid for a year."""
    past_seminar.valid_months = 12
    register_eligible_person(session, past_seminar)
    return issue_to_eligible(session, past_seminar)[0]


def fetch_verdict(visitor: Visitor, code: str) -> dict[str, Any]:
    """Return the verdict on a code as JSON."""
    visitor.session.commit()
    answer: dict[str, Any] = visitor.client.get(f"/v/{code}", headers=PROGRAM).get_json()
    return answer


def test_a_revoked_certificate_says_when_and_why_and_keeps_its_facts(
    organizer: Visitor, stranger: Visitor, entry: IssuedCertificate
) -> None:
    organizer.submit(f"/desk/certificates/{entry.serial}", REVOKED)
    answer = fetch_verdict(stranger, entry.code)
    assert answer["verdict"] == "revoked"
    assert answer["withdrawn"] == {"on": "2025-06-02", "reason": "issued_in_error"}
    assert answer["recipient"] == entry.recipient
    page = stranger.get(f"/v/{entry.code}?lang=en")
    assert page.heading == "The certificate has been revoked" and "Issued in error" in page.words
    assert REVOKED["note"] not in page.words
    assert REVOKED["note"] in organizer.get(f"/desk/certificates/{entry.serial}").words


def test_a_revocation_needs_a_reason_and_a_note(
    organizer: Visitor, stranger: Visitor, entry: IssuedCertificate
) -> None:
    for typed in ({}, {"reason": "issued_in_error"}, {"note": "x"}, {"reason": "renewal", "note": "x"}):
        page = organizer.submit(f"/desk/certificates/{entry.serial}", typed, status=422)
        assert page.get_error("reason") or page.get_error("note")
    assert fetch_verdict(stranger, entry.code)["verdict"] == "valid"


def test_after_a_mistake_the_certificate_can_be_read_in_another_language(
    organizer: Visitor, entry: IssuedCertificate
) -> None:
    page = organizer.submit(f"/desk/certificates/{entry.serial}", {"note": ""}, status=422)
    [russian] = [link for link in page.list_links() if "lang=ru" in link]
    assert organizer.get(russian).language == "ru"


def test_the_holder_sees_the_revocation_and_no_file(
    organizer: Visitor, stranger: Visitor, entry: IssuedCertificate, session: Session
) -> None:
    organizer.submit(f"/desk/certificates/{entry.serial}", REVOKED)
    token = session.get_one(Registration, entry.registration_id).token
    assert entry.serial in stranger.get(f"/r/{token}").words
    stranger.get(f"/r/{token}/certificate.pdf", status=404)


def test_a_later_batch_skips_the_revoked_until_an_organizer_decides(
    organizer: Visitor, session: Session, entry: IssuedCertificate, past_seminar: Seminar
) -> None:
    organizer.submit(f"/desk/certificates/{entry.serial}", REVOKED)
    session.commit()
    assert issue_to_eligible(session, past_seminar) == []
    organizer.submit(f"/desk/seminars/{past_seminar.id}/certificates")
    again = session.scalars(select(IssuedCertificate).where(IssuedCertificate.status == "valid")).one()
    assert (again.number, again.recipient, again.replaces_id) == (2, entry.recipient, None)


def test_a_term_ends_on_the_same_day_of_a_later_month(term: IssuedCertificate) -> None:
    assert term.expires_on == date(2026, 6, 2)
    assert compute_last_valid_day(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert compute_last_valid_day(date(2025, 1, 31), 13) == date(2026, 2, 28)
    assert compute_last_valid_day(date(2025, 12, 15), 12) == date(2026, 12, 15)
    assert compute_last_valid_day(date(2025, 12, 15), None) is None


def test_the_seal_knows_the_term(session: Session, term: IssuedCertificate) -> None:
    from trainer.issuing.issuance.keys import load_keyring

    keys = load_keyring(session.info["app"].extensions["settings"]).public_keys
    facts = unseal(term.qr_text, keys).facts
    assert facts is not None
    assert facts.expires_at == datetime(2026, 6, 2, 19, 0, tzinfo=UTC).timestamp()  # midnight in Aktau


def test_a_renewal_replaces_the_old_certificate_with_a_new_term(
    app: Flask, stranger: Visitor, session: Session, term: IssuedCertificate, clock: time_machine.Traveller
) -> None:
    clock.move_to(datetime(2026, 6, 1, 7, 0, tzinfo=UTC))
    sign_in_organizer(app, session).submit(f"/desk/certificates/{term.serial}", form=0)
    renewed = session.scalars(select(IssuedCertificate).where(IssuedCertificate.status == "valid")).one()
    assert (renewed.replaces_id, renewed.expires_on, renewed.issued_on) == (term.id, date(2027, 6, 1), date(2026, 6, 1))
    old = fetch_verdict(stranger, term.code)
    assert (old["verdict"], old["withdrawn"]) == (
        "replaced",
        {"on": "2026-06-01", "reason": "renewal", "replaced_by": renewed.code},
    )
    assert fetch_verdict(stranger, renewed.code)["verdict"] == "valid"
    assert renewed.code in " ".join(stranger.get(f"/v/{term.code}").list_links())


def test_a_second_submission_does_not_say_that_a_renewed_certificate_cannot_be_renewed(
    organizer: Visitor, session: Session, term: IssuedCertificate
) -> None:
    address = f"/desk/certificates/{term.serial}?lang=en"
    target, fields = organizer.get(address).read_form(0)
    for _press in range(2):
        page = organizer.post(target, fields)
    words = organizer.follow(page).words
    assert "This request has already been decided." in words and "can’t be renewed" not in words
    assert len(session.scalars(select(IssuedCertificate)).all()) == 2


def test_revocation_takes_precedence_over_expiry(
    organizer: Visitor, stranger: Visitor, term: IssuedCertificate, clock: time_machine.Traveller
) -> None:
    organizer.submit(f"/desk/certificates/{term.serial}", REVOKED, form=1)
    clock.move_to(datetime(2030, 1, 1, tzinfo=UTC))
    assert fetch_verdict(stranger, term.code)["verdict"] == "revoked"


def test_the_desk_calls_a_certificate_expired_on_the_same_day_as_verification(
    app: Flask, session: Session, stranger: Visitor, term: IssuedCertificate, clock: time_machine.Traveller
) -> None:
    pages = (f"/desk/certificates/{term.serial}", f"/desk/seminars/{term.seminar_id}/certificates")
    for days, verdict in ((365, "valid"), (366, "expired")):
        clock.move_to(NOON + timedelta(days=days))
        assert fetch_verdict(stranger, term.code)["verdict"] == verdict
        organizer = sign_in_organizer(app, session)
        for page in pages:
            assert ("Expired" in organizer.get(f"{page}?lang=en").words) == (verdict == "expired")


def test_a_replaced_certificate_does_not_vouch_for_its_successor(
    organizer: Visitor, stranger: Visitor, session: Session, term: IssuedCertificate
) -> None:
    organizer.submit(f"/desk/certificates/{term.serial}", form=0)
    renewed = session.scalars(select(IssuedCertificate).where(IssuedCertificate.replaces_id == term.id)).one()
    organizer.submit(f"/desk/certificates/{renewed.serial}", REVOKED)
    page = stranger.get(f"/v/{term.code}?lang=en")
    assert "in force." in page.words and "Only the newer one" not in page.words
    assert f"/v/{renewed.code}" in page.list_links()


def test_a_certificate_without_a_term_offers_no_renewal(
    organizer: Visitor, session: Session, entry: IssuedCertificate
) -> None:
    page = organizer.get(f"/desk/certificates/{entry.serial}")
    assert len(page.list_forms()) == 1
    organizer.post(f"/desk/certificates/{entry.serial}/renewal", {"csrf_token": page.read_form()[1]["csrf_token"]})
    session.commit()
    assert len(session.scalars(select(IssuedCertificate)).all()) == 1


def test_of_two_concurrent_decisions_one_is_refused(
    app: Flask, session: Session, organizer: Visitor, stranger: Visitor, term: IssuedCertificate
) -> None:
    pressing = []
    for place, path in ((1, "revocation"), (0, "renewal"), (0, "renewal")):
        somebody = sign_in_organizer(app, session)
        fields = somebody.get(f"/desk/certificates/{term.serial}").read_form(place)[1]
        session.commit()
        address = f"/desk/certificates/{term.serial}/{path}"
        pressing.append(lambda c=somebody.client, a=address, f=fields: c.post(a, data={**f, **REVOKED}).status_code)
    assert run_concurrently(*pressing) == [303, 303, 303]
    session.commit()
    session.expire_all()
    certificates = session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.id)).all()
    assert sum(certificate.replaces_id == term.id for certificate in certificates) == (term.status == "replaced")
    assert term.status in ("revoked", "replaced")


def test_a_certificate_survives_its_person_and_its_seminar(
    stranger: Visitor, session: Session, entry: IssuedCertificate
) -> None:
    before = fetch_verdict(stranger, entry.code)
    gone = ["survey_response", "survey_version", "survey", "attendance_mark", "consent", "registration", "person"]
    for table in (*gone, "seminar_session", "seminar"):
        session.execute(Seminar.metadata.tables[table].delete())
    session.commit()
    session.expunge_all()
    certificate = session.scalars(select(IssuedCertificate)).one()
    assert (certificate.registration_id, certificate.seminar_id) == (None, None)
    assert fetch_verdict(stranger, certificate.code) == before
    assert stranger.get(f"/v/{certificate.code}/paper.webp").response.mimetype == "image/webp"

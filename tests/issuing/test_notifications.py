"""Notifications: the holder is notified once that the certificate is ready; nobody is notified about example certificates."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, issue_to_eligible, register_eligible_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, list_queued_messages
from trainer.issuing.models import InvalidationReason
from trainer.issuing.revocation.revocation import revoke_certificate
from trainer.messages.models import Message
from trainer.seminars.models import Seminar


def list_messages(session: Session) -> list[Message]:
    """Return the messages about certificates."""
    return [message for message in list_queued_messages(session) if message.kind == "certificate"]


def test_the_holder_is_notified_once_with_number_and_page(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    past_seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_eligible_person(session, past_seminar, AIGUL)
    [certificate] = issue_to_eligible(session, past_seminar)
    for _round in range(3):
        worker.run_jobs()
        clock.shift(timedelta(hours=1))
    [message] = list_messages(session)
    letter = smtp_server.emails[-1]
    assert (message.status, message.subject) == ("sent", "Сертификатыңыз дайын: Күтім негіздері")
    assert letter["Subject"] == message.subject
    assert certificate.serial in get_email_text(letter)
    assert f"/r/{aigul.token}" in get_email_text(letter)


def test_nobody_is_notified_about_example_certificates(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.project.is_example = True
    register_eligible_person(session, past_seminar, AIGUL)
    issue_to_eligible(session, past_seminar)
    worker.run_jobs()
    assert list_messages(session) == []


def test_nobody_is_notified_about_old_certificates(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_eligible_person(session, past_seminar, AIGUL)
    issue_to_eligible(session, past_seminar)
    clock.shift(timedelta(days=8))
    worker.run_jobs()
    assert list_messages(session) == []


def test_the_notification_about_a_revoked_certificate_is_recalled(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar, YERLAN)
    [certificate] = issue_to_eligible(session, past_seminar)
    worker.run_jobs()
    assert [message.status for message in list_messages(session)] == ["queued"]
    revoke_certificate(session, certificate, InvalidationReason.ISSUED_IN_ERROR, "", None, NOON)
    worker.run_jobs()
    assert [message.status for message in list_messages(session)] == ["recalled"]

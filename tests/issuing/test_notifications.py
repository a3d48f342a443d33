"""A certificate is ready: its holder is told once; nobody is told of the example's."""

from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, issued, ready
from tests.fake_smtp import PostOffice, Worker, messages, text_of
from trainer.issuing.models import InvalidationReason
from trainer.issuing.revocation.revocation import revoke_certificate
from trainer.messages.models import Message
from trainer.seminars.models import Seminar


def list_messages(session: Session) -> list[Message]:
    """The letters about certificates."""
    return [each for each in messages(session) if each.kind == "certificate"]


def test_the_holder_is_told_once_with_number_and_page(
    worker: Worker, session: Session, post: PostOffice, held: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = ready(session, held, AIGUL)
    [certificate] = issued(session, held)
    for _round in range(3):
        worker.round()
        clock.shift(timedelta(hours=1))
    [message] = list_messages(session)
    letter = post.letters[-1]
    assert (message.status, message.subject) == ("sent", "Сертификатыңыз дайын: Күтім негіздері")
    assert letter["Subject"] == message.subject
    assert certificate.serial in text_of(letter)
    assert f"/r/{aigul.token}" in text_of(letter)


def test_nobody_is_told_of_the_examples_certificates(worker: Worker, session: Session, held: Seminar) -> None:
    held.project.is_example = True
    ready(session, held, AIGUL)
    issued(session, held)
    worker.round()
    assert list_messages(session) == []


def test_nobody_is_told_of_last_years_certificate(
    worker: Worker, session: Session, held: Seminar, clock: time_machine.Traveller
) -> None:
    ready(session, held, AIGUL)
    issued(session, held)
    clock.shift(timedelta(days=8))
    worker.round()
    assert list_messages(session) == []


def test_a_certificate_that_was_revoked_is_not_announced_any_more(
    worker: Worker, session: Session, held: Seminar
) -> None:
    ready(session, held, YERLAN)
    [certificate] = issued(session, held)
    worker.round()
    assert [each.status for each in list_messages(session)] == ["queued"]
    revoke_certificate(session, certificate, InvalidationReason.ISSUED_IN_ERROR, "", None, NOON)
    worker.round()
    assert [each.status for each in list_messages(session)] == ["recalled"]

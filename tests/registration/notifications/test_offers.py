"""An offer of a seat whose seminar moves: until when it is held now."""

import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, run_later
from tests.visitor import Visitor
from trainer.registration.seats.cancellation import cancel_registration
from trainer.seminars.models import Seminar


def test_who_was_offered_a_seat_is_told_until_when_it_is_held_now(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    seminar.capacity = 1
    gone = register_person(session, seminar, AIGUL)
    register_person(session, seminar, MARINA, email="marina@example.org")
    cancel_registration(session, gone, NOON)
    session.commit()
    run_later(worker, clock)
    organizer.submit(
        f"/desk/seminars/{seminar.id}/edit", {"sessions-0-day": "2025-06-03", "sessions-0-begins": "09:00"}
    )
    organizer.submit(f"/desk/seminars/{seminar.id}/changes", form="tell")
    run_later(worker, clock)
    *_earlier, offer, news = [
        get_email_text(letter) for letter in smtp_server.emails if letter["To"] == "marina@example.org"
    ]
    assert "до 3 июня 2025 года, 12:00" in offer
    assert "Оно сохраняется за Вами до 3 июня 2025 года, 09:00" in news

"""Whatever happens, in whatever order and by however many workers: each status is notified once, and the last one for good."""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import NOON, YERLAN, register_person, spell_number
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, list_queued_messages
from trainer.clock import now
from trainer.messages.models import Message, MessageStatus
from trainer.registration.models import UNLISTED_STATUSES, Consent, Registration, RegistrationStatus
from trainer.registration.notifications.letters import NOTIFIED_STATUSES
from trainer.registration.seats.allocation import RegistrationClosed
from trainer.registration.seats.cancellation import ChangeDeadlinePassed, cancel_registration, rejoin_seminar
from trainer.registration.seats.duplicates import merge_registration
from trainer.registration.seats.waiting_list import accept_offer
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["register", "cancel", "accept", "rejoin", "merge", "work", "mail", "down", "up"]),
        st.integers(0, 7),
    ),
    max_size=30,
)
CANCEL_AND_REJOIN = [(what, 7) for what in ("register", "work", "cancel", "work", "rejoin", "work")]


@hypothesis_settings(max_examples=15)
@given(steps=STEPS)
@example(steps=CANCEL_AND_REJOIN)
def test_the_last_message_sent_always_matches_the_status(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
    steps: list[tuple[str, int]],
) -> None:
    session.execute(
        update(Registration).values(status=RegistrationStatus.CANCELLED, merged_into_id=None, offer_expires_at=None)
    )
    for table in (Message, Consent, Registration):
        session.execute(delete(table))
    seminar.capacity = 2
    clock.move_to(NOON)
    if smtp_server.controller is None:
        smtp_server.start()
    people: list[Registration] = []
    for what, number in steps:
        clock.shift(timedelta(seconds=7 * number))
        session.commit()
        moment = now()
        chosen = people[number % len(people)] if people else None
        try:
            if what == "register":
                name = {"surname": f"Ким{spell_number(len(people))}"}
                person = register_person(
                    session, seminar, YERLAN, **name, phone=f"+7702555{len(people):04d}", email=f"a{len(people)}@b.kz"
                )
                person.status_since = moment
                people.append(person)
            elif what in ("work", "mail"):
                assert worker.run_jobs(*(["mail"] if what == "mail" else []))
            elif what == "down":
                smtp_server.stop()
            elif what == "up" and smtp_server.controller is None:
                smtp_server.start()
            elif what == "merge" and chosen is not None:
                merge_registration(session, chosen, people[0], moment)
            elif chosen is not None and what in ("cancel", "accept", "rejoin"):
                {"cancel": cancel_registration, "accept": accept_offer, "rejoin": rejoin_seminar}[what](
                    session, chosen, moment
                )
        except (StatusChanged, ChangeDeadlinePassed, RegistrationClosed):
            session.rollback()
            continue
    if smtp_server.controller is None:
        smtp_server.start()
    for _round in range(3):
        clock.shift(timedelta(minutes=11))
        assert worker.run_jobs()
    every = list_queued_messages(session)
    assert {message.status for message in every} <= {MessageStatus.SENT, MessageStatus.RECALLED}
    assert max(Counter(str(email["Message-ID"]) for email in smtp_server.emails).values(), default=1) == 1
    smtp_server.emails.clear()
    sent_kinds = []
    for registration in people:
        session.refresh(registration)
        theirs = [letter for letter in every if letter.person_id == registration.person_id and letter.status == "sent"]
        assert registration.notified_status == registration.status
        if registration.status in UNLISTED_STATUSES:
            continue
        assert registration.status in NOTIFIED_STATUSES
        assert theirs[-1].kind == registration.status
        assert all(first.kind != second.kind for first, second in pairwise(theirs)), "each status is notified once"
        sent_kinds.append([message.kind for message in theirs])
    if steps == CANCEL_AND_REJOIN:
        assert sent_kinds == [["registered", "cancelled", "registered"]], "several messages to one person are reached"


def test_two_workers_notify_everybody_once(
    app: Flask, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    for number in range(8):
        register_person(session, seminar, surname="Ким" + "абвгдежз"[number], phone=f"+7701555{number:04d}")
    session.commit()
    other = BackgroundWorker(app, session, smtp_url=smtp_server.address, mail_from="seminar@example.org")
    run_concurrently(
        *(partial(one_worker.run_jobs_without_commit, "status notifications") for one_worker in (worker, other))
    )
    keys = session.scalars(select(Message.key)).all()
    assert len(keys) == len(set(keys)) == 8

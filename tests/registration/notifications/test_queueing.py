"""Letters follow the state: who is told of what, when, in which language; nothing twice, nothing of what was undone at once."""

from collections import Counter
from datetime import timedelta
from functools import partial
from itertools import pairwise

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tests.concurrency import at_once
from tests.factories import AIGUL, MARINA, NOON, YERLAN, Visitor, registered
from tests.fake_smtp import PostOffice, Worker, calendar_in, messages, text_of
from tests.registration.public.test_register import ADDRESS, TYPED
from trainer.clock import now
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.registration.models import STATUSES_WITHOUT_PAGE, Consent, Registration, RegistrationStatus
from trainer.registration.notifications.letters import NOTIFIED_STATUSES
from trainer.registration.notifications.queueing import NOTIFICATION_DELAY, send_page_link
from trainer.registration.seats.enrolment import (
    ChangeDeadlinePassed,
    RegistrationClosed,
    approve_registration,
    cancel_registration,
    merge_registration,
    refuse_registration,
    rejoin_seminar,
    unmerge_registration,
)
from trainer.registration.seats.waiting_list import accept_offer, set_registration_status
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAIL = {"email": "somebody@example.org"}


def list_message_kinds(session: Session, registration: Registration | None = None) -> list[str]:
    """The kinds of the letters that were written, to one person or to all, in order."""
    every = messages(session)
    return [each.kind for each in every if registration is None or each.person_id == registration.person_id]


@pytest.fixture
def full(session: Session, seminar: Seminar, clock: time_machine.Traveller) -> tuple[Registration, Registration]:
    """A seminar of one place: Aigul has it, Marina waits."""
    seminar.capacity = 1
    seminar.project.contact_phone = "+77292500001"
    pair = registered(session, seminar, AIGUL), registered(session, seminar, MARINA, **MAIL)
    session.commit()
    return pair


def test_a_confirmation_says_what_when_where_and_how_to_come_back(
    worker: Worker, session: Session, post: PostOffice, full: tuple[Registration, Registration]
) -> None:
    aigul, _marina = full
    worker.round()
    letter = next(each for each in post.letters if each["To"] == "aigul@example.org")
    said = text_of(letter)
    for words in (
        "Айгүл Маратқызы",
        "Сіз тіркелдіңіз: Күтім негіздері",
        "2025 жылғы 7 маусым, 12:00–18:00",
        "Оңалту орталығы, Ақтау қаласы",
        f"https://seminar.example.org/r/{aigul.token}",
        "8 729 250 00 01",
    ):
        assert words in said, words
    assert len(said) < 600
    calendar = calendar_in(letter)
    assert calendar is not None and len(calendar.events) == 2
    assert f"/r/{aigul.token}" in str(calendar.events[0]["url"])
    assert aigul.notified_status == RegistrationStatus.REGISTERED


def test_everybody_is_told_in_their_language(
    worker: Worker, session: Session, post: PostOffice, full: tuple[Registration, Registration]
) -> None:
    _aigul, marina = full
    worker.round()
    letter = next(each for each in post.letters if each["To"] == MAIL["email"])
    assert "Основы ухода" in letter["Subject"]
    assert "7 июня 2025 года, 12:00–18:00" in text_of(letter)
    assert (letter["Content-Language"], marina.person.language) == ("ru", "ru")
    assert calendar_in(letter) is None  # there is no place yet


def test_the_waiting_list_is_told_its_number_and_the_offer_its_end(
    worker: Worker,
    session: Session,
    post: PostOffice,
    full: tuple[Registration, Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, marina = full
    worker.round()
    cancel_registration(session, aigul, NOON)
    clock.shift(NOTIFICATION_DELAY)
    worker.round()
    waits, offer = (each for each in post.letters if each["To"] == MAIL["email"])
    assert "1." in text_of(waits)
    assert "3 июня 2025 года, 12:00" in text_of(offer)
    assert f"/r/{marina.token}" in text_of(offer)
    assert list_message_kinds(session, aigul) == ["registered", "cancelled"]


def test_an_offer_lapses_without_anybody_looking_and_the_next_is_asked(
    worker: Worker, session: Session, full: tuple[Registration, Registration], clock: time_machine.Traveller
) -> None:
    aigul, marina = full
    yerlan = registered(session, aigul.seminar, YERLAN)
    cancel_registration(session, aigul, NOON)
    worker.round()
    clock.shift(24 * HOUR)
    worker.round()
    assert (marina.status, yerlan.status) == (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.OFFERED)
    clock.shift(NOTIFICATION_DELAY)
    worker.round()
    assert list_message_kinds(session, marina)[-1] == "lapsed"
    assert list_message_kinds(session, yerlan) == ["waiting", "offered"]


def test_approval_and_refusal_are_told(
    worker: Worker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    seminar.needs_approval = True
    aigul, yerlan = registered(session, seminar, AIGUL), registered(session, seminar, YERLAN)
    worker.round()
    approve_registration(session, aigul, NOON)
    refuse_registration(session, yerlan, NOON)
    clock.shift(NOTIFICATION_DELAY)
    worker.round()
    assert (list_message_kinds(session, aigul), list_message_kinds(session, yerlan)) == (
        ["applied", "registered"],
        ["applied", "refused"],
    )


def test_what_is_undone_within_seconds_tells_nobody(
    worker: Worker, session: Session, post: PostOffice, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = registered(session, seminar)
    worker.round()
    cancel_registration(session, aigul, NOON)
    worker.round()
    clock.shift(NOTIFICATION_DELAY - timedelta(seconds=1))
    worker.round()
    set_registration_status(aigul, RegistrationStatus.REGISTERED, NOON + NOTIFICATION_DELAY)
    for _round in range(3):
        clock.shift(NOTIFICATION_DELAY)
        worker.round()
    assert list_message_kinds(session) == ["registered"]
    assert len(post.letters) == 1


def test_a_letter_that_has_not_left_is_taken_back_when_it_no_longer_holds(
    worker: Worker,
    session: Session,
    post: PostOffice,
    full: tuple[Registration, Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, marina = full
    worker.round()
    cancel_registration(session, aigul, NOON)
    post.close()
    clock.shift(NOTIFICATION_DELAY)
    worker.round()
    assert list_message_kinds(session, marina) == ["waiting", "offered"]
    clock.shift(24 * HOUR)
    worker.round()
    post.open()
    clock.shift(NOTIFICATION_DELAY + HOUR)
    worker.round()
    assert [each["Subject"] for each in post.letters if each["To"] == MAIL["email"]][1:] == [
        messages(session)[-1].subject
    ]
    states = {each.kind: each.status for each in messages(session) if each.person_id == marina.person_id}
    assert states == {"waiting": "sent", "offered": "recalled", "lapsed": "sent"}


def test_who_comes_back_before_the_bad_news_left_hears_nothing_of_it(
    worker: Worker, session: Session, post: PostOffice, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = registered(session, seminar)
    worker.round()
    post.close()
    cancel_registration(session, aigul, NOON)
    clock.shift(NOTIFICATION_DELAY)
    worker.round()
    rejoin_seminar(session, aigul, NOON + NOTIFICATION_DELAY)
    clock.shift(HOUR)
    worker.round()
    post.open()
    clock.shift(HOUR)
    worker.round()
    assert len(post.letters) == 1
    assert [(each.kind, each.status) for each in messages(session)] == [
        ("registered", "sent"),
        ("cancelled", "recalled"),
    ]


def test_a_duplicate_gets_nothing_and_the_link_goes_to_the_contact_that_is_stored(
    worker: Worker,
    session: Session,
    stranger: Visitor,
    post: PostOffice,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = registered(session, seminar)
    worker.round()
    for number in range(3):
        stranger.submit(ADDRESS, {**TYPED, "given_name": "Айгул", "email": f"thief{number}@example.org"})
    clock.shift(NOTIFICATION_DELAY)
    worker.round()
    clock.shift(HOUR * 2)
    worker.round()
    assert post.recipients == ["aigul@example.org", "aigul@example.org"]
    assert f"/r/{aigul.token}" in text_of(post.letters[1])
    assert list_message_kinds(session) == ["registered", "link"]


def test_merging_tells_nobody_and_taking_it_back_neither(
    worker: Worker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    kept, again = registered(session, seminar), registered(session, seminar, given_name="Айгул")
    assert again.status == RegistrationStatus.DUPLICATE
    for change in (partial(merge_registration, surviving=kept), unmerge_registration):
        change(session, again, now=NOON)
        clock.shift(NOTIFICATION_DELAY)
        worker.round()
    assert list_message_kinds(session, again) == []


def test_a_lost_link_is_sent_once_an_hour_at_most(
    app: Flask, worker: Worker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = registered(session, seminar)
    with app.app_context():
        sent = [send_page_link(session, aigul, NOON + timedelta(minutes=each)) for each in range(0, 130, 10)]
    assert [place for place, each in enumerate(sent) if each] == [0, 6, 12]
    assert {each.address for each in messages(session)} == {"aigul@example.org"}


def test_a_duplicate_has_no_link_to_be_sent(app: Flask, session: Session, seminar: Seminar) -> None:
    registered(session, seminar)
    with app.app_context():
        assert send_page_link(session, registered(session, seminar, given_name="Айгул"), NOON) is None


def test_a_reminder_goes_out_once_within_the_day_before(
    worker: Worker, session: Session, post: PostOffice, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    assert seminar.starts_at is not None
    aigul = registered(session, seminar)
    gone = registered(session, seminar, YERLAN)
    worker.round()
    cancel_registration(session, gone, NOON)
    clock.move_to(seminar.starts_at - DAY - timedelta(seconds=1))
    worker.round()
    assert "reminder" not in list_message_kinds(session)
    clock.shift(timedelta(seconds=1))
    for _round in range(3):
        worker.round()
        clock.shift(HOUR)
    late = registered(session, seminar, MARINA)
    set_registration_status(late, RegistrationStatus.REGISTERED, seminar.starts_at - 2 * HOUR)
    clock.move_to(seminar.starts_at - HOUR)
    worker.round()
    assert [each.person_id for each in messages(session) if each.kind == "reminder"] == [aigul.person_id]
    assert calendar_in(post.letters[-1]) is not None


def test_a_seminar_moved_to_another_day_is_reminded_of_anew_and_by_hand_no_longer_of_the_old(
    worker: Worker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    yerlan = registered(session, seminar, YERLAN)
    worker.round()
    clock.shift(4 * DAY + HOUR)
    worker.round()
    for each in seminar.sessions:
        each.starts_at, each.ends_at = each.starts_at + 2 * DAY, each.ends_at + 2 * DAY
    worker.round()
    clock.shift(2 * DAY)
    worker.round()
    reminders = [each.status for each in messages(session) if each.kind == "reminder"]
    assert reminders == [MessageStatus.RECALLED, MessageStatus.QUEUED]
    assert list_message_kinds(session, yerlan) == ["registered", "reminder", "reminder"]


def test_nobody_is_told_of_a_seminar_that_is_over(
    worker: Worker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    yerlan, marina = registered(session, seminar, YERLAN), registered(session, seminar, MARINA)
    worker.round()
    assert {each.status for each in messages(session)} == {MessageStatus.QUEUED}
    clock.shift(6 * DAY)
    set_registration_status(yerlan, RegistrationStatus.CANCELLED, NOON)
    worker.round()
    assert [(each.kind, each.status) for each in messages(session)] == [("registered", "recalled")] * 2
    worker.round()
    assert (len(messages(session)), yerlan.notified_status, marina.notified_status) == (
        2,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.REGISTERED,
    )


def test_people_of_the_example_get_no_mail(
    worker: Worker, session: Session, post: PostOffice, seminar: Seminar
) -> None:
    seminar.project.is_example = True
    registered(session, seminar)
    worker.round()
    assert post.letters == []
    assert [(each.channel, each.address) for each in messages(session)] == [(MessageChannel.MANUAL, AIGUL.phone)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["register", "cancel", "accept", "rejoin", "merge", "work", "mail", "down", "up"]),
        st.integers(0, 7),
    ),
    max_size=30,
)


@hypothesis_settings(max_examples=15)
@given(steps=STEPS)
def test_whatever_happens_the_last_letter_says_where_the_registration_stands(
    worker: Worker,
    session: Session,
    post: PostOffice,
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
    if post.controller is None:
        post.open()
    people: list[Registration] = []
    for what, number in steps:
        clock.shift(timedelta(seconds=7 * number))
        session.commit()
        moment = now()
        chosen = people[number % len(people)] if people else None
        try:
            if what == "register":
                name = {"surname": "Ким" + "абвгдежз"[len(people) % 8] * (1 + len(people) // 8)}
                person = registered(
                    session, seminar, YERLAN, **name, phone=f"+7702555{len(people):04d}", email="a@b.kz"
                )
                person.status_since = moment
                people.append(person)
            elif what in ("work", "mail"):
                assert worker.round(*(["mail"] if what == "mail" else []))
            elif what == "down":
                post.close()
            elif what == "up" and post.controller is None:
                post.open()
            elif what == "merge" and chosen is not None:
                merge_registration(session, chosen, people[0], moment)
            elif chosen is not None and what in ("cancel", "accept", "rejoin"):
                {"cancel": cancel_registration, "accept": accept_offer, "rejoin": rejoin_seminar}[what](
                    session, chosen, moment
                )
        except (StatusChanged, ChangeDeadlinePassed, RegistrationClosed):
            session.rollback()
            continue
    if post.controller is None:
        post.open()
    for _round in range(3):
        clock.shift(timedelta(minutes=11))
        assert worker.round()
    every = messages(session)
    assert {each.status for each in every} <= {MessageStatus.SENT, MessageStatus.RECALLED}
    assert max(Counter(str(each["Message-ID"]) for each in post.letters).values(), default=1) == 1
    post.letters.clear()
    for each in people:
        session.refresh(each)
        theirs = [letter for letter in every if letter.person_id == each.person_id and letter.status == "sent"]
        assert each.notified_status == each.status
        if each.status in STATUSES_WITHOUT_PAGE:
            continue
        assert each.status in NOTIFIED_STATUSES
        assert theirs[-1].kind == each.status
        assert all(first.kind != then.kind for first, then in pairwise(theirs))


def test_two_workers_tell_everybody_once(
    app: Flask, worker: Worker, session: Session, post: PostOffice, seminar: Seminar
) -> None:
    for number in range(8):
        registered(session, seminar, surname="Ким" + "абвгдежз"[number], phone=f"+7701555{number:04d}")
    session.commit()
    other = Worker(app, session, smtp_url=post.address, mail_from="seminar@example.org")
    at_once(*(partial(each.go, "letters about the state") for each in (worker, other)))
    keys = session.scalars(select(Message.key)).all()
    assert len(keys) == len(set(keys)) == 8

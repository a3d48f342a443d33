"""Details of somebody else on a personal page: taken as typed, asked about, and told to the other person."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, create_seminar, register_person
from tests.fake_smtp import BackgroundWorker, list_queued_messages
from tests.page import get_words
from tests.statements import record_statements
from tests.visitor import Visitor
from trainer.registration.desk.bulk_actions import BulkAction, run_bulk_action
from trainer.registration.models import Registration
from trainer.registration.seats.enrolment import register_known_person
from trainer.seminars.models import Seminar

FREE = {"phone": "+77015559900", "email": "free@example.org"}


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Register Aigul."""
    return register_person(session, seminar)


@pytest.fixture
def yerlan(session: Session, seminar: Seminar, aigul: Registration) -> Registration:
    """Register Yerlan after Aigul."""
    registration = register_person(session, seminar, YERLAN, email="yerlan@example.org")
    session.commit()
    return registration


def change_details(visitor: Visitor, registration: Registration, **typed: str) -> str:
    """Save changed details on the personal page, and return what the page says then, without the details."""
    answer = visitor.submit(f"/r/{registration.token}/details", typed)
    page = visitor.follow(answer)
    return " ".join(get_words(element) for element in page.find_all("p"))


@pytest.mark.parametrize("field", ["phone", "email"])
def test_contacts_of_somebody_else_are_taken_like_any_others(
    stranger: Visitor,
    session: Session,
    seminar: Seminar,
    aigul: Registration,
    yerlan: Registration,
    worker: BackgroundWorker,
    clock: time_machine.Traveller,
    field: str,
) -> None:
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    answers, counted = [], []
    for value in (FREE[field], getattr(AIGUL, field)):
        session.commit()
        with record_statements(session.info["app"]) as statements:
            answers.append(change_details(stranger, yerlan, **{field: value}))
        counted.append(len(statements))
        session.refresh(yerlan.person)
        assert getattr(yerlan.person, field) == value
    assert answers[0] == answers[1]
    assert abs(counted[0] - counted[1]) <= 1, "the question is one column"
    session.refresh(yerlan)
    assert (yerlan.is_likely_duplicate, yerlan.likely_duplicate_of) == (True, aigul)
    count = len(list_queued_messages(session))
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    [told] = list_queued_messages(session)[count:]
    assert (told.person_id, told.kind, told.address) == (aigul.person_id, "link", AIGUL.email)
    assert yerlan.token not in told.body
    change_details(stranger, yerlan, **{field: FREE[field]})
    session.refresh(yerlan)
    assert (yerlan.is_likely_duplicate, yerlan.likely_duplicate_of) == (False, None)


def test_other_changes_ask_nothing_again(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, yerlan: Registration
) -> None:
    change_details(stranger, yerlan, phone=AIGUL.phone)
    run_bulk_action(session, seminar, BulkAction.SEPARATE_PERSON, [yerlan.id], None, NOON)
    session.commit()
    change_details(stranger, yerlan, workplace="Емхана")
    session.refresh(yerlan)
    assert not yerlan.is_likely_duplicate
    change_details(stranger, yerlan, email=AIGUL.email)
    session.refresh(yerlan)
    assert yerlan.is_likely_duplicate, "after the decision more of the details became those of Aigul"


def test_the_question_is_asked_in_each_seminar_of_both(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, yerlan: Registration
) -> None:
    other = create_seminar(session, seminar.project, NOON + timedelta(days=12), slug="other")
    further = [register_known_person(session, known.person, other, NOON) for known in (yerlan, aigul)]
    session.commit()
    change_details(stranger, yerlan, phone=AIGUL.phone)
    session.expire_all()
    assert [yerlan.likely_duplicate_of, further[0].likely_duplicate_of] == [aigul, further[1]]
    assert not further[1].is_likely_duplicate

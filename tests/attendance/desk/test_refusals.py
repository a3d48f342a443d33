"""Items of tablets that the server refuses: each waits for the organizer as it was sent, and is recorded or ignored."""

import json
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.decisions import count_open_conflicts
from tests.attendance.desk_pages import build_conflicts_url, submit_decision
from tests.attendance.marks import list_marked_statuses
from tests.attendance.tablet_client import Tablet, create_paired_tablet
from tests.factories import YERLAN, register_person
from tests.visitor import Visitor
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceStatus, RefusedItem, Signature
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

IIN = "900101300017"  # of nobody; the check digit is right


@pytest.fixture
def tablet(app: Flask, session: Session, past_seminar: Seminar, aigul: Registration) -> Tablet:
    """Return a tablet of the seminar."""
    return create_paired_tablet(app, session, past_seminar, name="Кіреберіс")


def delete_session(session: Session, seminar: Seminar, place: int) -> int:
    """Delete a session of the seminar and return its id."""
    deleted_id = seminar.sessions[place].id
    seminar.sessions.remove(seminar.sessions[place])
    session.commit()
    return deleted_id


def list_items(session: Session) -> list[RefusedItem]:
    """Return the refused items in the order received."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(RefusedItem).order_by(RefusedItem.id)))


def test_a_mark_of_a_deleted_session_is_recorded_for_another_one_and_that_is_reviewed(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    aigul: Registration,
    tablet: Tablet,
    clock: time_machine.Traveller,
) -> None:
    mark = tablet.mark(aigul.id, delete_session(session, past_seminar, 1), "late")
    kept_id = past_seminar.sessions[0].id
    answer = tablet.send(mark, tablet.signature(aigul.id, mark["session"]))
    assert [(item["answer"], item["reason"], item["kept"]) for item in answer["answers"]] == [
        ("refused", "unknown_session", True)
    ] * 2
    assert answer["undecided"][0] == mark["id"]
    page = organizer.get(build_conflicts_url(past_seminar))
    for sentence in (aigul.person.full_name, "Кешікті", "Кіреберіс", "12:00"):
        assert sentence in page.words
    assert "Кіреберіс" in organizer.get(f"/desk/registrations/{aigul.id}").words
    clock.shift(timedelta(minutes=1))
    for count in (1, 0):
        submit_decision(organizer, past_seminar, "refused", decision="record", session=str(kept_id))
        assert count_open_conflicts(session, past_seminar) == count
    assert load_seminar_attendance(session, past_seminar)[aigul.id, kept_id].status == AttendanceStatus.LATE
    assert [found.session_id for found in session.scalars(select(Signature))] == [kept_id]
    assert tablet.send(mark)["answers"][0]["answer"] == "known"  # sent again, it is decided already
    clock.shift(timedelta(minutes=1))
    submit_decision(organizer, past_seminar, "refused", decision="review")
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[aigul.id, kept_id].status == AttendanceStatus.ABSENT
    assert tablet.send()["undecided"] == [mark["id"]]
    clock.shift(timedelta(minutes=1))
    submit_decision(organizer, past_seminar, "refused", decision="ignore")
    assert (tablet.send()["undecided"], count_open_conflicts(session, past_seminar)) == ([], 0)


def test_a_recorded_mark_that_differs_from_the_session_is_a_conflict(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    kept_id = past_seminar.sessions[0].id
    lost = tablet.mark(aigul.id, delete_session(session, past_seminar, 1))
    tablet.send(tablet.mark(aigul.id, kept_id, "absent"), lost)
    submit_decision(organizer, past_seminar, "refused", decision="record", session=str(kept_id))
    session.commit()
    assert load_seminar_attendance(session, past_seminar)[aigul.id, kept_id].is_conflicting


def test_an_item_sent_again_with_other_content_is_never_answered_as_the_earlier_one(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    yerlan, (first, second) = register_person(session, past_seminar, YERLAN), past_seminar.sessions
    mark, walk_in = tablet.mark(aigul.id, first.id), tablet.walk_in(past_seminar.id)
    signature = tablet.signature(aigul.id, first.id)
    assert tablet.send_and_list_outcomes(mark, walk_in, signature) == ["stored"] * 3
    changed = [
        {**mark, "status": "absent"},
        {**mark, "person": yerlan.id},
        {**mark, "session": second.id},
        {**mark, "at": "2025-06-02T06:00:00Z"},
        {**signature, "strokes": [[[1, 1], [2, 2]]]},
        {**walk_in, "surname": "Қалиева"},
        {**walk_in, "phone": "8 702 555 01 78"},
    ]
    assert tablet.send_and_list_outcomes(mark, walk_in, signature) == ["known"] * 3
    for _again in range(2):
        assert tablet.send_and_list_outcomes(*changed) == ["refused changed"] * len(changed)
    assert [item.reason for item in list_items(session)] == ["changed"] * len(changed)
    page = organizer.get(build_conflicts_url(past_seminar))
    assert all(name in page.words for name in ("Қалиева", yerlan.person.full_name))
    assert tablet.send_and_list_outcomes(*[dict(mark), {**mark, "status": "late"}]) == ["known", "refused changed"]


def test_whatever_is_refused_waits_as_it_was_sent(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    walk_in = tablet.walk_in(past_seminar.id, consent="0000000000000000", workplace=f"ЖСН {IIN} емхана")
    first_id = past_seminar.sessions[0].id
    items = [
        walk_in,
        tablet.mark(walk_in["id"], first_id),
        tablet.mark(10**6, first_id),
        tablet.mark(aigul.id, first_id, "asleep"),
        {"kind": "\ud83d", "id": "\ud83d", "note": float("nan"), "more": "\x00<b>"},
        [10**400],
        None,
    ]
    answers = tablet.send(*items)["answers"]
    assert [(answer["answer"], answer.get("kept")) for answer in answers] == [("refused", True)] * len(items)
    tablet.send(*items)
    stored = list_items(session)
    assert [item.reason for item in stored] == ["consent", *["unknown_person"] * 2, *["malformed"] * 4]
    assert not any(IIN in item.content for item in stored)
    assert (
        json.loads(next(item for item in stored if item.item_id == walk_in["id"]).content)["phone"] == walk_in["phone"]
    )
    page = organizer.get(build_conflicts_url(past_seminar))
    assert page.words.count("Сәтбаева Дина") >= 2  # her own card, and that of her mark


def test_a_mark_of_an_unknown_person_is_recorded_for_the_chosen_one(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    first = past_seminar.sessions[0].id
    tablet.send(tablet.mark(10**6, first))
    address, fields = organizer.get(build_conflicts_url(past_seminar)).read_form()
    for wrong in ({"registration": ""}, {"registration": str(aigul.id), "session": "0"}, {"decision": "sell"}):
        organizer.post(address, {**fields, "decision": "record", **wrong}, status=400)
    organizer.post(address, {**fields, "decision": "record", "item": "0"})
    organizer.post(address, {**fields, "decision": "review"})
    assert list_marked_statuses(session) == []
    submit_decision(organizer, past_seminar, "refused", decision="record", registration=str(aigul.id))
    assert list_marked_statuses(session) == [(aigul.id, first, "present")]


def test_what_was_typed_about_an_ignored_walk_in_is_erased(
    organizer: Visitor, session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    tablet.send(tablet.walk_in(past_seminar.id, consent="0000000000000000"))
    submit_decision(organizer, past_seminar, "refused", decision="ignore")
    [item] = list_items(session)
    assert (item.decision, "Сәтбаева" in item.content, "consent" in item.content) == ("ignored", False, True)


def test_an_item_that_is_accepted_later_waits_no_longer(
    session: Session, past_seminar: Seminar, aigul: Registration, tablet: Tablet
) -> None:
    walk_in = tablet.walk_in(past_seminar.id)
    mark = tablet.mark(walk_in["id"], past_seminar.sessions[0].id)
    assert tablet.send_and_list_outcomes(mark) == ["refused unknown_person"]
    assert tablet.send_and_list_outcomes(walk_in, {**mark, "handed": True}) == ["stored", "stored"]
    assert ([item.decision for item in list_items(session)], tablet.send()["undecided"]) == (["accepted"], [])

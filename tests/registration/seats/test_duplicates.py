"""Likely duplicates: a registration like any other, and the decision of the organizer."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.attendance.decisions import count_open_conflicts
from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from tests.page import Page, get_words
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations
from tests.visitor import Visitor
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.summary import summarize_attendance
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.duplicates import find_likely_duplicate
from trainer.registration.seats.enrolment import register_people
from trainer.seminars.models import Seminar

SOMEBODY_ELSE = {"surname": "Ким", "given_name": "Лев", "patronymic": ""}


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Register Aigul, who gets a seat."""
    return register_person(session, seminar, AIGUL)


@pytest.fixture
def likely_duplicate(session: Session, seminar: Seminar, aigul: Registration) -> Registration:
    """Register another person with Aigul's phone number."""
    registration = register_person(session, seminar, YERLAN, phone=AIGUL.phone)
    session.commit()
    return registration


def test_a_list_and_a_form_find_the_same_duplicate(session: Session, seminar: Seminar, aigul: Registration) -> None:
    yerlan = register_person(session, seminar, YERLAN)
    both = replace(AIGUL, phone=YERLAN.phone)
    [result] = register_people(session, seminar, [both], NOON)
    by_form = find_likely_duplicate(session, seminar, both)
    assert result.registration.likely_duplicate_of is by_form is aigul, "the earliest registration is found"
    aigul.status = RegistrationStatus.CANCELLED
    session.flush()
    assert find_likely_duplicate(session, seminar, both) is yerlan


def test_an_empty_phone_is_nobodys(session: Session, seminar: Seminar) -> None:
    register_person(session, seminar, AIGUL, phone="")
    assert find_likely_duplicate(session, seminar, replace(YERLAN, phone="")) is None


def test_a_likely_duplicate_has_a_seat_and_a_page_and_can_cancel(
    stranger: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    assert count_free_seats(session, seminar) == 8
    assert likely_duplicate.person.full_name in stranger.get(f"/r/{likely_duplicate.token}").words
    stranger.get(f"/r/{likely_duplicate.token}/pass")
    stranger.submit(f"/r/{likely_duplicate.token}/cancel")
    session.expire_all()
    assert likely_duplicate.status == RegistrationStatus.CANCELLED
    assert count_free_seats(session, seminar) == 9


def test_the_consent_of_a_likely_duplicate_is_kept_too(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **SOMEBODY_ELSE, "photo_consent": "y"})
    assert len(list_registrations(session)[1].consents) == 2


def test_the_same_form_of_a_likely_duplicate_is_one_registration(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    fields = {**stranger.get(REGISTRATION_PATH).read_form()[1], **REGISTRATION_INPUT, **SOMEBODY_ELSE}
    [location] = {stranger.post(REGISTRATION_PATH, fields).location for _press in range(3)}
    assert location == f"/r/{list_registrations(session)[1].token}"
    assert len(list_registrations(session)) == 2


@pytest.mark.parametrize(("phone", "is_asked"), [("8 701 555 90 07", False), ("8 701 555 01 01", True)])
def test_a_correction_of_the_same_form_settles_or_raises_the_question(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, phone: str, is_asked: bool
) -> None:
    typed = {**REGISTRATION_INPUT, **SOMEBODY_ELSE, "email": ""}
    fields = {**stranger.get(REGISTRATION_PATH).read_form()[1], **typed}
    wrong = "8 701 555 01 01" if not is_asked else "8 701 555 90 07"
    stranger.post(REGISTRATION_PATH, {**fields, "phone": wrong})
    stranger.post(REGISTRATION_PATH, {**fields, "phone": phone})
    second = list_registrations(session)[1]
    assert second.is_likely_duplicate == is_asked
    assert second.likely_duplicate_of == (aigul if is_asked else None)


def test_other_people_are_no_duplicates(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    other = {"surname": "Өтегенова", "given_name": "Айгерім", "phone": "8 747 555 99 99"}
    assert (stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **other}).location or "").startswith("/r/")


def test_a_registration_that_was_cancelled_makes_no_duplicate(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    aigul.status = RegistrationStatus.CANCELLED
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "email": "new@example.org", "phone": "8 701 555 99 98"})
    assert not list_registrations(session)[1].is_likely_duplicate


def is_undecided(registration: Registration) -> bool:
    """Return whether a registration holds its seat and the organizer still has to decide about it."""
    return (registration.status, registration.is_likely_duplicate) == (RegistrationStatus.REGISTERED, True)


def get_duplicates_page(organizer: Visitor, seminar: Seminar) -> Page:
    """Open the page of likely duplicates."""
    return organizer.get(f"/desk/seminars/{seminar.id}/duplicates")


def post_duplicate_decision(organizer: Visitor, seminar: Seminar, decision: str) -> None:
    """Press a button of the first likely duplicate."""
    page = get_duplicates_page(organizer, seminar)
    target, fields = next(
        form for form in map(page.read_form, range(len(page.list_forms()))) if form[0].endswith("/duplicate")
    )
    organizer.post(target, {**fields, "decision": decision})


def list_names_on_page(organizer: Visitor, seminar: Seminar) -> list[str]:
    """Return the names on the organizer's list."""
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    return [get_words(element) for element in page.find_all("th") if element.get("scope") == "row"]


def list_compared_names(page: Page) -> list[str]:
    """Return the names that are compared side by side."""
    return [get_words(element) for element in page.find_all("h3") or page.find_all("h2")]


def test_the_organizer_compares_both_registrations(
    organizer: Visitor, seminar: Seminar, aigul: Registration, likely_duplicate: Registration
) -> None:
    assert list_compared_names(get_duplicates_page(organizer, seminar)) == [
        aigul.person.full_name,
        likely_duplicate.person.full_name,
    ]
    assert set(list_names_on_page(organizer, seminar)) == {aigul.person.full_name, likely_duplicate.person.full_name}


def test_another_person_keeps_the_seat_and_the_page(
    organizer: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    post_duplicate_decision(organizer, seminar, "other")
    session.expire_all()
    assert (likely_duplicate.status, likely_duplicate.is_likely_duplicate) == (RegistrationStatus.REGISTERED, False)
    assert list_compared_names(get_duplicates_page(organizer, seminar)) == []
    organizer.get(f"/r/{likely_duplicate.token}")


def test_the_same_person_keeps_one_registration(
    organizer: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    post_duplicate_decision(organizer, seminar, "same")
    session.expire_all()
    assert likely_duplicate.status == RegistrationStatus.MERGED
    assert likely_duplicate.merged_into_id is not None
    assert len(list_names_on_page(organizer, seminar)) == 1


def test_a_decision_is_not_made_twice(
    organizer: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    target, fields = get_duplicates_page(organizer, seminar).read_form(0)
    organizer.post(target, {**fields, "decision": "same"})
    organizer.post(target, {**fields, "decision": "other"})
    organizer.post(target, {**fields, "decision": "same"})
    session.expire_all()
    assert likely_duplicate.status == RegistrationStatus.MERGED


def test_a_request_without_a_decision_is_refused(
    organizer: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    target, fields = get_duplicates_page(organizer, seminar).read_form(0)
    for decision in ("", "both", None):
        organizer.post(target, {**fields, **({} if decision is None else {"decision": decision})}, status=400)
    session.expire_all()
    assert is_undecided(likely_duplicate)


def test_a_merge_is_undone_and_decided_again(
    organizer: Visitor, session: Session, seminar: Seminar, aigul: Registration, likely_duplicate: Registration
) -> None:
    post_duplicate_decision(organizer, seminar, "same")
    organizer.submit(f"/desk/seminars/{seminar.id}/duplicates")
    session.expire_all()
    assert is_undecided(likely_duplicate)
    assert likely_duplicate.likely_duplicate_of is aigul
    post_duplicate_decision(organizer, seminar, "other")
    session.expire_all()
    assert (likely_duplicate.status, likely_duplicate.is_likely_duplicate) == (RegistrationStatus.REGISTERED, False)


def test_a_duplicate_of_a_cancelled_registration_can_only_be_another_person(
    organizer: Visitor, session: Session, seminar: Seminar, aigul: Registration, likely_duplicate: Registration
) -> None:
    aigul.status = RegistrationStatus.CANCELLED
    assert [
        element.get("value")
        for element in get_duplicates_page(organizer, seminar).find_all("button")
        if element.get("name")
    ] == ["other"]
    post_duplicate_decision(organizer, seminar, "same")
    session.expire_all()
    assert is_undecided(likely_duplicate)


@pytest.fixture
def pair(session: Session, seminar: Seminar, aigul: Registration) -> tuple[Registration, Registration]:
    """Register Aigul and another person who turns out to be her; both have the only two seats."""
    seminar.capacity = 2
    second = register_person(session, seminar, MARINA)
    session.commit()
    return aigul, second


def post_merge_selection(organizer: Visitor, seminar: Seminar, *chosen: Registration) -> Page:
    """Select people on the list and ask to merge them."""
    address = f"/desk/seminars/{seminar.id}/registrations"
    return organizer.submit(
        address, {"chosen": [registration.id for registration in chosen], "action": "merge"}, form="people"
    )


def post_stale_merge(organizer: Visitor, seminar: Seminar, sent: dict[str, Any], status: int = 303) -> None:
    """Submit the merge page after the registrations changed."""
    token = organizer.get(f"/desk/seminars/{seminar.id}/import").get_value("csrf_token")
    organizer.post(f"/desk/seminars/{seminar.id}/merge", {"csrf_token": token, **sent}, status=status)


def test_two_selected_people_are_merged_into_the_chosen_registration(
    organizer: Visitor, session: Session, seminar: Seminar, pair: tuple[Registration, Registration]
) -> None:
    first, second = pair
    waiting = register_person(session, seminar, YERLAN)
    page = organizer.follow(post_merge_selection(organizer, seminar, *pair))
    assert list_compared_names(page) == [first.person.full_name, second.person.full_name]
    answer = organizer.post(*page.read_form(1))  # the second one stays
    session.expire_all()
    assert (first.status, first.merged_into, second.status) == (
        RegistrationStatus.MERGED,
        second,
        RegistrationStatus.REGISTERED,
    )
    assert waiting.status == RegistrationStatus.OFFERED
    page = organizer.follow(answer)
    assert page.heading == second.person.full_name
    assert AIGUL.email in page.words, "what the kept one lacks can be copied by hand"


def test_only_two_active_registrations_can_be_merged(
    organizer: Visitor, session: Session, seminar: Seminar, pair: tuple[Registration, Registration]
) -> None:
    first, second = pair
    address = f"/desk/seminars/{seminar.id}/registrations"
    assert post_merge_selection(organizer, seminar, first).location == address
    second.status = RegistrationStatus.CANCELLED
    page = post_merge_selection(organizer, seminar, first, second)
    assert organizer.get(page.location or "", status=303).location == address
    post_stale_merge(organizer, seminar, {"kept": second.id, "gone": first.id})
    session.expire_all()
    assert first.status == RegistrationStatus.REGISTERED


@pytest.mark.parametrize("sent", [{}, {"kept": "x"}, {"kept": "1", "gone": "1"}, {"kept": "1", "gone": "99"}])
def test_a_merge_of_anything_else_is_refused(
    organizer: Visitor, seminar: Seminar, aigul: Registration, sent: dict[str, str]
) -> None:
    post_stale_merge(organizer, seminar, sent, status=400)


def start_seminar(seminar: Seminar) -> None:
    """Move the sessions of a seminar into the past."""
    for seminar_session in seminar.sessions:
        seminar_session.starts_at, seminar_session.ends_at = (
            seminar_session.starts_at - timedelta(days=6),
            seminar_session.ends_at - timedelta(days=6),
        )


def test_marks_of_two_registrations_are_combined_after_the_seminar_has_started(
    organizer: Visitor, session: Session, seminar: Seminar, pair: tuple[Registration, Registration]
) -> None:
    start_seminar(seminar)
    first, second = pair
    for registration, seminar_session in zip(pair, seminar.sessions, strict=True):
        append_mark(
            session, registration, seminar_session, AttendanceStatus.PRESENT, after=None, now=seminar_session.starts_at
        )
    post_stale_merge(organizer, seminar, {"kept": second.id, "gone": first.id})
    session.expire_all()
    assert (first.status, first.merged_into) == (RegistrationStatus.MERGED, second)
    assert summarize_attendance(session, seminar, [second], NOON)[second.id].present == 2
    undo_newest_change(organizer, seminar)
    session.expire_all()
    assert {first.status, second.status} == {RegistrationStatus.REGISTERED}
    summaries = summarize_attendance(session, seminar, pair, NOON)
    assert [summaries[registration.id].present for registration in pair] == [1, 1]


def test_contradicting_marks_of_merged_registrations_are_a_conflict(
    organizer: Visitor, session: Session, seminar: Seminar, pair: tuple[Registration, Registration]
) -> None:
    start_seminar(seminar)
    first, second = pair
    for registration, status in zip(pair, (AttendanceStatus.PRESENT, AttendanceStatus.ABSENT), strict=True):
        part = seminar.sessions[0]
        append_mark(session, registration, part, status, after=None, now=part.starts_at)
    post_stale_merge(organizer, seminar, {"kept": second.id, "gone": first.id})
    assert count_open_conflicts(session, seminar) == 1


def test_an_unmerged_person_gets_the_seat_back_after_the_seminar_has_started(
    organizer: Visitor, session: Session, seminar: Seminar, pair: tuple[Registration, Registration]
) -> None:
    start_seminar(seminar)
    first, second = pair
    post_stale_merge(organizer, seminar, {"kept": second.id, "gone": first.id})
    page = get_duplicates_page(organizer, seminar)
    forms = map(page.read_form, range(len(page.list_forms())))
    organizer.post(*next(form for form in forms if form[0].endswith("/separation")))
    post_duplicate_decision(organizer, seminar, "other")
    session.expire_all()
    assert {first.status, second.status} == {RegistrationStatus.REGISTERED}


def undo_newest_change(organizer: Visitor, seminar: Seminar) -> None:
    """Press the button that undoes the last action."""
    page = get_duplicates_page(organizer, seminar)
    forms = map(page.read_form, range(len(page.list_forms())))
    organizer.post(*next(form for form in forms if form[0].endswith("/undo")))


def test_an_unmerged_person_needs_a_seat(
    organizer: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    post_duplicate_decision(organizer, seminar, "same")
    seminar.capacity, seminar.has_waiting_list = 1, False
    organizer.submit(f"/desk/seminars/{seminar.id}/duplicates")
    session.expire_all()
    assert likely_duplicate.status == RegistrationStatus.MERGED
    seminar.has_waiting_list = True
    organizer.submit(f"/desk/seminars/{seminar.id}/duplicates")
    session.expire_all()
    assert (likely_duplicate.status, likely_duplicate.is_likely_duplicate) == (RegistrationStatus.WAITING, True)


def test_the_page_of_a_merged_registration_says_so_and_shows_nothing_of_the_other(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar, likely_duplicate: Registration
) -> None:
    post_duplicate_decision(organizer, seminar, "same")
    page = stranger.get(f"/r/{likely_duplicate.token}")
    assert "Ұйымдастырушы бұл тіркеуді жапты" in page.words
    assert AIGUL.surname not in page.text
    for place in ("pass", "details", "survey/1"):
        stranger.get(f"/r/{likely_duplicate.token}/{place}", status=404)


def test_the_question_follows_a_merged_registration_to_the_surviving_one(
    organizer: Visitor, session: Session, seminar: Seminar, aigul: Registration, likely_duplicate: Registration
) -> None:
    third = register_person(session, seminar, MARINA, phone=AIGUL.phone)
    post_stale_merge(organizer, seminar, {"kept": likely_duplicate.id, "gone": aigul.id})
    session.expire_all()
    assert not likely_duplicate.is_likely_duplicate, "it was the question that the merge has answered"
    assert (third.is_likely_duplicate, third.likely_duplicate_of) == (True, likely_duplicate)
    undo_newest_change(organizer, seminar)
    session.expire_all()
    assert is_undecided(likely_duplicate) and is_undecided(third)
    assert third.likely_duplicate_of is aigul


def test_a_merge_applies_only_to_the_registration_shown_on_the_page(
    organizer: Visitor, session: Session, seminar: Seminar, aigul: Registration, likely_duplicate: Registration
) -> None:
    page = get_duplicates_page(organizer, seminar)
    target, fields = next(
        form for form in map(page.read_form, range(len(page.list_forms()))) if form[0].endswith("/duplicate")
    )
    likely_duplicate.likely_duplicate_of = register_person(session, seminar, MARINA)
    organizer.post(target, {**fields, "decision": "same"})
    session.expire_all()
    assert is_undecided(likely_duplicate)

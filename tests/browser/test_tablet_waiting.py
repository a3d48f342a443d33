"""Marks that wait for the organizer: the tablet says so, and its list keeps the people whom it marked."""

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy.orm import Session

from tests.browser.tablet import TabletSeminar, find_person_row, pair_tablet, read_store, wait_until_sent
from tests.browser.tablet_actions import wait_until_queued
from trainer.attendance import unlisted
from trainer.attendance.desk import refusals
from trainer.clock import now
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.cancellation import release_seat

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
WAITING = "Waiting for the organiser: 1"


def test_somebody_who_cancelled_and_is_marked_offline_stays_on_the_list_until_the_organizer_has_decided(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    row = find_person_row(page, "Өтегенова")
    row.click()
    wait_until_queued(page, 1)
    release_seat(served_session, tablet_seminar.people[0], RegistrationStatus.CANCELLED, now())
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#state")).to_have_text(WAITING, timeout=20_000)
    expect(row).to_contain_text("Not on the list: the organiser decides")
    tablet_context.set_offline(True)
    page.reload()
    expect(page.locator("#state")).to_contain_text(WAITING)
    expect(row.locator(".status")).to_have_text("Present")
    [attendee] = unlisted.list_unlisted_attendees(served_session, tablet_seminar.seminar)
    unlisted.ignore_unlisted_attendee(served_session, attendee, now(), None)
    served_session.commit()
    tablet_context.set_offline(False)
    wait_until_sent(page)
    expect(row.locator(".status")).to_have_text("Absent")


def test_a_mark_of_a_session_that_was_deleted_meanwhile_is_shown_until_it_is_recorded_for_another_one(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page, (first, second) = pair_tablet(tablet_context, tablet_seminar.codes[0]), tablet_seminar.seminar.sessions
    tablet_context.set_offline(True)
    page.locator("#sessions .tab").nth(1).click()
    row = find_person_row(page, "Өтегенова")
    row.click()
    wait_until_queued(page, 1)
    tablet_seminar.seminar.sessions.remove(second)
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#state")).to_have_text(WAITING, timeout=20_000)
    [waiting] = read_store(page, "queue")
    assert (waiting["refused"], waiting["kept"]) == ("unknown_session", True)
    expect(row.locator(".status")).to_have_text("No mark yet")
    [refusal] = refusals.list_refused_items(served_session, tablet_seminar.seminar)
    registration = tablet_seminar.people[0]
    refusals.record_refused_item(served_session, refusal, registration, first, now(), None)
    served_session.commit()
    wait_until_sent(page)
    expect(row.locator(".status")).to_have_text("Present")
    assert read_store(page, "queue") == []

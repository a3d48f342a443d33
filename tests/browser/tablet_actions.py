"""What tests do on a tablet, and what they read from the server's ledger."""

from datetime import timedelta

from playwright.sync_api import BrowserContext, Page, Request, Route
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.tablet import (
    TabletSeminar,
    pair_tablet,
    read_store,
)
from tests.browser.waiting import poll_until
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus

CHANGE_CONSENT_VERSION = """async () => {
    const opening = indexedDB.open("trainer-tablet");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const change = opening.result.transaction("kept", "readwrite");
    const reading = change.objectStore("kept").get("roster");
    reading.onsuccess = () => {
        for (const { consent } of reading.result.seminars) consent.version = "0000000000000000";
        change.objectStore("kept").put(reading.result, "roster");
    };
    await new Promise((resolve) => (change.oncomplete = resolve));
    opening.result.close();
}"""
"""Has the tablet show what the server never gave: whoever agrees to it is refused."""

END_SEMINARS_AND_QUEUE = """async (item) => {
    const opening = indexedDB.open("trainer-tablet");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const change = opening.result.transaction(["queue", "kept"], "readwrite");
    change.objectStore("queue").put(item);
    const kept = change.objectStore("kept");
    const reading = kept.get("roster");
    reading.onsuccess = () => {
        for (const seminar of reading.result.seminars) seminar.ends_at = "2025-06-02T12:00:00Z";
        kept.put(reading.result, "roster");
    };
    await new Promise((resolve) => (change.oncomplete = resolve));
    opening.result.close();
}"""

SET_ROSTER_TIME = """async (moment) => {
    const opening = indexedDB.open("trainer-tablet");
    await new Promise((resolve) => (opening.onsuccess = resolve));
    const change = opening.result.transaction("kept", "readwrite");
    change.objectStore("kept").put(moment, "roster_at");
    await new Promise((resolve) => (change.oncomplete = resolve));
    opening.result.close();
}"""
"""Has the tablet think that its list came at this moment."""


def load_first_session_statuses(book: Session, hall: TabletSeminar) -> dict[str, AttendanceStatus | None]:
    """What the server's ledger says of everybody in the first session."""
    book.commit()
    first = hall.seminar.sessions[0].id
    found = load_seminar_attendance(book, hall.seminar)
    return {each.person.surname: found[each.id, first].status for each in hall.people if (each.id, first) in found}


def list_marks(book: Session) -> list[AttendanceMark]:
    """The ledger."""
    book.commit()
    return list(book.scalars(select(AttendanceMark).order_by(AttendanceMark.received_at, AttendanceMark.id)))


def has_marks(request: Request) -> bool:
    """Whether a request brings marks to the server, and does not only ask for news."""
    return '"mark"' in (request.post_data or "")


def wait_for_marks(page: Page, book: Session, count: int) -> None:
    """Wait until so many marks have come to the server; a moment after a tap nothing waits to be sent yet."""
    poll_until(page, lambda: list_marks(book), lambda come: len(come) >= count)


def wait_until_queued(page: Page, count: int) -> None:
    """Wait until so many items are on the tablet's disk."""
    poll_until(page, lambda: read_store(page, "queue"), lambda kept: len(kept) == count)


def draw_signature(page: Page) -> None:
    """Draw a line across the field."""
    box = page.locator("#pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20, steps=12)
    page.mouse.up()


def add_walk_in(page: Page, surname: str, given_name: str) -> None:
    """Somebody comes without having registered, and agrees."""
    page.click("#walk-in-open")
    page.fill("#walk-in-surname", surname)
    page.fill("#walk-in-given_name", given_name)
    page.check("#walk-in-consent")
    page.locator("#walk-in-form [type=submit]").click()


def open_tablet_with_refused_walk_in(tablet: BrowserContext, hall: TabletSeminar) -> Page:
    """A tablet without a network, on which somebody walked in by a wording that the server will not know."""
    page = pair_tablet(tablet, hall.codes[0])
    page.evaluate(CHANGE_CONSENT_VERSION)
    tablet.set_offline(True)
    page.reload()
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    return page


def advance_clock(page: Page, days: int) -> None:
    """Let the tablet's clock go on by some days, and its page be looked at again."""
    page.evaluate(f"void (Date.now = ((now) => () => now() + {days} * 86400_000)(Date.now))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def move_second_session_to_next_day(hall: TabletSeminar) -> None:
    """Put the second session a day after the first."""
    first, second = hall.seminar.sessions
    second.starts_at, second.ends_at = first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1)
    hall.session.commit()


def take_sync_attempt(page: Page, tried: list[Route]) -> Route:
    """Wait until the tablet tries to send, and take that out of the list."""
    return poll_until(page, lambda: tried).pop()

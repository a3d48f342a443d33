"""Actions on a tablet, and what the server's attendance ledger holds."""

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
"""Changes the consent text on the tablet, so that the server refuses everybody who is added."""

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
"""Sets when the tablet received its list."""


def load_first_session_statuses(session: Session, tablet_seminar: TabletSeminar) -> dict[str, AttendanceStatus | None]:
    """Return the status of everybody who is marked in the first session, by surname, from the server's ledger."""
    session.commit()
    first = tablet_seminar.seminar.sessions[0].id
    records = load_seminar_attendance(session, tablet_seminar.seminar)
    return {
        person.person.surname: records[person.id, first].status
        for person in tablet_seminar.people
        if (person.id, first) in records
    }


def list_marks(session: Session) -> list[AttendanceMark]:
    """Return all marks of the server's ledger, in the order received."""
    session.commit()
    return list(session.scalars(select(AttendanceMark).order_by(AttendanceMark.received_at, AttendanceMark.id)))


def has_marks(request: Request) -> bool:
    """Return whether a sync request brings marks to the server; others ask for changes only."""
    return '"mark"' in (request.post_data or "")


def wait_for_marks(page: Page, session: Session, count: int) -> None:
    """Wait until the server has this many marks. The tablet's status says nothing right after a tap."""
    poll_until(page, lambda: list_marks(session), lambda marks: len(marks) >= count)


def wait_until_queued(page: Page, count: int) -> None:
    """Wait until the tablet has stored this many items in its queue."""
    poll_until(page, lambda: read_store(page, "queue"), lambda items: len(items) == count)


def draw_signature(page: Page) -> None:
    """Draw a line across the signature field."""
    box = page.locator("#pad").bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] - 20, steps=12)
    page.mouse.up()


def add_walk_in(page: Page, surname: str, given_name: str) -> None:
    """Add a person who came without registering."""
    page.click("#walk-in-open")
    page.fill("#walk-in-surname", surname)
    page.fill("#walk-in-given_name", given_name)
    page.check("#walk-in-consent")
    page.locator("#walk-in-form [type=submit]").click()


def open_tablet_with_refused_walk_in(context: BrowserContext, tablet_seminar: TabletSeminar) -> Page:
    """Return the page of an offline tablet with a walk-in whose consent text the server does not know."""
    page = pair_tablet(context, tablet_seminar.codes[0])
    page.evaluate(CHANGE_CONSENT_VERSION)
    context.set_offline(True)
    page.reload()
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    return page


def keep_nothing_for_organizer(page: Page) -> None:
    """Answer as a server that refuses items without keeping them, as it does with a tablet that has no seminar any more."""

    def answer_without_keeping(route: Route) -> None:
        response = route.fetch()
        content = response.json()
        for outcome in content["answers"]:
            outcome.pop("kept", None)
        content["undecided"] = []
        route.fulfill(response=response, json=content)

    page.route("**/api/v1/tablet/sync", answer_without_keeping)


def advance_clock(page: Page, days: int) -> None:
    """Set the tablet's clock forward by some days and make its page visible again."""
    page.evaluate(f"void (Date.now = ((now) => () => now() + {days} * 86400_000)(Date.now))")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def move_second_session_to_next_day(tablet_seminar: TabletSeminar) -> None:
    """Move the second session to the day after the first."""
    first, second = tablet_seminar.seminar.sessions
    second.starts_at, second.ends_at = first.starts_at + timedelta(days=1), first.ends_at + timedelta(days=1)
    tablet_seminar.session.commit()


def take_sync_attempt(page: Page, tried: list[Route]) -> Route:
    """Wait for an intercepted sync request and remove it from the list."""
    return poll_until(page, lambda: tried).pop()

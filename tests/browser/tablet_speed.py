"""`python -m tests.browser.tablet_speed`: how fast the tablet is.

Measures a tap until its feedback is painted, with 2,000 people and the processor slowed down, and 5,000 marks sent in one go.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import func, select

from tests import databases
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS, find_free_port, serve_in_thread
from tests.browser.tablet import create_tablet_seminar, pair_tablet
from trainer import create_app
from trainer.attendance.models import AttendanceMark
from trainer.extensions import limiter

PEOPLE, TAPS, QUEUED = 2000, 100, 5000
# From the touch until the frame that shows its mark was handed over: the next frame's callback, then a message after painting.
MEASURE_FEEDBACK = """async ([taps, place]) => {
    const rows = [...document.querySelectorAll("#people .main")], times = [];
    for (let tap = 0; tap < taps; tap += 1) {
        const row = rows[(place + tap * 7) % rows.length];
        row.scrollIntoView({ block: "center" });
        await new Promise((resolve) => setTimeout(resolve, 250));
        const begun = performance.now(), before = row.dataset.status;
        row.click();
        if (row.dataset.status === before) throw new Error("no feedback");
        await new Promise((resolve) => requestAnimationFrame(() => {
            const painted = new MessageChannel();
            painted.port1.onmessage = resolve;
            painted.port2.postMessage(0);
        }));
        times.push(performance.now() - begun);
    }
    return times;
}"""
# Marks as the application itself would keep them, by its own parts, all at once.
FILL_QUEUE = """async ([count, session, people]) => {
    const { openStore } = await import("/static/js/tablet/store.js");
    const { uuid7 } = await import("/static/js/tablet/uuid.js");
    const store = await openStore(), last = new Map(), at = new Date().toISOString();
    const statuses = ["present", "late", "excused", "absent"];
    await store.runTransaction(({ queue }) => {
        for (let number = 0; number < count; number += 1) {
            const person = people[number % people.length], id = uuid7();
            const status = statuses[Math.floor(number / people.length) % 4];
            queue.add({ kind: "mark", id, person, session, status, after: last.get(person) ?? null, at, source: "tap" });
            last.set(person, id);
        }
    });
}"""


def measure_feedback(page: Page, throttling: int) -> None:
    """Print the time from a tap to its visible feedback, with the processor slowed down by a factor."""
    developer = page.context.new_cdp_session(page)
    developer.send("Emulation.setCPUThrottlingRate", {"rate": throttling})
    page.evaluate(MEASURE_FEEDBACK, [5, 3])
    times = sorted(page.evaluate(MEASURE_FEEDBACK, [TAPS, 0]))
    developer.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    middle, late = statistics.median(times), times[int(len(times) * 0.95)]
    print(
        f"tap to painted feedback, {PEOPLE} people, {throttling}x: p50 {middle:.1f} ms, p95 {late:.1f} ms, worst {times[-1]:.1f} ms"
    )


def measure_sync(browser: Browser, page: Page, session: int, people: list[int]) -> float:
    """Return the seconds that a queue takes to be sent."""
    page.context.set_offline(True)
    page.evaluate(FILL_QUEUE, [QUEUED, session, people])
    page.reload()
    expect(page.locator("#state")).to_contain_text(f"Not yet sent: {QUEUED}", timeout=60_000)
    begun = time.perf_counter()
    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(page.locator("#state")).to_have_text("Everything has been sent", timeout=120_000)
    return time.perf_counter() - begun


def main() -> None:
    """Create a seminar with many people and measure."""
    os.environ.pop("INSTANCE", None)
    with tempfile.TemporaryDirectory() as place:
        port = find_free_port()
        databases.create_migrated_instance(Path(place))
        app = create_app(databases.build_settings(Path(place), "", PORT=str(port)))
        limiter.enabled = False
        with databases.open_session(app) as session:
            hall = create_tablet_seminar(session, PEOPLE)
            people, first = [person.id for person in hall.people], hall.seminar.sessions[0].id
            with serve_in_thread(app, port) as base, sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
                context = browser.new_context(base_url=base, locale="en-GB", viewport={"width": 820, "height": 1180})
                page = pair_tablet(context, hall.codes[0])
                for throttling in (1, 4):
                    measure_feedback(page, throttling)
                page.set_viewport_size({"width": 1180, "height": 820})
                measure_feedback(page, 4)
                expect(page.locator("#state")).to_have_text("Everything has been sent", timeout=60_000)
                before = session.scalar(select(func.count()).select_from(AttendanceMark))
                took = measure_sync(browser, page, first, people)
                session.commit()
                after = session.scalar(select(func.count()).select_from(AttendanceMark))
                print(
                    f"{QUEUED} queued marks sent in {took:.1f} s; in the database: {(after or 0) - (before or 0)} more"
                )
                browser.close()


if __name__ == "__main__":
    main()

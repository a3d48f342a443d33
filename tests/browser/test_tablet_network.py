"""Two tablets, a network that cuts connections, and a server that is killed: no mark is lost or doubled."""

import random
import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from tests.browser.bad_network import BadNetwork
from tests.browser.server import find_free_port, serve_in_process
from tests.browser.tablet import (
    TabletSeminar,
    create_tablet_seminar,
    find_person_row,
    pair_tablet,
    read_store,
    wait_until_sent,
)
from tests.browser.tablet_actions import draw_signature
from tests.browser.waiting import poll_until
from trainer.attendance.ledger import load_seminar_attendance
from trainer.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]
PEOPLE = 12
WORDS = {"Present": "present", "Late": "late", "Excused": "excused", "Absent": "absent", "No mark yet": None}


def pair_tablets(browser: Browser, address: str, hall: TabletSeminar) -> list[Page]:
    """Pair a tablet for each code and return their pages."""
    return [pair_tablet(browser.new_context(base_url=address, locale="en-GB"), code) for code in hall.codes]


def list_acknowledged_marks(*pages: Page) -> set[str]:
    """Return the ids of marks that the server has acknowledged to the tablets."""
    return {item["id"] for page in pages for item in read_store(page, "ledger")}


def list_learned_marks(page: Page, marks: int) -> set[str]:
    """Wait until a tablet knows this many marks of the server, and return their ids."""
    return poll_until(page, lambda: list_acknowledged_marks(page), lambda known: len(known) == marks)


def list_marks_in_database_file(settings: Settings) -> list[str]:
    """Return the ids of the marks in the database file, read without the server."""
    with closing(sqlite3.connect(settings.instance / "trainer.db")) as connection:
        ids = [row[0] for row in connection.execute("SELECT id FROM attendance_mark")]
    return [f"{mark_id[:8]}-{mark_id[8:12]}-{mark_id[12:16]}-{mark_id[16:20]}-{mark_id[20:]}" for mark_id in ids]


NOTED = """void (window.made = [], IDBObjectStore.prototype.add = ((add) => function (item) {
    made.push(item.id);
    return add.call(this, item);
})(IDBObjectStore.prototype.add))"""


def tap_at_random(pages: list[Page], generator: random.Random, times: int) -> None:
    """Mark people at random on every tablet; each marks its own half of the list, and all of them the middle."""
    for _each in range(times):
        for number, page in enumerate(pages):
            page.locator("#people .main").nth(generator.randrange(number * 5, number * 5 + 7)).click()


def test_marks_survive_a_bad_network_and_a_killed_server(
    browser: Browser, settings: Settings, session: Session
) -> None:
    hall = create_tablet_seminar(session, PEOPLE, tablets=2)
    port, generator = find_free_port(), random.Random(3)
    with closing(BadNetwork(port)) as network:
        with serve_in_process(settings, port) as server:
            pages = pair_tablets(browser, f"http://127.0.0.1:{network.port}", hall)
            for page in pages:
                page.evaluate(NOTED)
            network.bad = True
            tap_at_random(pages, generator, 15)
            tap_until_every_failure_occurred(pages, generator, network)
            tap_at_random(pages, generator, 5)
            server.kill()
            server.wait()
        acknowledged = list_acknowledged_marks(*pages)
        assert acknowledged <= set(list_marks_in_database_file(settings)), (
            "what was acknowledged is on the disk of a killed server"
        )
        tap_at_random(pages, generator, 10)
        with serve_in_process(settings, port):
            tap_at_random(pages, generator, 5)
            network.bad = False
            for page in pages:
                reconnect(page)
                wait_until_sent(page)
            stored = list_marks_in_database_file(settings)
            made = [each for page in pages for each in page.evaluate("made")]
            assert sorted(stored) == sorted(made)
            assert len(made) > 40
            assert acknowledged <= set(stored)
            for page in pages:
                reconnect(page)  # once more, for what the other one sent last
                assert list_learned_marks(page, len(stored)) == set(stored)
                assert read_store(page, "queue") == []
                expect_server_statuses(page, hall)


def tap_until_every_failure_occurred(pages: list[Page], generator: random.Random, network: BadNetwork) -> None:
    """Go on marking until the network has failed in every way and some marks have reached the server."""

    def happened() -> bool:
        tap_at_random(pages, generator, 1)
        return {"refuse", "cut request", "cut answer", "pass"} <= set(network.outcomes) and list_acknowledged_marks(
            *pages
        ) != set()

    poll_until(pages[0], happened)


def reconnect(page: Page) -> None:
    """Send a tablet the event that it is online again."""
    page.evaluate("dispatchEvent(new Event('online'))")


def expect_server_statuses(page: Page, hall: TabletSeminar) -> None:
    """Wait until a tablet shows the statuses of the server's ledger."""
    poll_until(page, lambda: (read_shown_statuses(page), load_server_statuses(hall)), lambda both: both[0] == both[1])


def read_shown_statuses(page: Page) -> dict[str, str | None]:
    """Return the status that a tablet shows for everybody; a conflict is "question"."""
    names = page.locator("#people .name").all_text_contents()
    words = page.locator("#people .main .status").all_text_contents()
    return {name: WORDS.get(word, "question") for name, word in zip(names, words, strict=True)}


def load_server_statuses(hall: TabletSeminar) -> dict[str, str | None]:
    """Return the status of everybody in the first session, from the server's ledger."""
    hall.session.commit()
    records = load_seminar_attendance(hall.session, hall.seminar)
    first = hall.seminar.sessions[0].id
    answer: dict[str, str | None] = {}
    for registration in hall.people:
        record = records.get((registration.id, first))
        answer[registration.person.full_name] = (
            None if record is None else "question" if record.is_conflicting else str(record.status)
        )
    return answer


def test_two_tablets_that_disagree_both_show_the_question(
    browser: Browser, served: tuple[Flask, str], session: Session
) -> None:
    pages = pair_tablets(browser, served[1], create_tablet_seminar(session, tablets=2))
    for page in pages:
        page.context.set_offline(True)
    find_person_row(pages[0], "Өтегенова").click()
    find_person_row(pages[1], "Өтегенова").click()
    find_person_row(pages[1], "Өтегенова").click()
    find_person_row(pages[0], "Соколова").click()
    find_person_row(pages[1], "Соколова").click()
    for page in pages:
        page.context.set_offline(False)
    for page in pages:
        expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Conflict", timeout=20_000)
        expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
        expect(page.locator(".count")).to_have_text("1/ 6 present")


def test_who_has_signed_on_one_tablet_is_known_to_the_other(
    browser: Browser, served: tuple[Flask, str], session: Session
) -> None:
    pages = pair_tablets(browser, served[1], create_tablet_seminar(session, tablets=2))
    find_person_row(pages[0], "Өтегенова").click()
    pages[0].click("#sign-last")
    draw_signature(pages[0])
    pages[0].click("#sign-save")
    wait_until_sent(pages[0])
    expect(find_person_row(pages[1], "Өтегенова")).to_contain_text("Signed", timeout=20_000)
    expect(find_person_row(pages[1], "Соколова")).not_to_contain_text("Signed")
    pages[1].context.set_offline(True)
    pages[1].reload()
    expect(find_person_row(pages[1], "Өтегенова")).to_contain_text("Signed")


def test_two_tablets_that_agreed_follow_whoever_of_them_corrects_it(
    browser: Browser, served: tuple[Flask, str], session: Session
) -> None:
    hall = create_tablet_seminar(session, tablets=2)
    pages = pair_tablets(browser, served[1], hall)
    statuses = [find_person_row(page, "Соколова").locator(".status") for page in pages]
    for page in pages:
        page.context.set_offline(True)
        find_person_row(page, "Соколова").click()
    for page in pages:
        page.context.set_offline(False)
    for page in pages:
        list_learned_marks(page, 2)
    find_person_row(pages[0], "Соколова").click()
    expect(statuses[1]).to_have_text("Late", timeout=20_000)
    expect(statuses[0]).to_have_text("Late")
    find_person_row(pages[1], "Соколова").click()
    expect(statuses[1]).to_have_text("Excused")
    pages[1].click("#undo")
    expect(statuses[1]).to_have_text("Late")
    for page in pages:
        wait_until_sent(page)
    for page in pages:
        expect_server_statuses(page, hall)
    assert load_server_statuses(hall)[hall.people[4].person.full_name] == "late"

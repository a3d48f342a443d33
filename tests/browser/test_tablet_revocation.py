"""A disconnected tablet, and items that the server refuses: nothing is lost before it was saved to a file."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.layout import SMALL_TARGETS
from tests.browser.tablet import (
    TabletSeminar,
    find_person_row,
    pair_tablet,
    read_store,
    wait_until_sent,
)
from tests.browser.tablet_actions import (
    CHANGE_CONSENT_VERSION,
    END_SEMINARS_AND_QUEUE,
    add_walk_in,
    draw_signature,
    keep_nothing_for_organizer,
    list_marks,
    load_first_session_statuses,
    open_tablet_with_refused_walk_in,
    wait_for_marks,
)
from trainer.attendance.ledger import generate_mark_id
from trainer.attendance.models import AttendanceStatus, Device, Signature
from trainer.attendance.tablet.devices import create_device, revoke_device
from trainer.attendance.tablet.file_import import import_queue_file
from trainer.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_a_tablet_that_was_taken_away_forgets_everybody_and_hands_over_what_it_had_not_sent(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar, tmp_path: Path
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    find_person_row(page, "Өтегенова").click()
    expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Present")
    wait_for_marks(page, served_session, 1)
    wait_until_sent(page)
    tablet_context.set_offline(True)
    find_person_row(page, "Соколова").click()
    expect(page.locator("#state")).to_contain_text("Not yet sent: 1")
    revoke_device(served_session.scalars(select(Device)).one(), now())
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#instead-heading")).to_have_text("The organiser has disconnected this tablet", timeout=20_000)
    for name in ("ledger", "walk_ins", "signed"):
        assert read_store(page, name) == []
    assert "Өтегенова" not in page.content()
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False)
    with page.expect_download() as download:
        page.click("#instead-export")
    file: dict[str, Any] = json.loads(Path(download.value.path()).read_text())
    assert file["format"] == "trainer-tablet-queue"
    assert [(item["kind"], item["person"], item["status"]) for item in file["items"]] == [
        ("mark", tablet_seminar.people[4].id, "present")
    ]
    assert [
        outcome.answer
        for outcome in import_queue_file(served_session, served_session.scalars(select(Device)).one(), file, now())
    ] == ["stored"]
    served_session.commit()
    page.reload()
    expect(page.locator("#instead-heading")).to_have_text("This tablet is not connected yet")
    expect(page.locator("#instead-more")).to_contain_text("Unsent data stays here and will be sent afterwards: 1.")
    _device, code = create_device(served_session, "Планшет", [tablet_seminar.seminar], now())
    served_session.commit()
    page.goto(f"/tablet/pair/{code}")
    page.click("#pair")
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Өтегенова": AttendanceStatus.PRESENT,
        "Соколова": AttendanceStatus.PRESENT,
    }
    assert len(list_marks(served_session)) == 2, "handed in and sent, it is one mark"


def test_a_tablet_taken_away_lets_go_of_what_the_organizer_has_as_a_file(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    expect(page.locator("#state")).to_contain_text("Not yet sent: 2")
    revoke_device(served_session.scalars(select(Device)).one(), now())
    served_session.commit()
    tablet_context.set_offline(False)
    expect(page.locator("#instead-more")).to_contain_text("Unsent marks: 2.", timeout=20_000)
    expect(page.locator("#instead-let-go")).to_be_hidden()
    with page.expect_download():
        page.click("#instead-export")
    assert list_axe_violations(page) == []
    page.click("#instead-let-go")
    expect(page.locator("#instead-more")).to_have_text(
        "The list has been deleted from it. There is no unsent data on it."
    )
    assert [read_store(page, name) for name in ("queue", "walk_ins", "ledger", "signed")] == [[], [], [], []]
    expect(page.locator("#instead-export")).to_be_hidden()


def test_what_waits_for_the_organizer_keeps_no_list_here(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    mark = {
        "kind": "mark",
        "person": tablet_seminar.people[0].id,
        "session": 999_999,
        "status": "present",
        "after": None,
    }
    page.evaluate(
        END_SEMINARS_AND_QUEUE,
        {**mark, "id": str(generate_mark_id(now())), "at": "2025-06-02T07:00:00.000Z", "source": "tap"},
    )
    page.reload()
    expect(page.locator("#state")).to_have_text("Waiting for the organiser: 1", timeout=20_000)
    page.click("#state")
    expect(page.locator("[data-fact=undecided]")).to_have_text("1")
    assert list_axe_violations(page) == []
    page.click("#device-send")
    expect(page.locator("#instead-heading")).to_have_text(
        "There is no seminar for this tablet at the moment", timeout=20_000
    )
    assert "Айгүл" not in json.dumps(read_store(page, "kept"), ensure_ascii=False), "the server has it"


def test_a_walk_in_refused_after_the_file_was_handed_over_leaves_when_somebody_says_that_the_organizer_has_it(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = open_tablet_with_refused_walk_in(tablet_context, tablet_seminar)
    expect(find_person_row(page, "Әбілқасымов").locator(".status")).to_have_text("Present")
    find_person_row(page, "Соколова").click()
    page.click("#state")
    expect(page.locator("[data-fact=unsent]")).to_have_text("3")
    with page.expect_download() as download:
        page.click("#device-export")
    file = json.loads(Path(download.value.path()).read_text())
    answers = import_queue_file(served_session, served_session.scalars(select(Device)).one(), file, now())
    assert sorted(outcome.reason for outcome in answers) == ["", "consent", "unknown_person"]
    served_session.commit()
    keep_nothing_for_organizer(page)
    tablet_context.set_offline(False)
    expect(page.locator("#state")).to_have_text("Not accepted: 2", timeout=20_000)
    expect(page.locator("#device-refused li")).to_have_count(2)
    expect(page.locator("#device-refused li").first).to_contain_text("saved to a file")
    assert list_axe_violations(page) == []
    page.keyboard.press("Escape")
    page.locator("#people li", has_text="Әбілқасымов").locator(".more").click()
    expect(page.locator("#person .history li").first).to_contain_text("Present · Not accepted by the server")
    page.keyboard.press("Escape")
    page.click("#state")
    page.click("#device-let-go")
    expect(page.locator("#device-refused")).to_be_hidden()
    expect(page.locator("#device-send")).to_be_focused()
    wait_until_sent(page)
    assert [read_store(page, name) for name in ("queue", "walk_ins")] == [[], []]
    page.reload()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    expect(find_person_row(page, "Әбілқасымов")).to_have_count(0)


def test_a_refused_signature_leaves_the_tablet_with_what_was_handed_over_and_a_new_one_can_be_made(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = open_tablet_with_refused_walk_in(tablet_context, tablet_seminar)
    page.click("#sign-last")
    draw_signature(page)
    page.click("#sign-save")
    newcomer = find_person_row(page, "Әбілқасымов")
    expect(newcomer).to_contain_text("Signed")
    find_person_row(page, "Соколова").click()
    page.click("#sign-last")
    draw_signature(page)
    page.click("#sign-save")
    keep_nothing_for_organizer(page)
    tablet_context.set_offline(False)
    expect(page.locator("#state")).to_have_text("Not accepted: 3", timeout=20_000)
    page.click("#state")
    expect(page.locator("#device-refused li").last).to_have_text(
        "Participant’s signature: Әбілқасымов Жәнібек. The person is not in any of this tablet’s seminars."
    )
    with page.expect_download():
        page.click("#device-export")
    page.click("#device-let-go")
    wait_until_sent(page)
    assert [signature["id"] for signature in read_store(page, "signed")] == [
        f"{tablet_seminar.people[4].id}/{tablet_seminar.seminar.sessions[0].id}"
    ]
    assert read_store(page, "queue") == []
    page.keyboard.press("Escape")
    expect(newcomer).to_have_count(0)
    expect(find_person_row(page, "Соколова")).to_contain_text("Signed")
    served_session.commit()
    assert served_session.scalars(select(Signature)).one().registration_id == tablet_seminar.people[4].id


def test_what_is_refused_stays_until_it_was_saved_as_a_file(
    tablet_context: BrowserContext, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    keep_nothing_for_organizer(page)
    page.evaluate(CHANGE_CONSENT_VERSION)
    page.reload()
    add_walk_in(page, "Әбілқасымов", "Жәнібек")
    expect(page.locator("#state")).to_have_text("Not accepted: 2", timeout=20_000)
    page.click("#state")
    expect(page.locator("#device-let-go")).to_be_hidden()
    with page.expect_download():
        page.click("#device-export")
    expect(page.locator("#device-let-go")).to_be_visible()
    assert page.evaluate(SMALL_TARGETS) == []
    assert len(read_store(page, "queue")) == 2

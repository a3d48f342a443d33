"""People who come without registering, and signatures on a tablet."""

import json

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.axe import list_axe_violations
from tests.browser.tablet import (
    TabletSeminar,
    find_person_row,
    pair_tablet,
    read_store,
    wait_until_sent,
)
from tests.browser.tablet_actions import (
    add_walk_in,
    draw_signature,
    list_marks,
    load_first_session_statuses,
    wait_for_marks,
)
from trainer.attendance.ledger import append_mark
from trainer.attendance.models import AttendanceStatus, Signature
from trainer.clock import now
from trainer.registration.models import Consent, Registration
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_a_signature_from_the_bar_is_that_of_whom_the_bar_names(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    append_mark(
        served_session,
        tablet_seminar.people[0],
        tablet_seminar.seminar.sessions[0],
        AttendanceStatus.ABSENT,
        after=None,
        now=now(),
    )
    append_mark(
        served_session,
        tablet_seminar.people[0],
        tablet_seminar.seminar.sessions[0],
        AttendanceStatus.LATE,
        after=None,
        now=now(),
    )
    served_session.commit()
    expect(find_person_row(page, "Өтегенова").locator(".status")).to_have_text("Conflict", timeout=10_000)
    tablet_context.set_offline(True)
    page.reload()
    find_person_row(page, "Соколова").click()
    find_person_row(page, "Өтегенова").click()
    expect(page.locator("#told")).to_contain_text("Өтегенова Айгүл Маратқызы: Marked differently")
    expect(page.locator("#undo")).to_be_hidden()
    page.click("#sign-last")
    expect(page.locator("#sign-name")).to_have_text("Өтегенова Айгүл Маратқызы")
    page.keyboard.press("Escape")
    find_person_row(page, "Ғабитова").click()
    page.click("#undo")
    expect(page.locator("#sign-last")).to_be_hidden()
    expect(page.locator("#told")).to_contain_text("Ғабитова Гүлнар Маратқызы: ")
    page.click("#undo")
    expect(page.locator("#told")).to_contain_text("Соколова Марина Маратқызы: ")
    expect(page.locator("#undo")).to_be_hidden()


def test_somebody_who_came_without_registering_is_on_the_list_at_once_and_marked(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    page.click("#walk-in-open")
    form = page.locator("#walk-in-form")
    form.locator("[type=submit]").click()
    expect(page.locator("#walk-in-surname-error")).to_be_visible()
    expect(page.locator("#walk-in-consent-error")).to_be_visible()
    assert list_axe_violations(page) == []
    page.fill("#walk-in-surname", "Әбілқасымов 🙂")
    page.check("#walk-in-one-name")
    page.fill("#walk-in-given_name", "Жәнібек")
    page.locator("#walk-in-phone").press_sequentially("87015550909, 87475550202")
    page.fill("#walk-in-position", "900101300017")
    page.check("#walk-in-consent")
    form.locator("[type=submit]").click()
    expect(page.locator("#walk-in-surname-error")).to_contain_text("letters, digits and common punctuation")
    expect(page.locator("#walk-in-position-error")).to_contain_text("Do not enter an IIN")
    assert page.input_value("#walk-in-phone") == "87015550909, 87475550202"
    page.fill("#walk-in-surname", "Әбілқасымов")
    page.fill("#walk-in-position", "")
    expect(page.locator("#walk-in-position-error")).to_be_hidden()
    page.fill("#walk-in-phone", "8 701 555 09 09")
    page.select_option("#walk-in-language", "ru")
    expect(page.locator("#walk-in-terms li").first).to_contain_text("Оператор")
    page.check("#walk-in-consent")
    form.locator("[type=submit]").click()
    newcomer = find_person_row(page, "Әбілқасымов")
    expect(newcomer.locator(".status")).to_have_text("Present")
    expect(newcomer).to_contain_text("Without registration")
    names = page.locator("#people .name").all_text_contents()
    assert names == sorted(names, key=lambda name: ["Ә", "Ғ", "Қ", "Н", "Ө", "С", "І"].index(name[0]))
    page.reload()
    newcomer.click()
    expect(newcomer.locator(".status")).to_have_text("Late")
    tablet_context.set_offline(False)
    wait_until_sent(page)
    registration = served_session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None))).one()
    assert (registration.person.surname, registration.person.phone, registration.status) == (
        "Әбілқасымов",
        "+77015550909",
        "registered",
    )
    consents = served_session.scalars(select(Consent).where(Consent.registration_id == registration.id)).all()
    assert [(consent.text.purpose, consent.text.language) for consent in consents] == [("personal_data", "ru")]
    assert {mark.registration_id for mark in list_marks(served_session)} == {registration.id}
    page.reload()
    newcomer.click()
    expect(newcomer.locator(".status")).to_have_text("Excused")
    expect(page.locator("#people li", has_text="Әбілқасымов")).to_have_count(1)
    wait_for_marks(page, served_session, 3)
    wait_until_sent(page)
    assert [mark.status for mark in list_marks(served_session)] == ["present", "late", "excused"]
    kept = json.dumps([read_store(page, store) for store in ("queue", "walk_ins", "kept")])
    assert "5550909" not in kept.replace(" ", "")  # hashes hold three digits by chance


def test_a_signature_is_drawn_with_the_finger_and_never_demanded(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    tablet_context.set_offline(True)
    find_person_row(page, "Өтегенова").click()
    page.click("#sign-last")
    expect(page.locator("#sign-save")).to_be_disabled()
    assert list_axe_violations(page) == []
    draw_signature(page)
    page.click("#sign-save")
    expect(find_person_row(page, "Өтегенова")).to_contain_text("Signed")
    page.locator("#people li", has_text="Соколова").locator(".more").click()
    assert list_axe_violations(page) == []
    page.locator("#person-sessions .sign").first.click()
    page.click("#sign-confirm")
    page.keyboard.press("Escape")
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    page.reload()
    expect(find_person_row(page, "Өтегенова")).to_contain_text("Signed")
    tablet_context.set_offline(False)
    wait_until_sent(page)
    served_session.commit()
    signature = served_session.scalars(select(Signature)).one()
    assert signature.registration_id == tablet_seminar.people[0].id
    assert signature.session_id == tablet_seminar.seminar.sessions[0].id
    [stroke] = signature.strokes
    assert len(stroke) > 5
    assert all(0 <= across <= 1000 and 0 <= down <= 400 for across, down in stroke)
    assert max(across for across, _down in stroke) > 850
    assert load_first_session_statuses(served_session, tablet_seminar) == {
        "Өтегенова": AttendanceStatus.PRESENT,
        "Соколова": AttendanceStatus.PRESENT,
    }


def test_a_walk_in_who_was_merged_leaves_the_list_and_the_marks_stay_with_the_person(
    tablet_context: BrowserContext, served_session: Session, tablet_seminar: TabletSeminar
) -> None:
    page = pair_tablet(tablet_context, tablet_seminar.codes[0])
    add_walk_in(page, "Соколова", "Марина")
    expect(page.locator("#people li")).to_have_count(7)
    wait_for_marks(page, served_session, 1)
    wait_until_sent(page)
    registration = served_session.scalars(select(Registration).where(Registration.walk_in_id.is_not(None))).one()
    merge_registration(served_session, registration, tablet_seminar.people[4], now())
    served_session.commit()
    expect(page.locator("#people li")).to_have_count(6, timeout=15_000)
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Present")
    page.reload()
    expect(page.locator("#people li")).to_have_count(6)
    find_person_row(page, "Соколова").click()
    expect(find_person_row(page, "Соколова").locator(".status")).to_have_text("Late")
    wait_for_marks(page, served_session, 2)
    wait_until_sent(page)
    assert load_first_session_statuses(served_session, tablet_seminar) == {"Соколова": AttendanceStatus.LATE}
    unmerge_registration(served_session, registration, now())
    served_session.commit()
    expect(page.locator("#people li")).to_have_count(7, timeout=15_000)

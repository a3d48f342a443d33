"""What the organizer sees without reloading: answered in full only when something has changed."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import create_paired_tablet
from tests.factories import AIGUL, YERLAN, register_person
from tests.visitor import Visitor
from trainer.seminars.models import Seminar


def test_live_data_has_attendance_and_the_last_sync_of_tablets(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    people = [register_person(session, past_seminar, details) for details in (AIGUL, YERLAN)]
    address = f"/desk/seminars/{past_seminar.id}/attendance.json?session={past_seminar.sessions[0].id}&lang=en"
    address += f"&rows={people[0].id}.999999"
    tablet = create_paired_tablet(app, session, past_seminar)
    first = organizer.get(address).response
    content = first.json
    assert content is not None
    assert (content["here"], content["people"]) == ("0 of 2 present", 2)
    clock.shift(timedelta(minutes=1))
    mark = tablet.mark(people[0].id, past_seminar.sessions[0].id, "late")
    tablet.send_and_list_outcomes(mark, waiting=3)
    second = organizer.get(address, headers={"If-None-Match": first.headers["ETag"]}).response
    content = second.json
    assert content is not None
    assert content["here"] == "1 of 2 present"
    assert content["rows"] == {str(people[0].id): {"status": "late", "after": mark["id"], "question": ""}}
    assert content["devices"] == [{"name": "Планшет 1", "said": "Last sync: 12:01:00. 3 items have not been sent yet."}]
    clock.shift(timedelta(hours=1))
    organizer.get(address, status=304, headers={"If-None-Match": second.headers["ETag"]})
    register_person(session, past_seminar, AIGUL, phone="+77015550188", surname="Ахметова")
    organizer.get(address, headers={"If-None-Match": second.headers["ETag"]})


def test_a_last_sync_of_another_day_is_shown_with_its_date(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    address = f"/desk/seminars/{past_seminar.id}/attendance.json?lang=en"
    create_paired_tablet(app, session, past_seminar)
    first = organizer.get(address).response
    clock.shift(timedelta(days=3))
    content = organizer.get(address, headers={"If-None-Match": first.headers["ETag"]}).response.json
    assert content is not None
    assert content["devices"][0]["said"] == "Last sync: 02.06.2025, 12:00:00."


def test_another_session_is_another_answer(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    address = f"/desk/seminars/{past_seminar.id}/attendance.json?session="
    tag = organizer.get(f"{address}{past_seminar.sessions[0].id}").response.headers["ETag"]
    organizer.get(f"{address}{past_seminar.sessions[1].id}", headers={"If-None-Match": tag})
    organizer.get(f"{address}999", status=404)


def test_the_page_shows_the_tablets_without_any_script(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    register_person(session, past_seminar)
    create_paired_tablet(app, session, past_seminar, name="Кіреберіс")
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/attendance")
    assert "Кіреберіс" in page.words
    assert "attendance.json" in page.text

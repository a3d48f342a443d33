"""A seminar is described in four short steps, with the settings of the last one, and its agenda becomes the programme."""

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.seminars.description.agenda import read_agenda
from trainer.seminars.description.steps import STEPS, DescriptionStep
from trainer.seminars.models import CertificateKind, Seminar

NEW = "/desk/seminars/new"
AGENDA = {
    "sessions-0-agenda-0-begins": "11:00",
    "sessions-0-agenda-0-is_break": "y",
    "sessions-0-agenda-1-begins": "09:00",
    "sessions-0-agenda-1-topic_kk": "Ашылу",
    "sessions-0-agenda-1-topic_ru": "Открытие",
    "sessions-0-agenda-1-speaker": "Қ. Серғазин",
}
DAY = {"sessions-0-day": "2025-06-20", "sessions-0-begins": "09:00", "sessions-0-ends": "12:00"}


def load_seminars(session: Session) -> list[Seminar]:
    """Return all stored seminars."""
    session.expire_all()
    return list(session.scalars(select(Seminar).order_by(Seminar.id)))


def count_controls(fields: dict[str, object]) -> int:
    """Return the number of fields that a person can fill in."""
    return sum(name not in ("csrf_token", "seen", "compared", "nonce") for name in fields)


def test_four_steps_describe_a_seminar_that_can_be_opened(
    organizer: Visitor, session: Session, project: Project
) -> None:
    days = organizer.submit(NEW, {"title-kk": "Күтім", "kind": "course"})
    assert days.location == "/desk/seminars/1/edit/days"
    places = organizer.submit(days.location, DAY)
    certificate = organizer.submit(places.location, {"capacity": "12"})
    overview = organizer.submit(certificate.location, {"hours": "16", "certificate_kind": "completion"})
    assert overview.location.startswith("/desk/seminars/1")
    [stored] = load_seminars(session)
    assert (stored.title.kk, stored.kind, stored.capacity, stored.hours) == ("Күтім", "course", 12, 16)
    assert (len(stored.sessions), stored.opened_at) == (1, None)
    organizer.submit("/desk/seminars/1", form=0)
    assert load_seminars(session)[0].opened_at is not None


def test_no_step_asks_much(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    for step in DescriptionStep:
        page = organizer.get(f"/desk/seminars/{seminar.id}/edit/{step}")
        asked = {name.split("-")[0] for name in page.read_form("describe")[1]}
        assert asked - {"csrf_token", "seen", "compared"} <= set(STEPS[step].fields), step
    assert count_controls(organizer.get(NEW).read_form("describe")[1]) <= 12


def test_a_step_changes_only_what_it_asks(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.sessions[0].agenda = [{"begins": "12:30", "topic": {"kk": "Ашылу"}, "speaker": "", "is_break": False}]
    columns = [column.key for column in Seminar.__table__.columns]
    before = {name: getattr(seminar, name) for name in columns}
    for step in DescriptionStep:
        organizer.submit(f"/desk/seminars/{seminar.id}/edit/{step}", form="describe")
    [stored] = load_seminars(session)
    assert {name: getattr(stored, name) for name in columns} == before
    assert [len(part.agenda) for part in stored.sessions] == [1, 0]
    organizer.submit(f"/desk/seminars/{seminar.id}/edit/places", {"capacity": "33"}, form="describe")
    assert (load_seminars(session)[0].capacity, len(load_seminars(session)[0].sessions)) == (33, 2)


def test_a_new_seminar_begins_with_the_settings_of_the_last_one(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity, seminar.hours, seminar.certificate_kind = 17, 24, CertificateKind.COMPLETION
    page = organizer.get(NEW)
    assert page.get_value("title-kk") == "" and page.get_value("audience") == "medical_worker"
    organizer.submit(NEW, {"title-kk": "Жаңа", "kind": "meeting"}, form="describe")
    created = load_seminars(session)[-1]
    assert (created.capacity, created.hours, created.venue) == (17, 24, seminar.venue)
    assert (created.sessions, created.opened_at, created.title) == ([], None, Translated("Жаңа"))
    assert created.certificate_kind == CertificateKind.PARTICIPATION, "a meeting is not completed"


def test_a_double_tap_makes_one_seminar(organizer: Visitor, session: Session, project: Project) -> None:
    fields = {**organizer.get(NEW).read_form("describe")[1], "title-kk": "Күтім"}
    assert organizer.post(NEW, fields).location == organizer.post(NEW, fields).location
    assert len(load_seminars(session)) == 1


def test_a_day_is_added_with_the_times_of_the_last_one(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    address = f"/desk/seminars/{seminar.id}/edit/days"
    fields = organizer.get(address).read_form("describe")[1]
    page = organizer.post(address, {**fields, "more": "day"}, status=200)
    shown = page.read_form("describe")[1]
    assert (shown["sessions-2-day"], shown["sessions-3-day"]) == ("2025-06-08", "2025-06-08")
    assert shown["sessions-2-begins"] == fields["sessions-0-begins"]
    assert shown["sessions-3-ends"] == fields["sessions-1-ends"]
    assert len(load_seminars(session)[0].sessions) == 2, "nothing is saved yet"
    organizer.post(address, shown)
    assert len(load_seminars(session)[0].days) == 2


def test_a_draft_is_saved_by_itself_and_an_open_seminar_is_not(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = {**organizer.get(NEW).read_form("describe")[1], "title-kk": "Күтім", "autosave": "1"}
    answer = organizer.post(NEW, fields, status=200).response.json
    assert answer is not None
    draft = load_seminars(session)[-1]
    assert answer["address"] == f"/desk/seminars/{draft.id}/edit/about"
    later = {**fields, "title-kk": "Күтім негізі", "seen": answer["seen"]}
    answer = organizer.post(answer["address"], later, status=200).response.json
    assert load_seminars(session)[-1].title.kk == "Күтім негізі" and len(load_seminars(session)) == 2
    open_address = f"/desk/seminars/{seminar.id}/edit/places"
    open_fields = {**organizer.get(open_address).read_form("describe")[1], "capacity": "3", "autosave": "1"}
    organizer.post(open_address, open_fields, status=409)
    assert load_seminars(session)[0].capacity == 10


def test_an_agenda_is_kept_in_the_order_of_time_and_shown(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    address = f"/desk/seminars/{seminar.id}/edit/days"
    times = {"sessions-0-begins": "09:00", "sessions-0-ends": "12:00"}
    organizer.submit(address, {**times, **AGENDA}, form="describe")
    items = read_agenda(load_seminars(session)[0].sessions[0])
    assert [(f"{item.begins:%H:%M}", item.title.kk, item.speaker) for item in items] == [
        ("09:00", "Ашылу", "Қ. Серғазин"),
        ("11:00", "Үзіліс", ""),
    ]
    words = stranger.get("/s/care").words
    assert "Ашылу" in words and "Қ. Серғазин" in words and "Үзіліс" in words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sessions-0-agenda-1-begins", "08:00"),
        ("sessions-0-agenda-1-begins", "12:00"),
        ("sessions-0-agenda-1-begins", ""),
        ("sessions-0-agenda-1-topic_kk", "<b>"),
    ],
)
def test_a_wrong_line_of_an_agenda_is_explained_beside_it(
    organizer: Visitor, session: Session, seminar: Seminar, field: str, value: str
) -> None:
    times = {"sessions-0-begins": "09:00", "sessions-0-ends": "12:00"}
    address = f"/desk/seminars/{seminar.id}/edit/days"
    page = organizer.submit(address, {**times, **AGENDA, field: value}, form="describe", status=422)
    assert page.get_error(field)
    assert load_seminars(session)[0].sessions[0].agenda == []


@pytest.mark.parametrize(("language", "expected"), [("kk", ("Ашылу", "Үзіліс")), ("ru", ("Открытие", "Перерыв"))])
def test_the_programme_is_printed(
    organizer: Visitor, session: Session, seminar: Seminar, language: str, expected: tuple[str, str]
) -> None:
    times = {"sessions-0-begins": "09:00", "sessions-0-ends": "12:00"}
    organizer.submit(f"/desk/seminars/{seminar.id}/edit/days", {**times, **AGENDA}, form="describe")
    content = organizer.get(f"/desk/seminars/{seminar.id}/programme-{language}.pdf").response.data
    with pypdfium2.PdfDocument(content) as document:
        text = "".join(page.get_textpage().get_text_range() for page in document)
    assert all(word in text for word in (*expected, "Қ. Серғазин", "09:00", seminar.title.get_text(language)))


def test_without_sessions_there_is_no_programme(organizer: Visitor, session: Session, project: Project) -> None:
    organizer.submit(NEW, {"title-kk": "Күтім"})
    organizer.get("/desk/seminars/1/programme-kk.pdf", status=404)


def test_the_agenda_is_reached_from_the_overview_with_one_click_and_saved_with_the_second(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    overview = f"/desk/seminars/{seminar.id}"
    [_first, second] = [link for link in organizer.get(overview).list_links() if "agenda=" in link]
    page = organizer.get(second)
    opened = [details for details in page.find_all("details") if details.get("open") is not None]
    assert [any(field.get("name") == "sessions-1-agenda-0-begins" for field in each.iter()) for each in opened] == [
        True
    ]
    assert second.endswith("#session-2") and page.tree.get_element_by_id("session-2") is not None
    assert f"{overview}/programme-kk.pdf" in page.list_links(), "the programme is beside it"
    line = {"begins": "16:30", "topic_kk": "Тәжірибе", "topic_ru": "Практика"}
    saved = organizer.submit(second, {f"sessions-1-agenda-0-{name}": text for name, text in line.items()}, "describe")
    assert saved.location.startswith(overview)
    assert [len(part.agenda) for part in load_seminars(session)[0].sessions] == [0, 1]
    assert "Тәжірибе" in organizer.get(overview).words

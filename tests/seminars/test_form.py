"""The seminar form: creating, editing, validation messages, and concurrent edits."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, mark_sessions, register_person
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.wording import find_reserved_words, find_reserved_words_in_heading, find_reserved_words_in_name

pytestmark = pytest.mark.one_database

NEW = "/desk/seminars/new"
DRAFT = "/desk/seminars/1/edit"
FORM_FIELDS: dict[str, Any] = {
    "title-kk": "Жүріп-тұруға көмек",
    "title-ru": "Помощь в передвижении",
    "kind": "course",
    "format": "online",
    "audience": "personal_assistant",
    "city-kk": "Ақтау",
    "map_url": "https://2gis.kz/aktau/geo/1",
    "access-kk": "Пандус бар.\r\nЛифт бар.",
    "capacity": "12",
    "share_required": "80",
    "hours": "16",
    "certificate_kind": "completion",
    "sessions-0-day": "2025-06-20",
    "sessions-0-begins": "09:00",
    "sessions-0-ends": "11:30",
    "sessions-0-title-kk": "Таңғы сабақ",
    "signatories-0-name": "Ә. Мұратбекова",
    "signatories-0-position-kk": "Жоба менеджері",
}
INVALID_FIELDS = [
    ("title-kk", "a" * 241),
    ("title-kk", "Күтім 😀"),
    ("title-ru", "<script>"),
    ("title-kk", "екі\nжол"),
    ("description-ru", "a" * 2001),
    ("city-kk", "a" * 121),
    ("venue-en", "Hall \x07"),
    ("trainers", "a" * 401),
    ("map_url", "javascript:alert(1)"),
    ("map_url", "2gis.kz/aktau"),
    ("access-kk", "a" * 601),
    ("capacity", ""),
    ("capacity", "0"),
    ("capacity", "-5"),
    ("capacity", "көп"),
    ("capacity", "99999999999"),
    ("share_required", "101"),
    ("share_required", "-1"),
    ("hours", "0"),
    ("hours", ""),
    ("closes", "ертең"),
    ("offer_hours", "0"),
    ("offer_hours", "241"),
    ("offer_hours", ""),
    ("change_hours", "-1"),
    ("change_hours", "тәулік"),
    ("access-kk", "а" * 601),
    ("access-ru", "<b>лифт</b>"),
    *[
        ("map_url", wrong)
        for wrong in (
            "http://example.org/map",
            "example.org",
            "https://",
            "https://map",
            "javascript:alert(1)",
            "https://example.org@evil.example/map",
            "https://example.org/a b",
            "https://example.org/" + "a" * 500,
        )
    ],
    ("sessions-0-day", "20.06.2025"),
    ("sessions-0-day", ""),
    ("sessions-0-begins", ""),
    ("sessions-0-begins", "25:00"),
    ("sessions-0-ends", ""),
    ("sessions-0-ends", "09:00"),
    ("sessions-0-ends", "08:59"),
    ("sessions-0-title-ru", "a" * 201),
    ("signatories-0-name", "a" * 121),
    ("signatories-0-position-ru", "<b>"),
]
UNKNOWN_VALUES = [
    ("kind", "party"),
    ("format", "by post"),
    ("certificate_kind", "diploma"),
    ("activity_id", "999"),
    ("activity_id", "x"),
]


def list_stored_seminars(session: Session) -> list[Seminar]:
    """Return all stored seminars."""
    session.expire_all()
    return list(session.scalars(select(Seminar).order_by(Seminar.id)))


@pytest.fixture
def draft(organizer: Visitor, session: Session, project: Project) -> Seminar:
    """Return a draft of which only the title is described, as the first step leaves it."""
    organizer.submit(NEW, {"title-kk": "Нобай"})
    [stored] = list_stored_seminars(session)
    return stored


def is_untouched(session: Session) -> bool:
    """Return whether the only seminar is still the draft."""
    [stored] = list_stored_seminars(session)
    return (stored.title, stored.sessions) == (Translated("Нобай"), [])


def test_a_seminar_is_kept_as_it_was_described(organizer: Visitor, session: Session, draft: Seminar) -> None:
    organizer.submit(DRAFT, FORM_FIELDS)
    [stored] = list_stored_seminars(session)
    assert stored.title == Translated("Жүріп-тұруға көмек", "Помощь в передвижении")
    assert (stored.kind, stored.format, stored.audience) == ("course", "online", "personal_assistant")
    assert (stored.capacity, stored.share_required, stored.hours) == (12, 80, 16)
    assert stored.signatories == [{"name": "Ә. Мұратбекова", "position": {"kk": "Жоба менеджері"}}]
    assert (stored.map_url, stored.access) == ("https://2gis.kz/aktau/geo/1", Translated("Пандус бар.\nЛифт бар."))
    assert stored.opened_at is None


def test_how_people_come_in_and_leave_is_kept(organizer: Visitor, session: Session, draft: Seminar) -> None:
    fields = organizer.get(DRAFT).read_form()[1]
    assert (fields["offer_hours"], fields["change_hours"]) == ("24", "0")
    assert "has_waiting_list" in fields and "needs_approval" not in fields
    place = {"map_url": "https://example.org/map?id=1#here", "access-kk": "Пандус бар.\nЛифт бар."}
    rules = {"needs_approval": "y", "has_waiting_list": "", "offer_hours": "6", "change_hours": "48"}
    organizer.submit(DRAFT, {**FORM_FIELDS, **place, **rules})
    [stored] = list_stored_seminars(session)
    assert (stored.needs_approval, stored.has_waiting_list, stored.offer_hours, stored.change_hours) == (
        True,
        False,
        6,
        48,
    )
    assert (stored.map_url, stored.access) == (place["map_url"], Translated("Пандус бар.\nЛифт бар."))


def test_a_session_is_kept_in_utc_as_the_projects_clock_shows_it(
    organizer: Visitor, session: Session, draft: Seminar
) -> None:
    organizer.submit(DRAFT, {**FORM_FIELDS, "closes": "2025-06-19T18:00"})
    [stored] = list_stored_seminars(session)
    [only] = stored.sessions
    assert only.starts_at.isoformat() == "2025-06-20T04:00:00+00:00"
    assert only.ends_at.isoformat() == "2025-06-20T06:30:00+00:00"
    assert stored.closes_at is not None
    assert stored.closes_at.isoformat() == "2025-06-19T13:00:00+00:00"


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    organizer: Visitor, session: Session, draft: Seminar
) -> None:
    for field, wrong in INVALID_FIELDS:
        page = organizer.submit(DRAFT, {**FORM_FIELDS, field: wrong}, status=422)
        assert page.get_error(field), f"{field}: {wrong!r:.20}"
        assert page.get_value(field) == wrong.replace("\x07", "")
        assert page.get_value("city-kk" if field != "city-kk" else "title-kk")
    assert is_untouched(session)


def test_a_round_table_and_a_meeting_are_not_completed(organizer: Visitor, session: Session, draft: Seminar) -> None:
    for kind in ("round_table", "meeting"):
        assert organizer.submit(DRAFT, {**FORM_FIELDS, "kind": kind}, status=422).get_error("certificate_kind")
    assert is_untouched(session)
    for kind, certificate_kind in (
        ("round_table", "participation"),
        ("meeting", "participation"),
        ("seminar", "completion"),
    ):
        organizer.submit(DRAFT, {**FORM_FIELDS, "kind": kind, "certificate_kind": certificate_kind})
        [stored] = list_stored_seminars(session)
        assert (stored.kind, stored.certificate_kind) == (kind, certificate_kind)


def test_an_unknown_choice_is_refused(organizer: Visitor, session: Session, draft: Seminar) -> None:
    for field, wrong in UNKNOWN_VALUES:
        organizer.submit(DRAFT, {**FORM_FIELDS, field: wrong}, status=422)
    assert is_untouched(session)


def test_a_title_is_needed_in_kazakh_or_in_russian(organizer: Visitor, session: Session, draft: Seminar) -> None:
    page = organizer.submit(DRAFT, {**FORM_FIELDS, "title-kk": "", "title-ru": " ", "title-en": "Mobility"}, status=422)
    assert page.get_error("title-kk")
    organizer.submit(DRAFT, {**FORM_FIELDS, "title-kk": ""})
    assert len(list_stored_seminars(session)) == 1


def test_a_seminar_needs_a_session(organizer: Visitor, session: Session, draft: Seminar) -> None:
    empty = {name: "" for name in FORM_FIELDS if name.startswith("sessions-0")}
    page = organizer.submit(DRAFT, {**FORM_FIELDS, **empty}, status=422)
    assert page.get_error("sessions")
    assert is_untouched(session)


@pytest.mark.parametrize(
    "words",
    [
        "кредит",
        "30 кредиттер",
        "зачётных единиц",
        "біліктілікті арттыру",
        "біліктілігін арттыру туралы",
        "повышение квалификации",
        "повышении квалификации",
        "курс повышения квалификации",
        "сертификаттау курсы",
        "сертификаттау циклі",
        "сертификационный курс",
        "сертификационного курса",
        "сертификационный цикл",
        "диплом",
        "лицензия",
        "certificate of advanced training",
        "credit hours",
        "CME credits",
        "Credit",
        "continuing medical education",
    ],
)
def test_words_of_accredited_bodies_are_seen_however_they_are_written(words: str) -> None:
    for written in (words, words.upper(), f"Күтім: {words.title()} (2025)", words.replace(" ", "  ").replace("і", "i")):
        reserved = find_reserved_words(written)
        assert reserved and reserved in " ".join(written.split())


@pytest.mark.parametrize(
    "innocent",
    [
        "Аккредиттелген ұйымдардың тәжірибесі",
        "Аккредитация клиник: что изменилось",
        "Дипломатический этикет",
        "Лицензирование частных клиник",
        "Как получить удостоверение человека с инвалидностью",
        "Мүгедектік туралы куәлік алу тәртібі",
        "Сертификат",
        "Қатысушы сертификаты",
        "Сертификация изделий",
        "Квалификация и опыт помощника",
        "Повышение качества жизни",
        "An accredited clinic",
    ],
)
def test_a_title_that_only_looks_alike_is_taken(innocent: str) -> None:
    assert find_reserved_words(innocent) == ""


def test_a_heading_calls_the_paper_nothing_that_only_accredited_bodies_issue() -> None:
    for heading in ("КУӘЛІК", "Куәлігі", "СВИДЕТЕЛЬСТВО", "УДОСТОВЕРЕНИЕ", "АТТЕСТАТ", "DIPLOMA", "Диплом"):
        assert find_reserved_words_in_heading(heading) == heading
    for heading in ("СЕРТИФИКАТ", "АЛҒЫС ХАТ", "БЛАГОДАРСТВЕННОЕ ПИСЬМО", "CERTIFICATE"):
        assert find_reserved_words_in_heading(heading) == ""


def test_an_organisation_may_be_called_after_advanced_training_and_promises_no_credits() -> None:
    assert find_reserved_words_in_name("«Өрлеу» біліктілікті арттыру ұлттық орталығы") == ""
    assert find_reserved_words_in_name("Начальник отдела повышения квалификации") == ""
    assert find_reserved_words_in_name("Институт развития, 30 кредитов") == "кредитов"


def test_a_title_with_a_word_of_accredited_bodies_is_refused(
    organizer: Visitor, session: Session, draft: Seminar
) -> None:
    for field, title in (
        ("title-kk", "Диплом алу"),
        ("title-ru", "Сертификационный курс"),
        ("title-en", "10 credit hours"),
        ("city-kk", "Ақтау (2 кредит)"),
        ("certificate_heading-ru", "СВИДЕТЕЛЬСТВО"),
        ("co_issuer-kk", "Сертификаттау курсы"),
        ("signatories-0-position-kk", "Диплом төрағасы"),
    ):
        page = organizer.submit(DRAFT, {**FORM_FIELDS, field: title}, status=422)
        assert page.get_error(field)
        assert page.get_value(field) == title
    assert is_untouched(session)


def test_more_rows_keep_what_was_typed_and_keep_nothing(organizer: Visitor, session: Session, draft: Seminar) -> None:
    fields = organizer.get(DRAFT).read_form()[1]
    rows = sum(name.endswith("-day") for name in fields)
    page = organizer.post(DRAFT, {**fields, **FORM_FIELDS, "capacity": "many", "more": "1"}, status=200)
    assert sum(name.endswith("-day") for name in page.read_form()[1]) == rows + 2
    assert page.get_value("title-kk") == FORM_FIELDS["title-kk"]
    assert page.get_value("capacity") == "many"
    assert page.get_value("sessions-0-ends") == "11:30"
    assert is_untouched(session)


def test_a_change_of_the_pages_language_keeps_what_was_typed_and_keeps_nothing(
    organizer: Visitor, session: Session, draft: Seminar
) -> None:
    fields = organizer.get(DRAFT).read_form()[1]
    rows = sum(name.endswith("-day") for name in fields)
    page = organizer.post(DRAFT, {**fields, **FORM_FIELDS, "capacity": "many", "switch": "ru"}, status=200)
    assert page.language == "ru"
    assert page.get_value("title-kk") == FORM_FIELDS["title-kk"]
    assert sum(name.endswith("-day") for name in page.read_form()[1]) == rows
    assert is_untouched(session)


def test_enter_in_a_field_saves_and_neither_adds_rows_nor_changes_the_language(
    organizer: Visitor, draft: Seminar
) -> None:
    page = organizer.get(DRAFT)
    form = page.get_element("main").find(".//*[@id='describe']")
    inside = [] if form is None else list(form.iter())
    buttons = [element for element in page.find_all("button") if element.get("form") == "describe" or element in inside]
    assert buttons[0].get("type") == "submit"
    assert not buttons[0].get("name")


def test_an_error_in_a_row_is_listed_above_the_form_with_a_link(organizer: Visitor, draft: Seminar) -> None:
    wrong = {"sessions-0-ends": "08:00", "sessions-1-title-kk": "<b>", "signatories-0-name": "x" * 121}
    page = organizer.submit(DRAFT, {**FORM_FIELDS, **wrong}, status=422)
    summary = page.get_element("main").find(".//*[@id='errors']")
    ways = {element.get("href") for element in summary.iter() if element.get("href")}
    assert ways == {f"#{name}" for name in wrong}


def test_rows_end_at_the_most_that_a_seminar_may_have(organizer: Visitor, draft: Seminar) -> None:
    many = {f"sessions-{row}-day": "2025-06-20" for row in range(39)}
    fields = organizer.get(DRAFT).read_form()[1]
    page = organizer.post(DRAFT, {**fields, **FORM_FIELDS, **many, "more": "1"}, status=200)
    assert sum(name.endswith("-day") for name in page.read_form()[1]) == 40


def test_what_is_kept_is_shown_and_kept_again_unchanged(organizer: Visitor, session: Session, draft: Seminar) -> None:
    second = {"sessions-1-day": "2025-06-21", "sessions-1-begins": "09:00", "sessions-1-ends": "10:00"}
    organizer.submit(DRAFT, {**FORM_FIELDS, **second, "closes": "2025-06-19T18:00"})
    before = describe_seminar(list_stored_seminars(session)[0])
    organizer.submit(f"/desk/seminars/{before['id']}/edit")
    assert describe_seminar(list_stored_seminars(session)[0]) == before


def describe_seminar(seminar: Seminar) -> dict[str, Any]:
    """Return all stored values of a seminar and its sessions."""
    columns = {column.key: getattr(seminar, column.key) for column in Seminar.__table__.columns}
    return {
        **columns,
        "sessions": [
            (seminar_session.id, seminar_session.title, seminar_session.starts_at, seminar_session.ends_at)
            for seminar_session in seminar.sessions
        ],
    }


def test_a_seminar_is_changed_and_its_address_stays(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    changes = {"title-kk": "Жаңа атауы", "sessions-0-ends": "14:30", "capacity": "3", "has_survey": ""}
    organizer.submit(f"/desk/seminars/{seminar.id}/edit", changes)
    [stored] = list_stored_seminars(session)
    assert (stored.title.kk, stored.slug, stored.capacity) == ("Жаңа атауы", "care", 3)
    assert [seminar_session.ends_at.hour for seminar_session in stored.sessions] == [9, 13]
    assert len(stored.sessions) == 2


def test_a_registration_that_was_closed_meanwhile_is_not_opened_by_a_form_from_before(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    target = f"/desk/seminars/{seminar.id}/edit"
    fields = organizer.get(target).read_form()[1]
    seminar.closes_at = NOON
    page = organizer.post(target, {**fields, "capacity": "3"}, status=409)
    [stored] = list_stored_seminars(session)
    assert (stored.capacity, stored.closes_at) == (10, NOON)
    assert page.get_value("capacity") == "3", "what was typed stays"
    organizer.post(target, page.read_form()[1])
    [stored] = list_stored_seminars(session)
    assert (stored.capacity, stored.closes_at) == (3, NOON), "what was left alone is taken over"


def test_a_session_is_removed_and_another_added(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    more = {"sessions-2-day": "2025-06-09", "sessions-2-begins": "10:00", "sessions-2-ends": "12:00"}
    organizer.submit(f"/desk/seminars/{seminar.id}/edit", {"sessions-0-remove": "y", **more})
    [stored] = list_stored_seminars(session)
    assert [seminar_session.starts_at.day for seminar_session in stored.sessions] == [7, 9]


def test_the_last_session_is_not_removed(organizer: Visitor, session: Session, seminar: Seminar) -> None:
    both = {"sessions-0-remove": "y", "sessions-1-remove": "y"}
    page = organizer.submit(f"/desk/seminars/{seminar.id}/edit", both, status=422)
    assert page.get_error("sessions")
    assert len(list_stored_seminars(session)[0].sessions) == 2


def test_a_session_with_marks_is_not_removed_and_nothing_changes(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    mark_sessions(session, register_person(session, seminar), AttendanceStatus.PRESENT)
    changes = {"sessions-0-remove": "y", "title-kk": "Жаңа атауы"}
    page = organizer.submit(f"/desk/seminars/{seminar.id}/edit", changes, status=422)
    assert page.get_error("sessions")
    assert page.get_value("title-kk") == "Жаңа атауы"
    [stored] = list_stored_seminars(session)
    assert stored.title.kk == "Күтім негіздері"
    assert session.scalar(select(func.count()).select_from(AttendanceMark)) == 1


def test_a_session_of_another_seminar_is_not_touched(
    organizer: Visitor, session: Session, seminar: Seminar, project: Project
) -> None:
    other = create_seminar(session, project, slug="other").sessions[0].id
    organizer.submit(
        f"/desk/seminars/{seminar.id}/edit", {"sessions-0-session_id": str(other), "sessions-0-remove": "y"}
    )
    assert session.get(SeminarSession, other) is not None


def test_without_a_plan_there_is_no_seminar(organizer: Visitor) -> None:
    assert organizer.get(NEW, status=303).location == "/desk/plan"

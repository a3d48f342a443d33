"""The verdict on a code: valid with every printed fact, expired, unknown or mistyped; as a page and as JSON."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from sqlalchemy.orm import Session

from certificates import create_code, format_code
from certificates.code import CODE_ALPHABET
from tests.certificates.vectors import WRAPPERS
from tests.factories import NOON, issue_to_eligible, register_eligible_person
from tests.page import Page
from tests.visitor import Visitor
from trainer.extensions import db
from trainer.issuing.models import IssuedCertificate
from trainer.raw_queries import open_raw_connection
from trainer.seminars.models import Seminar
from trainer.verification.lookup import Verdict, verify_code

ZONE = ZoneInfo("Asia/Aqtau")
PROGRAM = {"Accept": "application/json"}
CYRILLIC = dict(zip("ABEKMH0PCTXY1", "АВЕКМНОРСТХУІ", strict=True))
TOUCHES_DATABASE = settings(max_examples=60)


def build_code_beginning_with(body: str) -> str:
    """Return the code with these 16 characters."""
    number = 0
    for character in body:
        number = number << 5 | CODE_ALPHABET.index(character)
    return create_code(number.to_bytes(10, "big"))


UNISSUED = build_code_beginning_with("0123456789ABCDEF")


@pytest.fixture
def certificate(session: Session, past_seminar: Seminar) -> IssuedCertificate:
    """Return an issued certificate whose code has every letter that is easily mistaken."""
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    entry.code = build_code_beginning_with("ABEKMH0PCTXY1ZQ7")
    session.commit()
    return entry


def fetch_json_verdict(visitor: Visitor, code: str) -> Any:
    """Return the verdict that a program gets."""
    visitor.session.commit()
    return visitor.client.get(f"/v/{quote(code, safe='')}", headers=PROGRAM).get_json()["verdict"]


def has_tone(page: Page, tone: str) -> bool:
    """Return whether the verdict on the page has a tone."""
    return any(element.get("class") == f"verdict {tone}" for element in page.find_all("div"))


def test_a_valid_certificate_shows_every_printed_fact(stranger: Visitor, certificate: IssuedCertificate) -> None:
    page = stranger.get(f"/v/{certificate.code}")
    facts = [" ".join("".join(element.itertext()).split()) for element in page.find_all("dd")]
    assert has_tone(page, "valid")
    assert facts[:3] == ["СЕРТИФИКАТ", "Өтегенова Айгүл Маратқызы", certificate.serial]
    assert "«Күтім негіздері» тақырыптық семинарына қатысқаны үшін берілді" in facts
    assert "Ә. Мұратбекова, Жоба менеджері" in facts
    assert "8" in facts
    assert any("2025 жылғы 2 маусым" in fact and "Ақтау қаласы" in fact for fact in facts)
    assert facts[-1].startswith("2025 жылғы 2 маусым")
    assert certificate.facts["issuer"]["kk"] in facts


def test_a_verdict_shows_the_printed_text_of_every_kind(stranger: Visitor, certificate: IssuedCertificate) -> None:
    signatories = [
        {"name": "Ә. Мұратбекова", "position": {"kk": "Жоба менеджері", "ru": "Менеджер проекта"}},
        {"name": "Б. Сәрсенов", "position": {}},
    ]
    for kind_of_event, kind, awarded_for in (
        ("course", "completion", "за прохождение обучающего курса «Основы ухода»"),
        ("round_table", "participation", "за участие в круглом столе «Основы ухода»"),
        ("seminar", "participation", "за участие в тематическом семинаре «Основы ухода»"),
    ):
        own = {"event": kind_of_event, "kind": kind, "heading": {"kk": "АЛҒЫС ХАТ"}, "signatories": signatories}
        certificate.facts = {**certificate.facts, **own}
        page = stranger.get(f"/v/{certificate.code}", headers={"Accept-Language": "ru"})
        facts = [" ".join("".join(element.itertext()).split()) for element in page.find_all("dd")]
        assert {"АЛҒЫС ХАТ", awarded_for, "Ә. Мұратбекова, Менеджер проекта; Б. Сәрсенов"} <= set(facts)


def test_a_program_gets_every_printed_fact(stranger: Visitor, certificate: IssuedCertificate) -> None:
    stranger.session.commit()
    answer = stranger.client.get(f"/v/{certificate.code}", headers=PROGRAM)
    assert answer.status_code == 200
    assert answer.get_json() == {
        "verdict": "valid",
        "checked_at": NOON.isoformat(),
        "serial": certificate.serial,
        "code": certificate.code,
        "recipient": "Өтегенова Айгүл Маратқызы",
        "heading": {},
        "title": {"kk": "Күтім негіздері", "ru": "Основы ухода", "en": "The basics of care"},
        "kind": "participation",
        "awarded_for": {
            "kk": "«Күтім негіздері» тақырыптық семинарына қатысқаны үшін берілді",
            "ru": "за участие в тематическом семинаре «Основы ухода»",
            "en": "for taking part in the thematic seminar “The basics of care”",
        },
        "hours": 8,
        "held": ["2025-06-02"],
        "place": {"kk": "Ақтау қаласы", "ru": "город Актау", "en": "Aktau"},
        "issuer": certificate.facts["issuer"],
        "co_issuer": {},
        "signatories": certificate.facts["signatories"],
        "issued_on": "2025-06-02",
        "expires_on": None,
        "specimen": False,
    }


def test_a_code_that_was_never_issued_gets_a_clear_answer(stranger: Visitor, clock: Any) -> None:
    for code in (UNISSUED, "0123", UNISSUED[:-1] + "*", "x" * 3000):
        page = stranger.get(f"/v/{code}", status=404)
        answer = stranger.client.get(f"/v/{code}", headers=PROGRAM)
        expected = "unknown" if code == UNISSUED else "mistyped"
        assert has_tone(page, "bad" if code == UNISSUED else "warn")
        assert answer.status_code == 404
        assert answer.get_json() == {"verdict": expected, "checked_at": NOON.isoformat()}


def test_a_certificate_is_expired_from_the_day_after_its_last_valid_day(
    stranger: Visitor, session: Session, certificate: IssuedCertificate, clock: time_machine.Traveller
) -> None:
    certificate.expires_on = date(2025, 6, 2)
    clock.move_to(datetime(2025, 6, 2, 18, 59, 59, tzinfo=UTC))  # the last second of the day in Aktau
    assert fetch_json_verdict(stranger, certificate.code) == "valid"
    clock.move_to(datetime(2025, 6, 2, 19, 0, tzinfo=UTC))
    assert fetch_json_verdict(stranger, certificate.code) == "expired"
    page = stranger.get(f"/v/{certificate.code}")
    assert has_tone(page, "warn")
    assert certificate.recipient in page.words


def test_a_specimen_says_that_it_proves_nothing(
    stranger: Visitor, session: Session, certificate: IssuedCertificate
) -> None:
    address = f"/v/{certificate.code}?lang=en"
    assert "It does not certify anything." not in stranger.get(address).words
    certificate.facts = {**certificate.facts, "specimen": True}
    page = stranger.get(address)
    assert "It does not certify anything." in page.words
    assert has_tone(page, "specimen") and not has_tone(page, "valid")
    assert page.heading == "This is a specimen"


def test_the_title_says_nothing_before_the_seal_was_checked(stranger: Visitor, certificate: IssuedCertificate) -> None:
    titles = {
        stranger.client.get(f"/v/{code}?lang=en").text.partition("<title>")[2].partition("</title>")[0]
        for code in (certificate.code, UNISSUED, "0")
    }
    assert titles == {"Check a certificate · Seminars"}


def spellings(code: str) -> Iterator[str]:
    """Yield the ways in which people type a code."""
    yield from (code.lower(), format_code(code), f" {code[:5]} {code[5:]}\t", "-".join(code), code.replace("0", "o"))
    yield from (code.replace("1", letter) for letter in "IlіІ")
    twins = "".join(CYRILLIC.get(character, character) for character in code)
    yield from (twins, twins.lower(), code.replace("0", "О"), code.replace("-", "–"))


def test_case_blanks_hyphens_and_look_alikes_do_not_matter(stranger: Visitor, certificate: IssuedCertificate) -> None:
    for typed in spellings(certificate.code):
        assert fetch_json_verdict(stranger, typed) == "valid", typed
        answer = stranger.get("/verify", status=303, query_string={"code": typed})
        assert has_tone(stranger.follow(answer), "valid"), typed


def test_the_address_in_the_qr_code_is_in_capitals(stranger: Visitor, certificate: IssuedCertificate) -> None:
    assert has_tone(stranger.get(f"/V/{certificate.code}"), "valid")
    assert has_tone(stranger.get(f"/v/{certificate.code.lower()}"), "valid")


def test_no_wrong_character_and_no_swap_is_ever_valid(app: Flask, certificate: IssuedCertificate) -> None:
    code = certificate.code
    wrong = [f"{code[:at]}{other}{code[at + 1 :]}" for at in range(17) for other in CODE_ALPHABET if other != code[at]]
    swaps = [f"{code[:at]}{code[at + 1]}{code[at]}{code[at + 2 :]}" for at in range(16) if code[at] != code[at + 1]]
    shorter = [code[:at] + code[at + 1 :] for at in range(17)]
    with app.app_context(), open_raw_connection() as glance:
        results = [verify_code(glance, typed, NOON) for typed in (*wrong, *swaps, *shorter, code + "0", "")]
        itself = verify_code(glance, code, NOON)
    assert {result.verdict for result in results} == {Verdict.MISTYPED}
    assert not any(result.facts for result in results)
    assert itself.verdict == Verdict.VALID


@given(st.text(max_size=40) | st.text(alphabet=CODE_ALPHABET, min_size=17, max_size=17) | st.binary(max_size=40))
@TOUCHES_DATABASE
def test_any_address_gets_an_answer(stranger: Visitor, typed: str | bytes) -> None:
    for prefix in ("v", "V"):
        answer = stranger.client.get(f"/{prefix}/{quote(typed, safe='')}")
        assert answer.status_code in (404, 308)


@given(st.text(max_size=70))
@TOUCHES_DATABASE
def test_any_text_in_the_form_gets_an_answer(stranger: Visitor, typed: str) -> None:
    answer = stranger.client.get("/verify", query_string={"code": typed})
    assert answer.status_code in (303, 422)
    if answer.location:
        assert answer.location.startswith("/v/")
        assert "verdict" in stranger.client.get(answer.location, headers=PROGRAM).get_json()


def test_the_form_shows_errors_next_to_the_field(stranger: Visitor) -> None:
    assert not stranger.get("/verify").get_error("code")
    for typed in ("", "  ", "x" * 61, "0123\x07", "<b>", "😀"):
        page = stranger.get("/verify", status=422, query_string={"code": typed})
        assert page.get_error("code"), typed
    assert stranger.get("/verify?code=" + "x" * 61, status=422).get_value("code") == "x" * 61


def test_what_cannot_be_read_is_mistyped_and_stays_in_the_field(stranger: Visitor) -> None:
    for typed in ("/", "..", ".", "//evil.example", "-", "\\", UNISSUED[:-1], "«ABC»", "№ 7", "https://example.org/"):
        page = stranger.get("/verify", status=422, query_string={"code": typed})
        assert page.get_error("code"), typed
        assert page.get_value("code") == typed
    page = stranger.get(f"/v/{UNISSUED[:-1]}", status=404)
    assert has_tone(page, "warn")
    assert page.get_value("code") == UNISSUED[:-1]


def test_texts_as_people_have_them_lead_to_the_verdict(stranger: Visitor, certificate: IssuedCertificate) -> None:
    code, text = certificate.code, certificate.qr_text
    seal = text.partition("#")[2]
    for typed in (
        f"{code}.",
        f"{code})",
        f"«{code}»",
        f"“{format_code(code)}”,",
        code[:4] + "\u2212" + code[4:],
        f"/{code}/",
        f"\u200b{code}\ufeff",
        f"HTTPS://SEMINAR.EXAMPLE.ORG/V/{code}",
        f"seminar.example.org/v/{code}/",
        f"https://seminar.example.org/verify?code={code}",
    ):
        page = stranger.get("/verify", status=303, query_string={"code": typed})
        assert page.location == f"/v/{code}", typed
        number = stranger.post("/verify", {"number": typed, "surname": ""}, status=303)
        assert number.location == f"/v/{code}", typed
    for wrap in WRAPPERS.values():
        link = wrap(f"https://seminar.example.org/v/{code}#{seal}")
        page = stranger.get("/verify", status=303, query_string={"code": link})
        assert page.location == f"/v/{code}#{seal}", link
    for path in (f"/v/{code}.", f"/v/{code})", f"/v/«{code}»", f"/v/{code}%20"):
        assert has_tone(stranger.get(path), "valid"), path
    assert stranger.get(f"/v/{code}%23{seal}", status=303).location == f"/v/{code}#{seal}"


def test_a_seal_names_the_code_that_its_link_has_lost(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    session.commit()
    head, seal = entry.qr_text.split("#")
    for typed in (seal, f"{head[:-3]}#{seal}", f"#{seal}"):
        assert stranger.get("/verify", status=303, query_string={"code": typed}).location == f"/v/{entry.code}#{seal}"
    elsewhere = entry.qr_text.replace("SEMINAR.EXAMPLE.ORG", "OTHER.EXAMPLE.ORG")
    assert stranger.get("/verify", status=303, query_string={"code": elsewhere}).location == f"/v/{entry.code}#{seal}"
    foreign = stranger.get("/verify", status=422, query_string={"code": elsewhere[:-5]})
    assert "other.example.org" in foreign.get_error("code")
    assert foreign.get_value("code") == elsewhere[:-5]


def test_a_number_in_the_field_for_the_code_moves_to_its_own(stranger: Visitor, certificate: IssuedCertificate) -> None:
    page = stranger.get("/verify", status=422, query_string={"code": f"№ {certificate.serial}."})
    assert page.get_value("number") == f"№ {certificate.serial}."
    assert page.get_error("surname")


def test_addresses_as_people_have_them_lead_to_their_page(stranger: Visitor, certificate: IssuedCertificate) -> None:
    for path, target in (
        ("/verify/", "/verify"),
        ("/VERIFY", "/verify"),
        ("/Verify.", "/verify"),
        (f"/v/{certificate.code}/", f"/v/{certificate.code}"),
        (f"/V/{certificate.code}/?lang=ru", f"/V/{certificate.code}?lang=ru"),
        ("/privacy%E2%80%8B", "/privacy"),
        ("/PRIVACY»,", "/privacy"),
    ):
        assert stranger.get(path, status=308).location == target, path
    for path in ("/nowhere.", "/nowhere/", "/.", "//", "/%2e", "/static/nothing.css.", "/verify%0d%0a"):
        assert stranger.client.get(path).status_code in (308, 404), path
    assert stranger.client.post("/VERIFY").status_code == 404


def test_a_check_is_not_for_search_engines(stranger: Visitor, certificate: IssuedCertificate) -> None:
    for code, status in ((certificate.code, 200), (UNISSUED, 404), ("0", 404)):
        robots = [
            element.get("content")
            for element in stranger.get(f"/v/{code}", status=status).find_all("meta")
            if element.get("name") == "robots"
        ]
        assert robots == ["noindex, nofollow"]


def test_a_check_sets_no_cookie_and_changes_nothing(stranger: Visitor, certificate: IssuedCertificate) -> None:
    for address in (f"/v/{certificate.code}", "/verify"):
        assert "Set-Cookie" not in stranger.get(address).response.headers
        for method in ("PUT", "PATCH", "DELETE"):
            assert stranger.client.open(address, method=method).status_code == 405
        assert stranger.client.head(address).status_code == 200


def test_a_verification_uses_one_connection_once(app: Flask, certificate: IssuedCertificate) -> None:
    client = app.test_client()
    taken: list[str] = []
    client.get(f"/v/{certificate.code}")

    def note(*_given: Any) -> None:
        taken.append("connection")

    with app.app_context():
        engines = db.engines.values()
        for engine in engines:
            event.listen(engine, "checkout", note)
        try:
            for headers in ({}, PROGRAM):
                client.get(f"/v/{certificate.code}", headers=headers)
        finally:
            for engine in engines:
                event.remove(engine, "checkout", note)
    assert len(taken) == 2


def test_a_flash_message_is_never_shown_to_somebody_else(app: Flask, certificate: IssuedCertificate) -> None:
    app.extensions.pop("skeletons", None)
    recipient_client, other_client = app.test_client(), app.test_client()
    with recipient_client.session_transaction() as session:
        session["_flashes"] = [("success", "The list was sent to Aigul.")]
    for client in (recipient_client, other_client):
        assert "Aigul" not in client.get(f"/v/{certificate.code}").text
    assert "Aigul" in recipient_client.get("/privacy").text


def test_a_verdict_speaks_the_readers_language(stranger: Visitor, certificate: IssuedCertificate) -> None:
    for language, title in certificate.facts["title"].items():
        page = stranger.get(f"/v/{certificate.code}", headers={"Accept-Language": language})
        assert page.language == language
        assert title in page.words

"""Text that can't be encoded or stored — half a surrogate pair, NUL, bytes that are not UTF-8 — never fails a request on our side."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import Tablet, create_paired_tablet
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH
from tests.visitor import Visitor
from trainer.extensions import replace_lone_surrogates
from trainer.projects.plan import PlanInvalid, read_plan
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

LONE = st.sampled_from(["\ud83d", "\udc00", "a\ud83d", "\udfff\ud800", "\ud83dб", "\x00", "a\x00b", "\ufffe", "😀"])
JSON_VALUES = st.recursive(
    LONE | st.text(st.characters(), max_size=5) | st.integers(-5, 5) | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(LONE | st.sampled_from(["code", "id"]), inner, max_size=3)
    ),
    max_leaves=8,
)
BROKEN_BYTES = ["%ED%A0%BD", "%FF", "%00", "%C3", "a%ED%B0%80", "%F4%90%80%80"]


@pytest.fixture
def tablet(app: Flask, session: Session, past_seminar: Seminar) -> Tablet:
    """Return a paired tablet."""
    return create_paired_tablet(app, session, past_seminar)


@given(JSON_VALUES)
def test_what_json_says_can_always_be_encoded_and_nothing_else_is_changed(content: Any) -> None:
    cleaned = replace_lone_surrogates(content)
    text = json.dumps(cleaned, ensure_ascii=False)
    text.encode()
    if not any(0xD800 <= ord(character) <= 0xDFFF for character in json.dumps(content, ensure_ascii=False)):
        assert cleaned == content


@pytest.mark.parametrize(
    "body", [b'{"code":"\\ud83d"}', b'{"code":"\\uD83D"}', b'{"code":"\xed\xa0\xbd"}', b'{"code":"\xff"}']
)
def test_half_a_character_as_a_pairing_code_is_malformed(stranger: Visitor, body: bytes) -> None:
    answer = stranger.client.post("/api/v1/tablet/pair", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (400, {"error": "malformed"})


@settings(max_examples=40)
@given(
    st.sampled_from(["/pair", "/sync", "/read"]),
    JSON_VALUES,
    st.sampled_from(["code", "items", "cursor", "time", "waiting"]),
)
def test_the_tablet_api_never_fails(tablet: Tablet, address: str, value: Any, name: str) -> None:
    content = {"items": [], "cursor": "", "time": "2025-06-02T07:00:00Z", "code": "x", name: value}
    for authorization in ("Bearer x", f"Bearer {tablet.token}"):
        answer = tablet.app.test_client().post(
            f"/api/v1/tablet{address}",
            data=json.dumps(content),
            content_type="application/json",
            headers={"Authorization": authorization},
        )
        assert answer.status_code < 500
        answer.get_data().decode()


@settings(max_examples=40)
@given(LONE, st.sampled_from(["id", "person", "status", "at", "surname", "given_name", "phone", "kind", "consent"]))
def test_an_item_with_half_a_character_does_not_keep_others_from_being_stored(
    tablet: Tablet, past_seminar: Seminar, text: str, name: str
) -> None:
    content = {
        "time": "2025-06-02T07:00:00Z",
        "cursor": "",
        "items": [{"kind": "mark", "id": "x", name: text}, {"kind": "walk_in", "seminar": past_seminar.id, name: text}],
    }
    answer = tablet.request("POST", "/sync", data=json.dumps(content), content_type="application/json")
    assert answer.status_code == 200
    assert len(answer.get_json()["answers"]) == 2


@settings(max_examples=30)
@given(
    st.sampled_from([
        "/", "/verify", "/lost", "/v/1", "/r/x", "/s/x", "/desk/", "/desk/sign-in", "/status/1", "/privacy", REGISTRATION_PATH,
    ]),
    st.sampled_from(BROKEN_BYTES),
    st.sampled_from(["lang", "next", "q", "code", "number", "surname"]),
)  # fmt: skip
def test_addresses_and_queries_that_are_no_text_are_answered(
    stranger: Visitor, seminar: Seminar, address: str, broken: str, name: str
) -> None:
    for requested in (f"{address}?{name}={broken}", f"{address}?{broken}={broken}", f"{address}{broken}"):
        assert stranger.client.get(requested).status_code < 500


@settings(max_examples=30)
@given(st.sampled_from(sorted(REGISTRATION_INPUT)), st.sampled_from(BROKEN_BYTES), st.booleans())
def test_a_form_with_what_is_no_text_is_explained_at_its_field_or_taken(
    stranger: Visitor, seminar: Seminar, name: str, broken: str, is_name: bool
) -> None:
    _target, fields = stranger.get(REGISTRATION_PATH).read_form()
    typed = {**fields, **REGISTRATION_INPUT}
    body = "&".join(f"{quote(key)}={quote(str(value))}" for key, value in typed.items() if key != name)
    body += f"&{broken}={broken}" if is_name else f"&{name}={broken}"
    answer = stranger.client.post(REGISTRATION_PATH, data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (303, 422)


@settings(max_examples=20)
@given(st.sampled_from(["email", "password", "csrf_token", "next", "remember"]), LONE, st.booleans())
def test_signing_in_by_form_or_json_never_fails(stranger: Visitor, name: str, text: str, is_json: bool) -> None:
    fields = {**stranger.get("/desk/sign-in").read_form()[1], "email": "a@example.org", "password": "x", name: text}
    if is_json:
        headers = {"X-CSRFToken": str(fields["csrf_token"]).encode(errors="replace").decode().replace("\x00", "")}
        body = json.dumps(fields)
        answer = stranger.client.post("/desk/sign-in", data=body, content_type="application/json", headers=headers)
    else:
        typed = {key: str(value).encode(errors="surrogatepass") for key, value in fields.items()}
        answer = stranger.client.post("/desk/sign-in", data=typed)
    assert answer.status_code < 500


def test_a_form_keeps_the_rest_when_one_field_is_no_text(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    _target, fields = stranger.get(REGISTRATION_PATH).read_form()
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, "surname": b"\xed\xa0\xbd"}, status=422)
    assert page.get_error("surname")
    assert page.get_value("given_name") == REGISTRATION_INPUT["given_name"]
    assert session.scalars(select(Registration)).all() == []


def test_a_plan_with_half_a_character_is_refused_as_invalid() -> None:
    with pytest.raises(PlanInvalid):
        read_plan(b'project: {id: "a\\ud83d"}')


def test_whatever_still_reaches_the_database_is_refused_and_not_failed(app: Flask, stranger: Visitor) -> None:
    app.view_functions["portal.view_privacy_notice"] = lambda: "\ud83d".encode()
    assert stranger.get("/privacy", status=400).heading

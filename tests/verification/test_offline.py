"""Data for offline verification: keys, hashed codes of invalid certificates, hashes of files, the service worker."""

import hashlib
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import NOON, issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.issuance.keys import get_signing_key_path, load_keyring, rotate_signing_key
from trainer.issuing.models import IssuedCertificate
from trainer.paths import PACKAGE_FOLDER
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


@pytest.fixture
def entry(session: Session, past_seminar: Seminar) -> IssuedCertificate:
    """Return an issued certificate."""
    register_eligible_person(session, past_seminar)
    return issue_to_eligible(session, past_seminar)[0]


def test_the_keys_are_public(app: Flask, stranger: Visitor) -> None:
    answer = stranger.client.get("/.well-known/jwks.json")
    assert answer.get_json() == load_keyring(app.extensions["settings"]).build_jwks()
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_deployment_without_a_key_publishes_none_and_creates_none(app: Flask, stranger: Visitor) -> None:
    missing = app.extensions["settings"].instance / "nowhere.pem"
    app.extensions["settings"] = replace(app.extensions["settings"], signing_key_file=str(missing))
    assert stranger.client.get("/.well-known/jwks.json").get_json() == {"keys": []}
    assert not get_signing_key_path(app.extensions["settings"]).exists()


@pytest.mark.parametrize("state", ["revoked", "replaced"])
def test_invalid_certificates_are_listed_by_the_hash_of_their_code(
    stranger: Visitor, session: Session, entry: IssuedCertificate, state: str
) -> None:
    assert stranger.client.get("/verify/withdrawn.json").get_json() == {
        "made_at": NOON.isoformat(timespec="seconds"),
        "withdrawn": {},
    }
    entry.status, entry.invalidation_reason, entry.invalidated_at = state, "issued_in_error", NOON
    session.commit()
    answer = stranger.client.get("/verify/withdrawn.json")
    assert answer.get_json()["withdrawn"] == {hashlib.sha256(entry.code.encode()).hexdigest(): state}
    assert entry.code not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_file_is_known_by_its_hash(stranger: Visitor, entry: IssuedCertificate) -> None:
    for spelling in (entry.pdf_sha256, entry.pdf_sha256.upper()):
        answer = stranger.client.get(f"/verify/file/{spelling}")
        assert answer.get_json() == {
            "file": "identical",
            "code": entry.code,
            "verdict": "valid",
            "verdict_address": f"/v/{entry.code}",
        }
    for other in ("0" * 64, "0", entry.pdf_sha256[:-1], "x" * 64, "😀", "%00"):
        answer = stranger.client.get(f"/verify/file/{other}")
        assert answer.status_code == 404, other


def test_a_known_file_is_reported_with_the_verdict_on_its_certificate(
    stranger: Visitor, session: Session, entry: IssuedCertificate
) -> None:
    entry.status, entry.invalidation_reason, entry.invalidated_at = "revoked", "issued_in_error", NOON
    session.commit()
    assert stranger.client.get(f"/verify/file/{entry.pdf_sha256}").get_json()["verdict"] == "revoked"


def test_the_service_worker_covers_the_whole_site_and_is_not_cached(stranger: Visitor) -> None:
    answer = stranger.client.get("/verification-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Service-Worker-Allowed"] == "/"
    assert "no-cache" in answer.headers["Cache-Control"]
    answer.close()


def test_every_cached_file_exists_and_every_module_is_cached(stranger: Visitor) -> None:
    parts = stranger.client.get("/verify/parts.json").get_json()
    for part in parts:
        answer = stranger.client.get(part, buffered=True)
        assert answer.status_code == 200, part
    assert {f"/static/js/{path.name}" for path in (PACKAGE_FOLDER / "static" / "js").glob("*.js")} <= set(parts)


def test_every_key_that_ever_signed_stays_published(app: Flask, stranger: Visitor, entry: IssuedCertificate) -> None:
    before = stranger.client.get("/.well-known/jwks.json").get_json()["keys"]
    rotate_signing_key(get_signing_key_path(app.extensions["settings"]))
    after = stranger.client.get("/.well-known/jwks.json").get_json()["keys"]
    assert [key["kid"] for key in after[1:]] == [key["kid"] for key in before]
    assert not any("d" in key for key in after)

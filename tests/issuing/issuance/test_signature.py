"""The PAdES signature on issued files; a key that can't sign is named before a batch, and nothing is half issued."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.certificates.sealing.signing_keys import (
    EC_KEY,
    P12,
    PEM,
    SECRET,
    create_certificate,
    dump_pem,
    is_signature_intact,
)
from tests.factories import NOON, YERLAN, issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names.corrections import request_correction
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.settings import Settings

pytestmark = pytest.mark.one_database

Configure = Callable[[bytes, str], None]


@pytest.fixture
def configure(app: Flask, settings: Settings, tmp_path: Path) -> Configure:
    """Return a function that sets the file that signs and its passphrase."""

    def write_file(content: bytes, secret: str = "") -> None:
        (tmp_path / "signature").write_bytes(content)
        file = str(tmp_path / "signature")
        app.extensions["settings"] = replace(settings, signature_file=file, signature_passphrase=secret)

    return write_file


def download_file(visitor: Visitor, session: Session, entry: IssuedCertificate) -> bytes:
    """Return the file that the holder downloads."""
    token = session.get_one(Registration, entry.registration_id).token
    return bytes(visitor.get(f"/r/{token}/certificate.pdf").response.data)


def test_an_issued_file_carries_the_signature_of_the_issuer(
    configure: Configure, stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    for content, secret in ((P12, SECRET), (PEM, "")):
        configure(content, secret)
        register_eligible_person(
            session, past_seminar, surname=f"Сейіт{'а' if secret else 'б'}", phone=f"+770155501{len(content) % 90 + 10}"
        )
        [entry] = issue_to_eligible(session, past_seminar)
        assert is_signature_intact(download_file(stranger, session, entry))
        assert stranger.get(f"/v/{entry.code}/paper.webp").response.mimetype == "image/webp"


def test_without_a_configured_signature_files_are_not_signed(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    assert b"/ByteRange" not in download_file(stranger, session, entry)


@pytest.mark.parametrize(
    ("content", "secret", "sentence"),
    [
        (P12, "another", "The passphrase of the key that signs certificates is wrong"),
        (
            dump_pem(EC_KEY, create_certificate(last=NOON - timedelta(days=1))),
            "",
            "The X.509 certificate for signing expired on 2025-06-01",
        ),
    ],
)
def test_a_key_that_cannot_sign_is_named_wherever_something_is_issued(
    configure: Configure,
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    content: bytes,
    secret: str,
    sentence: str,
) -> None:
    past_seminar.valid_months = 12
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    correction = request_correction(session, entry, "Ötegenova Aigül", "", NOON)
    register_eligible_person(session, past_seminar, YERLAN)
    configure(content, secret)
    address = f"/desk/seminars/{past_seminar.id}/certificates"
    for page in (organizer.get(f"{address}?lang=en"), organizer.get(f"{address}/check?lang=en")):
        assert page.words.count(sentence) == 1
        assert "issue" not in [form.get("id") for form in page.list_forms()]
    fields = organizer.get("/desk/account").read_form()[1]
    assert sentence in organizer.post(address, fields, status=409).words
    assert sentence in organizer.post(f"/desk/certificates/{entry.serial}/renewal", fields, status=409).words
    decided = organizer.post(f"/desk/corrections/{correction.id}", {**fields, "decision": "approve"})
    assert organizer.follow(decided).words.count(sentence) == 2  # as the answer, and as it always stands there
    assert session.scalar(select(func.count()).select_from(IssuedCertificate)) == 1


def test_a_file_that_is_not_there_or_can_not_be_opened_is_named(
    app: Flask, organizer: Visitor, session: Session, settings: Settings, past_seminar: Seminar, tmp_path: Path
) -> None:
    register_eligible_person(session, past_seminar)
    closed = tmp_path / "closed.p12"
    closed.write_bytes(P12)
    closed.chmod(0)
    for path in (tmp_path / "none.p12", tmp_path, closed):
        app.extensions["settings"] = replace(settings, signature_file=str(path), signature_passphrase="")
        page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates/check?lang=en")
        assert "SIGNATURE_FILE" in page.words  # root opens the closed file, and then misses the passphrase

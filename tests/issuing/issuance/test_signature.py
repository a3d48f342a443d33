"""The PAdES signature on issued files, if the issuer has configured one."""

from dataclasses import replace
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import Session

from tests.certificates.sealing.signing_keys import P12, PEM, SECRET, is_signature_intact
from tests.factories import issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.models import IssuedCertificate
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.settings import Settings


def download_file(visitor: Visitor, session: Session, entry: IssuedCertificate) -> bytes:
    """Return the file that the holder downloads."""
    token = session.get_one(Registration, entry.registration_id).token
    return bytes(visitor.get(f"/r/{token}/certificate.pdf").response.data)


def test_an_issued_file_carries_the_signature_of_the_issuer(
    app: Flask, stranger: Visitor, session: Session, settings: Settings, past_seminar: Seminar, tmp_path: Path
) -> None:
    for name, content, secret in (("a.p12", P12, SECRET), ("a.pem", PEM, "")):
        (tmp_path / name).write_bytes(content)
        app.extensions["settings"] = replace(settings, signature_file=str(tmp_path / name), signature_passphrase=secret)
        register_eligible_person(
            session, past_seminar, surname=f"Сейіт{'а' if secret else 'б'}", phone=f"+770155501{len(content) % 90 + 10}"
        )
        [entry] = issue_to_eligible(session, past_seminar)
        content = download_file(stranger, session, entry)
        assert is_signature_intact(content)
        assert stranger.get(f"/v/{entry.code}/paper.webp").response.mimetype == "image/webp"


def test_without_a_configured_signature_files_are_not_signed(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    assert b"/ByteRange" not in download_file(stranger, session, entry)

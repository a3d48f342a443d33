"""Open Badges: accepted by independent libraries with nothing but our published documents."""

import base64
import gzip
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt as joserfc_jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, issue_to_eligible, register_eligible_person
from tests.visitor import Visitor
from trainer.issuing.badges.open_badges import STATUS_LIST_BITS
from trainer.issuing.issuance.keys import get_signing_key_path, load_keyring, rotate_signing_key
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

# Wallets and Open Badges know the signature as EdDSA; RFC 9864 has since given it the name Ed25519.
pytestmark = [pytest.mark.filterwarnings("ignore:EdDSA is deprecated"), pytest.mark.one_database]
DID = "did:web:seminar.example.org"


@pytest.fixture
def entry(session: Session, past_seminar: Seminar) -> IssuedCertificate:
    """Return a certificate that is valid for a year."""
    past_seminar.valid_months = 12
    register_eligible_person(session, past_seminar)
    return issue_to_eligible(session, past_seminar)[0]


def download_badge_token(visitor: Visitor, session: Session, entry: IssuedCertificate) -> str:
    """Return the signed credential that the holder downloads."""
    address = f"/r/{session.get_one(Registration, entry.registration_id).token}/badge.json"
    document = visitor.get(address).response.get_json()
    assert document["type"] == "EnvelopedVerifiableCredential"
    return str(document["id"].removeprefix("data:application/vc+jwt,"))


def download_published_keys(visitor: Visitor) -> KeySet:
    """Return the keys in the issuer's DID document."""
    document = visitor.get("/.well-known/did.json").response.get_json()
    assert document["id"] == DID
    methods = document["verificationMethod"]
    return KeySet.import_key_set({"keys": [{**method["publicKeyJwk"], "kid": method["id"]} for method in methods]})


def download_badge_document(visitor: Visitor) -> Any:
    """Return a download function for a verifier, served by our application."""
    return lambda address: visitor.get(address.removeprefix("https://seminar.example.org")).response.data


def verify_token(token: str, keys: KeySet) -> dict[str, Any]:
    """Return the credential, verified with the keys."""
    return dict(joserfc_jwt.decode(token, keys, algorithms=["EdDSA"]).claims)


def test_an_independent_library_accepts_the_badge(
    stranger: Visitor, session: Session, entry: IssuedCertificate
) -> None:
    credential = verify_token(download_badge_token(stranger, session, entry), download_published_keys(stranger))
    assert credential["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert credential["issuer"]["id"] == credential["iss"] == DID
    assert credential["credentialSubject"]["achievement"]["name"] == "Күтім негіздері"
    assert credential["id"] == f"https://seminar.example.org/v/{entry.code}"
    assert credential["validFrom"].startswith("2025-06-01T19:00:00") and credential["validUntil"].startswith(
        "2026-06-02T19:00:00"
    )


def run_verifier(path: Path, recipient: str, key: Path) -> tuple[int, dict[str, Any]]:
    """Run openbadgeslib's own command and return its exit code and answer; 0 is valid and trusted."""
    command = [sys.executable, "-m", "openbadgeslib.openbadges_verifier", "--json"]
    options = ["--filein", str(path), "--receptor", recipient, "--pubkey", str(key)]
    done = subprocess.run([*command, *options], capture_output=True, text=True, cwd=path.parent)
    return done.returncode, json.loads(done.stdout)


def download_badge_picture(visitor: Visitor, session: Session, entry: IssuedCertificate) -> bytes:
    """Return the picture of the badge that the holder downloads."""
    address = f"/r/{session.get_one(Registration, entry.registration_id).token}/badge.svg"
    return bytes(visitor.get(address, buffered=True).response.data)


@pytest.mark.parametrize("email", ["aigul@example.org", ""])
def test_the_command_of_a_badge_library_accepts_the_badge_of_its_holder_alone(
    stranger: Visitor, session: Session, past_seminar: Seminar, tmp_path: Path, email: str
) -> None:
    register_eligible_person(session, past_seminar, email=email)
    [entry] = issue_to_eligible(session, past_seminar)
    badge, key = tmp_path / "badge.svg", tmp_path / "issuer.pem"
    badge.write_bytes(download_badge_picture(stranger, session, entry))
    public_key = load_keyring(session.info["app"].extensions["settings"]).signing_key.public_key()
    key.write_bytes(public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    holder = f"https://seminar.example.org/v/{entry.code}#holder"
    code, answer = run_verifier(badge, holder, key)
    assert (code, answer["valid"], answer["trusted"], answer["identifiers"]) == (0, True, True, int(bool(email))), (
        answer
    )
    assert run_verifier(badge, holder.replace(entry.code, "0" * 17), key)[0] == 1


def test_a_badge_knows_its_holder_by_a_salted_hash_and_names_nobody(
    stranger: Visitor, session: Session, past_seminar: Seminar, project: Project
) -> None:
    registration = register_eligible_person(session, past_seminar)
    other = create_seminar(session, project, past_seminar.sessions[0].starts_at, slug="other")
    register_eligible_person(session, other)
    [entry], [second] = (issue_to_eligible(session, seminar) for seminar in (past_seminar, other))
    keys, person, identities = download_published_keys(stranger), registration.person, []
    for issued in (entry, second):
        credential = verify_token(download_badge_token(stranger, session, issued), keys)
        [identity] = credential["credentialSubject"]["identifier"]
        assert (identity["hashed"], identity["identityType"]) == (True, "emailAddress")
        salted = (person.email + identity["salt"]).encode()
        assert identity["identityHash"] == "sha256$" + hashlib.sha256(salted).hexdigest()
        identities.append((identity["salt"], identity["identityHash"]))
        text = json.dumps(credential, ensure_ascii=False)
        for secret in (
            person.surname,
            person.given_name,
            person.patronymic,
            person.email,
            person.phone,
            person.workplace,
        ):
            assert secret and secret not in text
    assert not set(identities[0]) & set(identities[1])
    person.email = ""
    credential = verify_token(download_badge_token(stranger, session, entry), keys)
    assert "identifier" not in credential["credentialSubject"] and credential["sub"]


@pytest.mark.parametrize(
    ("language", "words", "foreign"),
    [
        ("kk", ["«Күтім негіздері» тақырыптық семинарына", "8 академиялық сағат", "Сертификат"], "[A-Za-z]"),
        (
            "ru",
            ["за участие в тематическом семинаре «Основы ухода»", "8 академических часов", "Сертификат"],
            "[ҚқҒғҢңӘәӨө]",
        ),
        (
            "en",
            ["for taking part in the thematic seminar “The basics of care”", "8 academic hours", "Certificate"],
            "[А-я]",
        ),
    ],
)
def test_every_text_of_a_badge_is_in_the_language_of_the_certificate(
    stranger: Visitor, session: Session, past_seminar: Seminar, language: str, words: list[str], foreign: str
) -> None:
    for name in ("title", "grantee"):
        setattr(past_seminar.project, name, Translated("Жоба", "Наш проект", "Our project"))
    past_seminar.valid_months = None
    register_eligible_person(session, past_seminar, language=language)
    [entry] = issue_to_eligible(session, past_seminar)
    credential = verify_token(download_badge_token(stranger, session, entry), download_published_keys(stranger))
    achievement = credential["credentialSubject"]["achievement"]
    svg = download_badge_picture(stranger, session, entry).decode()
    drawn = re.findall(r"<t(?:itle|ext)[^>]*>([^<]*)<", svg)
    texts = [
        *(credential["name"], credential["issuer"]["name"], achievement["name"], achievement["description"]),
        *(achievement["criteria"]["narrative"], *drawn[:2]),
    ]
    for word in words:
        assert any(word in text for text in texts), word
    assert not [text for text in texts if re.search(foreign, text)]
    assert f'lang="{language}"' in svg


def test_a_changed_badge_is_refused(stranger: Visitor, session: Session, entry: IssuedCertificate) -> None:
    head, body, signature = download_badge_token(stranger, session, entry).split(".")
    payload = json.loads(base64.urlsafe_b64decode(body + "=="))
    payload["credentialSubject"]["id"] = "https://example.org/somebody-else"
    forged = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    with pytest.raises(BadSignatureError):
        verify_token(f"{head}.{forged}.{signature}", download_published_keys(stranger))


def test_a_badge_stays_genuine_when_the_key_is_rotated(
    stranger: Visitor, session: Session, entry: IssuedCertificate
) -> None:
    token = download_badge_token(stranger, session, entry)
    rotate_signing_key(get_signing_key_path(session.info["app"].extensions["settings"]))
    assert verify_token(token, download_published_keys(stranger))["iss"] == DID


def test_a_badge_library_follows_issuer_and_status(
    stranger: Visitor, session: Session, entry: IssuedCertificate, clock: time_machine.Traveller
) -> None:
    token = download_badge_token(stranger, session, entry)
    verifier = OB3Verifier.for_issuer_did(DID, download_badge_document(stranger))
    credential = verifier.verify(token, check_status=True, download=download_badge_document(stranger))
    assert credential.achievement.name == "Күтім негіздері"
    entry.status, entry.invalidation_reason, entry.invalidated_at = "revoked", "issued_in_error", NOON
    with pytest.raises(OB3VerificationError):
        verifier.verify(token, check_status=True, download=download_badge_document(stranger))


def test_the_status_list_has_the_bit_of_each_invalid_certificate(
    stranger: Visitor, session: Session, entry: IssuedCertificate
) -> None:
    entry.status, entry.invalidation_reason, entry.invalidated_at = "replaced", "correction", NOON
    answer = stranger.get("/status/0").response
    assert answer.mimetype == "application/vc+jwt"
    subject = verify_token(answer.get_data(as_text=True), download_published_keys(stranger))["credentialSubject"]
    packed = subject["encodedList"]
    bits = gzip.decompress(base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)))
    assert (packed[0], len(bits) * 8) == ("u", STATUS_LIST_BITS)
    assert [index for index in range(STATUS_LIST_BITS) if bits[index // 8] & 0x80 >> index % 8] == [entry.id]


def test_the_picture_carries_the_same_credential(stranger: Visitor, session: Session, entry: IssuedCertificate) -> None:
    address = f"/r/{session.get_one(Registration, entry.registration_id).token}/badge.svg"
    svg = stranger.get(address, buffered=True).response.get_data(as_text=True)
    match = re.search(r'verify="([^"]+)"', svg)
    assert match is not None and verify_token(match.group(1), download_published_keys(stranger))["iss"] == DID
    assert entry.serial in svg


def test_a_revoked_certificate_offers_no_badge(stranger: Visitor, session: Session, entry: IssuedCertificate) -> None:
    token = session.get_one(Registration, entry.registration_id).token
    assert f"/r/{token}/badge.svg" in stranger.get(f"/r/{token}").list_links()
    entry.status, entry.invalidation_reason, entry.invalidated_at = "revoked", "issued_in_error", NOON
    stranger.get(f"/r/{token}/badge.json", status=404)
    assert f"/r/{token}/badge.svg" not in stranger.get(f"/r/{token}").list_links()

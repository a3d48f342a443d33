"""Certificates as Open Badges 3.0: credentials for wallets, signed as VC-JWT with the keys of the seal, with a status list.

The issuer is did:web:<host>, its keys are published in /.well-known/did.json. A certificate's status is bit
`id % STATUS_LIST_BITS` in list `id // STATUS_LIST_BITS` (W3C Bitstring Status List 1.0). openbadgeslib is an optional
dependency, imported when needed.

A badge reveals nothing about its holder: `credentialSubject.id` is the address of the certificate with `#holder`, and where the
holder gave an email, `identifier` has its salted hash, by which a wallet that knows the email recognises its owner (Open Badges
3.0, B.1.2 and B.1.13). Every text is in the first language of the certificate.
"""

from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape

from sqlalchemy import select
from sqlalchemy.orm import Session

from certificates import (
    DEFAULT_HEADINGS,
    Keyring,
    compute_key_id,
    format_academic_hours,
    format_award_reason,
    format_heading_as_word,
)
from trainer.fingerprint import compute_fingerprint
from trainer.issuing.issuance.facts import PrintedFacts, parse_printed_facts
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.issuing.register import get_certificate_zone
from trainer.language.translated import Translated

STATUS_LIST_BITS = 131_072  # minimum of the specification, for privacy
STATUS_LIST_LIFETIME = timedelta(days=2)  # verifiers refuse an older list

BADGE_CRITERIA = Translated(
    "Сабақтардың белгіленген үлесіне қатысу және ұйымдастырушының шарттарын орындау.",
    "Участие в установленной доле занятий и выполнение условий организатора.",
    "Attending the required share of the sessions and meeting the organiser’s conditions.",
)
BADGE_SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img" lang="{language}">
<title>{title}</title>
<circle cx="200" cy="200" r="190" fill="#fffdf8" stroke="#0d4d5c" stroke-width="12"/>
<circle cx="200" cy="200" r="172" fill="none" stroke="#a9853a" stroke-width="3"/>
<path d="m132 176 48 48 92-104" fill="none" stroke="#0d4d5c" stroke-width="22" stroke-linecap="round" stroke-linejoin="round"/>
<text x="200" y="290" text-anchor="middle" font-family="serif" font-size="30" fill="#0d4d5c">{heading}</text>
<text x="200" y="324" text-anchor="middle" font-family="monospace" font-size="20" fill="#57646a">{serial}</text>
</svg>"""


def are_badges_available() -> bool:
    """Return whether this installation can create badges."""
    return find_spec("openbadgeslib") is not None


def build_issuer_did(host: str) -> str:
    """Return the issuer's did:web; the colon of a port becomes %3A."""
    return f"did:web:{quote(host, safe='')}"


def render_did_document(keyring: Keyring, host: str) -> dict[str, Any]:
    """Return the DID document: every public key that ever signed, the current one first."""
    from openbadgeslib.ob3 import build_did_document

    return dict(build_did_document(build_issuer_did(host), [(key["kid"], key) for key in list_wallet_keys(keyring)]))


def list_wallet_keys(keyring: Keyring) -> list[dict[str, str]]:
    """Return the public keys without algorithm name: wallets call it EdDSA, newer software Ed25519."""
    return [{name: key[name] for name in ("kty", "crv", "x", "kid")} for key in keyring.build_jwks()["keys"]]


def create_badge(issued: IssuedCertificate, keyring: Keyring, base_url: str, host: str) -> str:
    """Return a certificate as a signed credential (compact VC-JWT); the same certificate and key give the same text."""
    from openbadgeslib.ob3 import Achievement, Issuer, OpenBadgeCredential, status_entry

    facts = parse_printed_facts(issued)
    language = issued.facts["languages"][0]
    list_number, index = divmod(issued.id, STATUS_LIST_BITS)
    zone = get_certificate_zone(issued)
    credential = OpenBadgeCredential(
        id=f"{base_url}/v/{issued.code}",
        issuer=Issuer(build_issuer_did(host), facts.issuer.get_text(language), url=base_url),
        recipient_id=build_subject_id(issued, base_url),
        identifiers=list_hashed_identities(issued),
        achievement=Achievement(
            id=f"{base_url}/v/{issued.code}#achievement",
            name=facts.title.get_text(language),
            description=describe_achievement(facts, language),
            criteria_narrative=BADGE_CRITERIA.get_text(language),
            achievement_type="CertificateOfCompletion" if facts.kind == "completion" else "Certificate",
        ),
        issuance_date=datetime.combine(facts.issued_on, datetime.min.time(), zone),
        expiration_date=(
            datetime.combine(facts.expires_on + timedelta(days=1), datetime.min.time(), zone)
            if facts.expires_on
            else None
        ),
        credential_status=[status_entry(f"{base_url}/status/{list_number}", "revocation", index)],
    )
    return sign_credential(credential.to_jwt_payload(), keyring, host)


def build_subject_id(issued: IssuedCertificate, base_url: str) -> str:
    """Return the identifier of a badge's holder, which says nothing about the person; wallets and verifiers ask for it."""
    return f"{base_url}/v/{issued.code}#holder"


def list_hashed_identities(issued: IssuedCertificate) -> list[Any]:
    """Return the holder's email as a salted hash; an empty list if there is none, or no longer.

    The salt follows from the code: the same certificate gives the same badge, and two badges of a person have different hashes.
    """
    from openbadgeslib.ob3 import IdentityObject

    email = issued.registration.person.email if issued.registration is not None else ""
    return [IdentityObject.create(email, salt=compute_fingerprint(["badge", issued.code], 32))] if email else []


def describe_achievement(facts: PrintedFacts, language: str) -> str:
    """Return what a badge was awarded for, in whole words of one language."""
    parts = (
        format_award_reason(facts.kind, facts.event_kind, facts.title.get_text(language), language),
        facts.project.get_text(language),
        format_academic_hours(facts.hours, language),
    )
    return " · ".join(filter(None, parts))


def sign_credential(payload: dict[str, Any], keyring: Keyring, host: str) -> str:
    """Sign a credential as VC-JWT; the key is named by its id in the DID document."""
    import jwt

    identifier = compute_key_id(keyring.public_key).hex()
    headers = {"typ": "vc+jwt", "kid": f"{build_issuer_did(host)}#{identifier}", "jwk": list_wallet_keys(keyring)[0]}
    return jwt.encode(payload, keyring.signing_key, algorithm="EdDSA", headers=headers)


def wrap_credential(token: str) -> dict[str, str]:
    """Return a signed credential as a JSON document (VC Data Model 2.0 §4.13)."""
    return {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{token}",
        "type": "EnvelopedVerifiableCredential",
    }


def render_badge_svg(issued: IssuedCertificate, token: str) -> bytes:
    """Return the badge as an SVG that carries the signed credential, as wallets exchange them."""
    from openbadgeslib import baking

    facts = parse_printed_facts(issued)
    language = issued.facts["languages"][0]
    svg = BADGE_SVG.format(
        title=escape(facts.title.get_text(language)),
        heading=escape(facts.heading.get_text(language) or format_heading_as_word(DEFAULT_HEADINGS[language])),
        serial=facts.serial,
        language=language,
    )
    return bytes(baking.bake_svg(svg.encode(), token, element=baking.SVG_ELEMENT_OB3, namespace=baking.SVG_NS_OB3))


def create_status_list(
    session: Session, list_number: int, keyring: Keyring, base_url: str, host: str, now: datetime
) -> str:
    """Return a status list as a signed credential: the bit of each certificate that is no longer in force is set."""
    from openbadgeslib.ob3 import build_status_list_credential

    first_id = list_number * STATUS_LIST_BITS
    invalid_ids = session.scalars(
        select(IssuedCertificate.id).where(
            IssuedCertificate.id >= first_id,
            IssuedCertificate.id < first_id + STATUS_LIST_BITS,
            IssuedCertificate.status != CertificateStatus.VALID,
        )
    )
    document = build_status_list_credential(
        build_issuer_did(host),
        f"{base_url}/status/{list_number}",
        "revocation",
        (certificate_id - first_id for certificate_id in invalid_ids),
        size_bits=STATUS_LIST_BITS,
        issued=now,
        valid_until=now + STATUS_LIST_LIFETIME,
    )
    payload = {**document, "iss": document["issuer"], "jti": document["id"], "nbf": int(now.timestamp())}
    return sign_credential(payload, keyring, host)

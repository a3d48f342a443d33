"""A chain of replacements: whoever checks any of its certificates is told of its last one, and how that one stands."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from certificates import format_inspection, hash_code, inspect_pdf, inspect_text, parse_register
from tests.factories import NOON, issue_to_eligible, register_eligible_person
from tests.page import get_words
from tests.qr_pictures import draw_qr, encode_picture
from tests.visitor import Visitor
from trainer.issuing.issuance.context import build_issuing_context
from trainer.issuing.issuance.keys import load_keyring
from trainer.issuing.models import InvalidationReason, IssuedCertificate
from trainer.issuing.register import build_public_register
from trainer.issuing.revocation.revocation import correct_name, renew_certificate, revoke_certificate
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

SENTENCES = {"valid": "in force", "expired": "expired", "revoked": "revoked. No other certificate is in force."}


@pytest.fixture
def chain(
    session: Session, past_seminar: Seminar, app: Flask, clock: time_machine.Traveller
) -> list[IssuedCertificate]:
    """Return four certificates of one person, each of which replaced the one before; valid for a year."""
    past_seminar.valid_months = 12
    register_eligible_person(session, past_seminar)
    certificates = issue_to_eligible(session, past_seminar)
    with app.app_context():
        context = build_issuing_context(app.extensions["settings"])
        certificates.append(correct_name(session, certificates[-1], "Өтегенова Айгүл", context, NOON))
        certificates.append(renew_certificate(session, certificates[-1], context, NOON))
        certificates.append(correct_name(session, certificates[-1], "Ötegenova Aigül", context, NOON))
    session.commit()
    return certificates


@pytest.mark.parametrize("end", ["valid", "expired", "revoked"])
def test_every_way_of_checking_names_the_end_of_the_chain(
    app: Flask,
    stranger: Visitor,
    organizer: Visitor,
    session: Session,
    chain: list[IssuedCertificate],
    clock: time_machine.Traveller,
    end: str,
) -> None:
    *replaced, last = chain
    if end == "revoked":
        revoke_certificate(session, last, InvalidationReason.ISSUED_IN_ERROR, "", None, NOON)
    if end == "expired":
        last.expires_on = (NOON - timedelta(days=1)).date()
    session.commit()
    settings = app.extensions["settings"]
    with app.app_context():
        keyring = load_keyring(settings)
        exported = build_public_register(session, keyring, settings.host_name, NOON)
    register = parse_register(json.dumps(exported).encode())
    named = {"code": last.code, "serial": last.serial, "verdict": end}
    listed = stranger.client.get("/verify/withdrawn.json").get_json()["replaced_by"]
    for old in replaced:
        page = stranger.get(f"/v/{old.code}?lang=en")
        assert f"№ {last.serial}: {SENTENCES[end]}" in page.words
        assert [link for link in page.list_links() if link.startswith("/v/") and "?" not in link] == [f"/v/{last.code}"]
        answer = stranger.client.get(f"/v/{old.code}", headers={"Accept": "application/json"}).get_json()
        assert (answer["verdict"], answer["replacement"], answer["withdrawn"]["replaced_by"]) == (
            *("replaced", named),
            last.code,
        )
        file_answer = stranger.client.get(f"/verify/file/{old.pdf_sha256}").get_json()
        assert (file_answer["verdict"], file_answer["replacement"]) == ("replaced", named)
        assert listed[hash_code(old.code)] == {"serial": last.serial, "code_sha256": hash_code(last.code)}
        content = Storage.from_settings(settings).load_content(old.pdf_sha256)
        for inspection in (
            inspect_text(old.qr_text, keyring.public_keys, register, NOON),
            inspect_pdf(content, keyring.public_keys, register, NOON),
        ):
            assert f"It is replaced by {last.serial}, which is {end}." in format_inspection(inspection)
        desk = organizer.get(f"/desk/certificates/{old.serial}").words
        assert last.serial in desk
    assert last.code not in json.dumps([exported, listed])
    token = session.get_one(Registration, last.registration_id).token
    personal = stranger.get(f"/r/{token}?lang=en").words
    assert last.serial in personal and all(old.serial not in personal for old in replaced)
    assert ("Your certificate has been revoked" in personal) == (end == "revoked")


def test_a_photo_of_the_oldest_leads_to_the_page_that_names_the_last(
    stranger: Visitor, chain: list[IssuedCertificate]
) -> None:
    picture = BytesIO(encode_picture(draw_qr(chain[0].qr_text)))
    answer = stranger.post("/verify/photo", {"photo": (picture, "paper.png")})
    assert chain[-1].serial in stranger.follow(answer).words


def test_an_older_register_that_names_no_replacement_is_still_read(chain: list[IssuedCertificate], app: Flask) -> None:
    keys = load_keyring(app.extensions["settings"]).public_keys
    entry = {"code_sha256": hash_code(chain[0].code), "pdf_sha256": "", "state": "replaced", "expires_at": None}
    register = parse_register(json.dumps({"certificates": [entry]}).encode())
    inspection = inspect_text(chain[0].qr_text, keys, register, NOON)
    assert (inspection.finding, inspection.successor) == ("replaced", None)


def test_a_preview_of_the_link_says_nothing_that_may_become_untrue(
    stranger: Visitor, session: Session, chain: list[IssuedCertificate]
) -> None:
    addresses = ["/verify?lang=en", *(f"/v/{issued.code}?lang=en" for issued in chain)]
    for address in addresses:
        page = stranger.get(address)
        previewed = [meta.get("content") for meta in page.find_all("meta") if (meta.get("property") or "")[:3] == "og:"]
        title = get_words(page.get_element("title")).split(" · ")[0]
        assert title == "Check a certificate"
        assert set(previewed) <= {title, "Open the link to see whether the certificate is in force today."}

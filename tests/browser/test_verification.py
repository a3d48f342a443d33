"""A verifier's browser: a genuine seal, a forged one, a file, a camera, and no network."""

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, expect
from sqlalchemy.orm import Session

from certificates import seal, unseal
from certificates.characters import MEANINGLESS_PATTERN
from certificates.sealing import claims
from tests.browser.axe import list_axe_violations
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.browser.verification import (
    forge_seal,
    load_certificate_file,
    open_certificate,
    render_certificate_picture,
    replace_twice,
)
from tests.browser.waiting import wait_until_offline_ready
from tests.certificates.sample import FACTS, HOST, KEYRING, OTHER_KEYRING
from tests.certificates.vectors import SEAL_PLACEHOLDER, VECTORS_FILE, build_vectors
from tests.factories import MARINA, NOON, issue_to_eligible, register_eligible_person
from trainer.issuing.models import IssuedCertificate
from trainer.language.translated import Translated
from trainer.seminars.models import Seminar

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]


def test_the_seal_on_the_paper_is_joined_to_the_register(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    page = open_certificate(phone_context, certificate.qr_text)
    expect(page.locator("#genuine")).to_be_visible()
    expect(page.locator("h1")).to_have_text("The certificate is valid")
    assert list_axe_violations(page) == []


def test_a_code_without_a_seal_is_answered_by_the_register_alone(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    page = open_certificate(phone_context, certificate.qr_text.partition("#")[0])
    expect(page.locator("#genuine")).to_be_hidden()
    expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_a_forged_seal_is_above_every_valid(
    phone_context: BrowserContext, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    text = certificate.qr_text
    other = seal(FACTS, KEYRING, HOST)
    for forged in (
        text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:],
        text.partition("#")[0] + "#" + other,
    ):
        page = open_certificate(phone_context, forged)
        expect(page.locator("h1")).to_have_text("The certificate is forged")
        expect(page).to_have_title("The certificate is forged · Seminars")
        expect(page.locator("#forged")).to_be_visible()
        expect(page.locator("#verdict")).to_have_class("verdict bad")
        assert "m14 25" not in page.locator("#verdict svg").inner_html(), "no tick stands beside the word forged"
    assert list_axe_violations(page) == []


def test_a_damaged_link_is_called_damaged_with_the_answer_of_the_register(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    text = certificate.qr_text
    for damaged in (text[:-8], f"{text}A", text[: text.index("#") + 2]):
        page = open_certificate(phone_context, damaged)
        expect(page.locator("h1")).to_have_text("The link is damaged")
        expect(page.locator("#verdict")).to_have_class("verdict warn")
        expect(page.locator("#damaged")).to_contain_text("The certificate is valid")
        expect(page).to_have_title("The link is damaged · Seminars")
    assert list_axe_violations(page) == []


def test_a_link_that_can_be_read_is_read_in_the_browser(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    text, code = certificate.qr_text, certificate.code
    for damaged in (
        f"{text}.",
        f"{text})",
        f"{text}%20",
        f"{text}\u200b",
        f"{text}#_=_",
        f"{text}&utm_source=mail",
        text.lower(),
        text.replace("#", "%23"),
        text.replace("#", ".#"),
        text.replace(code, code[:-1]),
        text.replace(code, code[:5]),
    ):
        page = open_certificate(phone_context, damaged)
        expect(page.locator("#genuine")).to_be_visible()
        expect(page.locator("h1")).to_have_text("The certificate is valid")
        expect(page).to_have_title("The certificate is valid · Seminars")
        page.close()
    page = phone_context.new_page()
    page.goto(f"/v/{code}/#{text.partition('#')[2]}")
    expect(page.locator("#genuine")).to_be_visible()
    page = open_certificate(phone_context, text.partition("#")[0] + "#_=_")
    expect(page.locator("h1")).to_have_text("The certificate is valid")
    expect(page.locator("#genuine")).to_be_hidden()


def test_a_paper_stays_what_it_is_in_every_language_and_with_a_query(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    tick, text = "m14 25", certificate.qr_text
    for paper, answer in (
        (text, "#genuine"),
        (text[:-8], "#damaged"),
        (text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:], "#forged"),
        (text.replace("#", "?utm_source=mail#"), "#genuine"),
    ):
        page = open_certificate(phone_context, paper)
        expect(page.locator(answer)).to_be_visible()
        for language in ("ru", "kk", "en"):
            page.click(f".languages a[hreflang={language}]")
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator(answer)).to_be_visible()
        assert (tick in page.locator("#verdict svg").inner_html()) == (answer == "#genuine")


def test_without_a_network_a_paper_stays_on_the_page_in_every_language(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    page = phone_context.new_page()
    page.goto("/verify")
    wait_until_offline_ready(page)
    phone_context.set_offline(True)
    page.goto("/v/" + certificate.qr_text.rpartition("/")[2])
    page.click(".languages a[hreflang=ru]")
    expect(page).to_have_url(re.compile(f"/v/{certificate.code}.lang=ru#"))
    expect(page.locator("#result h2")).to_have_text("The seal is genuine")


def test_facts_that_differ_from_the_register_are_named(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate
) -> None:
    certificate.recipient = "Соколова Марина"
    served_session.commit()
    page = open_certificate(phone_context, certificate.qr_text)
    expect(page.locator("h1")).to_have_text("The certificate is forged")
    assert page.locator(".differs").all_inner_texts() == ["Соколова Марина"]


def test_a_genuine_seal_that_the_register_does_not_know_is_said(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate
) -> None:
    text = certificate.qr_text
    served_session.delete(certificate)
    served_session.commit()
    page = open_certificate(phone_context, text)
    expect(page.locator("h1")).to_have_text("No certificate with this code was issued")
    expect(page.locator("#unregistered")).to_be_visible()


def test_without_a_network_the_seal_answers_and_what_was_not_checked_is_said(
    phone_context: BrowserContext, certificate: IssuedCertificate
) -> None:
    page = phone_context.new_page()
    page.goto("/verify")
    wait_until_offline_ready(page)
    phone_context.set_offline(True)
    begun = time.perf_counter()
    page.goto("/V/" + certificate.qr_text.rpartition("/")[2])
    result = page.locator("#result")
    expect(result.locator("h2")).to_have_text("The seal is genuine")
    took = time.perf_counter() - begun
    print(f"offline verdict after {took:.2f} s")
    expect(result).to_contain_text(certificate.recipient)
    expect(result).to_contain_text("could not check whether it has been revoked")
    page.reload()
    expect(result.locator("h2")).to_have_text("The seal is genuine")
    page.goto("/v/" + forge_seal(certificate.qr_text).rpartition("/")[2])
    expect(result.locator("h2")).to_have_text("The certificate is forged")
    expect(page).to_have_title("The certificate is forged · Seminars")
    page.goto("/v/" + certificate.qr_text.rpartition("/")[2][:-8])
    expect(result.locator("h2")).to_have_text("The link is damaged")
    page.goto(f"/v/{certificate.code}")
    expect(result.locator("h2")).to_have_text("This can’t be checked offline")
    page.goto(f"/verify?code={certificate.code[:-1]}")
    expect(result.locator("h2")).to_have_text("The code is mistyped")
    assert list_axe_violations(page) == []


def test_without_a_network_the_kept_list_still_knows_the_withdrawn(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate
) -> None:
    certificate.status, certificate.invalidation_reason, certificate.invalidated_at = "revoked", "issued_in_error", NOON
    served_session.commit()
    page = open_certificate(phone_context, certificate.qr_text)
    wait_until_offline_ready(page)
    phone_context.set_offline(True)
    later = phone_context.new_page()
    later.goto("/v/" + certificate.qr_text.rpartition("/")[2])
    expect(later.locator("#result h2")).to_have_text("The certificate has been revoked")


def test_without_a_network_the_kept_list_names_the_end_of_a_chain(
    served: tuple[Flask, str],
    phone_context: BrowserContext,
    served_session: Session,
    certificate: IssuedCertificate,
) -> None:
    last = replace_twice(served, served_session, certificate)
    page = open_certificate(phone_context, certificate.qr_text)
    expect(page.locator("main")).to_contain_text(f"№ {last.serial}: revoked. No other certificate is in force.")
    wait_until_offline_ready(page)
    phone_context.set_offline(True)
    later = phone_context.new_page()
    later.goto("/v/" + certificate.qr_text.rpartition("/")[2])
    expect(later.locator("#result h2")).to_have_text("The certificate has been replaced")
    expect(later.locator("#result")).to_contain_text(f"replaced by certificate № {last.serial}, which has been revoked")


def test_no_page_of_a_person_is_kept(phone_context: BrowserContext, certificate: IssuedCertificate) -> None:
    page = open_certificate(phone_context, certificate.qr_text)
    wait_until_offline_ready(page)
    page.goto("/verify")
    cached = page.evaluate(
        """async () => {
            const cache = await caches.open("verification");
            const texts = (await cache.keys()).map(async (each) => each.url + await (await cache.match(each)).text());
            return (await Promise.all(texts)).join(" ");
        }"""
    )
    assert "/verify" in cached and "seal.js" in cached
    assert certificate.recipient not in cached and certificate.code not in cached


def test_browser_and_library_agree_on_every_seal(phone_context: BrowserContext) -> None:
    text = build_vectors()["genuine"][1]["qr_text"]
    head, sealed = text.split("#")
    changed = [
        f"{head}#{sealed[:at]}{'A' if sealed[at] != 'A' else 'B'}{sealed[at + 1 :]}" for at in range(len(sealed))
    ]
    cut = [f"{head}#{sealed[:length]}" for length in range(len(sealed))]
    mixed = [f"{head}#{sealed[at:]}{sealed[:at]}" for at in range(1, len(sealed), 7)]
    doubled = [text * 2, f"{head}#{sealed}{sealed}", sealed, f" {text} ", text.lower(), "", "#", "😀", "A" * 5000]
    queries = [f"{head}{query}#{sealed}" for query in ("?lang=ru", "/?a=b?c/d", "?", "?v=/v/0", "0?", "&a")]
    listed = [vector["qr_text"] for vector in (*build_vectors()["genuine"], *build_vectors()["forged"])]
    texts = [*changed, *cut, *mixed, *doubled, *queries, *listed, f"{head}#{seal(FACTS, OTHER_KEYRING, HOST)}"]
    page = phone_context.new_page()
    page.goto("/verify")
    answers: list[dict[str, Any]] = page.evaluate(
        """async ([texts, jwks]) => {
            const { importKeys, unseal } = await import("/static/js/seal.js");
            const keys = await importKeys(jwks);
            return Promise.all(texts.map((text) => unseal(text, keys)));
        }""",
        [texts, KEYRING.build_jwks()],
    )
    for each, answer in zip(texts, answers, strict=True):
        verdict = unseal(each, KEYRING.public_keys)
        assert (answer["genuine"], answer["reason"]) == (verdict.is_genuine, verdict.reason), each
    genuine = next(answer["facts"] for each, answer in zip(texts, answers, strict=True) if each == text)
    assert genuine == build_vectors()["genuine"][1]["facts"]


def test_browser_and_library_read_links_alike(phone_context: BrowserContext) -> None:
    published = json.loads(VECTORS_FILE.read_text(encoding="utf-8"))
    sealed, links = published["seal_of_links"], published["links"]
    page = phone_context.new_page()
    page.goto("/verify")
    answers = page.evaluate(
        """async ([texts, jwks]) => {
            const { importKeys, unseal } = await import("/static/js/seal.js");
            const { parseLink } = await import("/static/js/link.js");
            const keys = await importKeys(jwks);
            return Promise.all(texts.map(async (text) => ({ ...parseLink(text), reason: (await unseal(text, keys)).reason })));
        }""",
        [[link["text"].replace(SEAL_PLACEHOLDER, sealed) for link in links], {"keys": published["keys"]}],
    )
    for link, answer in zip(links, answers, strict=True):
        expected = {
            name: (value or "").replace(SEAL_PLACEHOLDER, sealed) or value
            for name, value in link.items()
            if name != "text"
        }
        assert answer == expected, link["text"]
    characters = page.evaluate(
        """async () => {
            const { removeMeaninglessCharacters } = await import("/static/js/characters.js");
            return Array.from({ length: 0x10000 }, (_none, point) => removeMeaninglessCharacters(String.fromCharCode(point)) ? 0 : point);
        }"""
    )
    assert characters == [point if MEANINGLESS_PATTERN.match(chr(point)) else 0 for point in range(0x10000)]


def test_without_a_script_the_page_says_that_the_seal_was_not_checked(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=served[1], locale="en-GB")
    page = context.new_page()
    page.goto("/v/" + forge_seal(certificate.qr_text).rpartition("/")[2])
    expect(page.locator("#unverified")).to_be_visible()
    assert "valid" not in page.title()
    page.goto(f"/verify?code={certificate.code}")
    expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_without_a_script_a_photo_is_read_by_the_server(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    context = browser.new_context(java_script_enabled=False, base_url=served[1], locale="en-GB")
    page = context.new_page()
    page.goto("/verify")
    page.set_input_files("#photo-form input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"nothing"})
    page.click("#photo-form button")
    expect(page.locator("#photo-error")).to_contain_text("can’t be read")
    page.set_input_files(
        "#photo-form input",
        {
            "name": "p.png",
            "mimeType": "image/png",
            "buffer": render_certificate_picture(load_certificate_file(served, certificate)),
        },
    )
    page.click("#photo-form button")
    expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_the_camera_reads_the_code_and_leads_to_the_verdict(
    browser: Browser, served: tuple[Flask, str], certificate: IssuedCertificate, camera_film: Path
) -> None:
    camera = ("fake-ui-for-media-stream", "fake-device-for-media-stream", f"file-for-fake-video-capture={camera_film}")
    switches = [*CHROMIUM_ARGUMENTS, *(f"--use-{option}" for option in camera)]
    with browser.browser_type.launch(executable_path=CHROMIUM, args=switches) as chromium:
        page = chromium.new_page(base_url=served[1], locale="en-GB")
        page.goto("/verify")
        page.click("#camera")
        expect(page.locator("#genuine")).to_be_visible(timeout=20_000)
        expect(page.locator("h1")).to_have_text("The certificate is valid")


def test_the_published_documents_are_readable_from_other_sites(
    served: tuple[Flask, str], certificate: IssuedCertificate
) -> None:
    client = served[0].test_client()
    for address in ("/.well-known/jwks.json", "/verify/withdrawn.json"):
        assert client.get(address).headers["Access-Control-Allow-Origin"] == "*"
    assert json.loads(client.get("/.well-known/jwks.json").text)["keys"][0]["crv"] == "Ed25519"


@pytest.mark.parametrize("longest_sealed", [60, 120])
def test_a_title_that_was_cut_to_be_sealed_contradicts_nothing(
    phone_context: BrowserContext,
    served_session: Session,
    certificate: IssuedCertificate,
    monkeypatch: pytest.MonkeyPatch,
    longest_sealed: int,
) -> None:
    """Earlier seals hold up to 120 characters of the title."""
    monkeypatch.setattr(claims, "MAX_TITLE_LENGTH", longest_sealed)
    seminar = served_session.get_one(Seminar, certificate.seminar_id)
    title = "Ерте жастағы балалар күтімінің негіздері " * 3 + "мен тәжірибесі"
    seminar.title = Translated(title, title, "")
    register_eligible_person(served_session, seminar, MARINA)
    served_session.commit()
    [issued] = issue_to_eligible(served_session, seminar)
    page = open_certificate(phone_context, issued.qr_text)
    expect(page.locator("#genuine")).to_be_visible()
    expect(page.locator("h1")).to_have_text("The certificate is valid")


@pytest.mark.parametrize("title", ["Ерте жастағы", "…"])
def test_a_title_that_is_not_the_sealed_one_is_forged(
    phone_context: BrowserContext, served_session: Session, certificate: IssuedCertificate, title: str
) -> None:
    certificate.facts = {**certificate.facts, "title": {"kk": title, "ru": title, "en": ""}}
    served_session.commit()
    expect(open_certificate(phone_context, certificate.qr_text).locator("h1")).to_have_text("The certificate is forged")

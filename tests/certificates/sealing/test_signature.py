"""The PAdES signature: accepted by pyHanko's validator and by poppler's, broken by one changed byte, and kept within PDF/A-2b."""

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import example, given
from hypothesis import strategies as st
from pikepdf import pdfa

from certificates import Design, SignatureProblem, SignatureUnusable, Signer, inspect_pdf, render
from tests.certificates.sample import FACTS, ISSUER, KEYRING, build_qr_text
from tests.certificates.sealing.signing_keys import (
    CERTIFICATE,
    EC_KEY,
    FIRST_DAY,
    LAST_DAY,
    P12,
    PEM,
    RSA_KEY,
    SECRET,
    create_certificate,
    dump_pem,
    dump_pkcs12,
    is_signature_intact,
)

NOW = datetime.now(UTC)
PAPER = render(FACTS, Design.load("standard"), ISSUER, qr=build_qr_text())
PROBLEMS = SignatureProblem
OTHER_KEY = ec.generate_private_key(ec.SECP384R1())


def find_problem(content: bytes, secret: str = "", moment: datetime = NOW) -> SignatureProblem | None:
    """Return why a file can't sign, None if it can."""
    try:
        Signer.load(content, secret).require_valid_term(moment)
    except SignatureUnusable as error:
        return error.problem
    return None


def read_xmp(pdf: pikepdf.Pdf) -> list[str]:
    """Return what the metadata says about the kind of PDF/A and about the document."""
    metadata = pdf.open_metadata()
    return [
        metadata.pdfa_status,
        *(str(metadata[f"dc:{name}"]) for name in ("title", "identifier", "creator", "language")),
    ]


def list_pdfa_faults(before: bytes, after: bytes) -> list[str]:
    """Return why a signed file is no PDF/A-2b (ISO 19005-2), or says something else of itself than before.

    The checker knows neither forms nor extensions of others than Adobe: the signature's field (6.3.2, 6.4.1) and the extension are
    checked here, the rest by it.
    """
    with pikepdf.open(BytesIO(before)) as original, pikepdf.open(BytesIO(after)) as signed:
        [field] = signed.Root.AcroForm.Fields
        faults = {
            "version": (after[:8], signed.pdf_version, "/Version" in signed.Root) != (b"%PDF-1.7", "1.7", False),
            "metadata": read_xmp(signed) != read_xmp(original),
            "appearances": "/NeedAppearances" in signed.Root.AcroForm or "/XFA" in signed.Root.AcroForm,
            "flags of the field": int(field.F) & 0b100111 != 0b100,  # printed, not hidden
            "visible field": [int(side) for side in field.Rect] != [0] * 4,
        }
        faults["extension"] = (
            set(signed.Root.Extensions) != {"/ESIC"} or signed.Root.Extensions.ESIC.BaseVersion != "/1.7"
        )
        del signed.Root.AcroForm, signed.Root.Extensions, signed.pages[0].Annots
        faults["the rest"] = pdfa.check(signed, "2b").verdict != "pass"
    return [name for name, is_found in faults.items() if is_found]


FOR_EMAIL = create_certificate(purposes=[ExtendedKeyUsageOID.EMAIL_PROTECTION])
FOR_ANYTHING, FOR_SIGNATURES = create_certificate(usage=None), create_certificate(usage=["digital_signature"])
BY_RSA, BY_P384 = create_certificate(RSA_KEY), create_certificate(OTHER_KEY)


@pytest.mark.parametrize(
    ("content", "secret", "certificate"),
    [
        pytest.param(PEM, "", CERTIFICATE, id="pem"),
        pytest.param(PEM, "unneeded", CERTIFICATE, id="pem that needs no passphrase"),
        pytest.param(dump_pem(EC_KEY, CERTIFICATE, secret=SECRET), SECRET, CERTIFICATE, id="encrypted pem"),
        pytest.param(dump_pem(EC_KEY, BY_P384, CERTIFICATE), "", CERTIFICATE, id="chain first"),
        pytest.param(P12, SECRET, CERTIFICATE, id="p12"),
        pytest.param(dump_pkcs12(EC_KEY, CERTIFICATE, ""), "", CERTIFICATE, id="open p12"),
        pytest.param(dump_pkcs12(RSA_KEY, BY_RSA), SECRET, BY_RSA, id="rsa"),
        pytest.param(dump_pkcs12(OTHER_KEY, BY_P384), SECRET, BY_P384, id="p384"),
        pytest.param(dump_pem(EC_KEY, FOR_ANYTHING), "", FOR_ANYTHING, id="no usage"),
        pytest.param(dump_pem(EC_KEY, FOR_SIGNATURES), "", FOR_SIGNATURES, id="signatures"),
        pytest.param(dump_pem(EC_KEY, FOR_EMAIL), "", FOR_EMAIL, id="purposes"),
    ],
)
def test_a_signed_file_is_intact_keeps_its_original_bytes_and_stays_pdfa(
    content: bytes, secret: str, certificate: x509.Certificate, tmp_path: Path
) -> None:
    signed = Signer.load(content, secret).add_signature(PAPER)
    assert signed.startswith(PAPER)
    assert is_signature_intact(signed, certificate)
    assert list_pdfa_faults(PAPER, signed) == []
    assert inspect_pdf(signed, KEYRING.public_keys).verdict.is_genuine
    if shutil.which("pdfsig"):
        (tmp_path / "signed.pdf").write_bytes(signed)
        output = subprocess.run(["pdfsig", "-nocert", tmp_path / "signed.pdf"], capture_output=True, text=True).stdout
        assert "Signature is Valid" in output and "ETSI.CAdES.detached" in output


@pytest.mark.parametrize("text", [b"<dc:title>", b"<dc:identifier>", b"<pdfaid:part>", b"stream\n"])
def test_one_changed_byte_breaks_it(text: bytes) -> None:
    signed = Signer.load(PEM).add_signature(PAPER)
    position = signed.index(text) + len(text) + 1
    assert not is_signature_intact(signed[:position] + bytes([signed[position] ^ 1]) + signed[position + 1 :])


def create_pair(key: Any) -> tuple[Any, x509.Certificate]:
    """Return a key with its certificate."""
    return key, create_certificate(key)


@pytest.mark.parametrize(
    ("content", "secret", "problem"),
    [
        (b"", "", PROBLEMS.FORMAT),
        (b"nothing", "", PROBLEMS.FORMAT),
        (b"\x30\x03\x02\x01\x05", "", PROBLEMS.FORMAT),
        (PAPER, "", PROBLEMS.FORMAT),
        (P12[:200], SECRET, PROBLEMS.PASSPHRASE),
        (P12, "another", PROBLEMS.PASSPHRASE),
        (P12, "", PROBLEMS.PASSPHRASE),
        (dump_pem(EC_KEY, CERTIFICATE, secret=SECRET), "another", PROBLEMS.PASSPHRASE),
        (dump_pem(EC_KEY, CERTIFICATE, secret=SECRET), "", PROBLEMS.PASSPHRASE),
        (dump_pem(None, CERTIFICATE), "", PROBLEMS.NO_KEY),
        (b"-----BEGIN X-----", "", PROBLEMS.NO_KEY),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "", PROBLEMS.NO_KEY),
        (dump_pkcs12(None, CERTIFICATE), SECRET, PROBLEMS.NO_KEY),
        (dump_pem(EC_KEY), "", PROBLEMS.NO_CERTIFICATE),
        (
            dump_pem(EC_KEY) + b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "",
            PROBLEMS.NO_CERTIFICATE,
        ),
        (dump_pkcs12(EC_KEY, None), SECRET, PROBLEMS.NO_CERTIFICATE),
        (dump_pem(OTHER_KEY, CERTIFICATE), "", PROBLEMS.OTHER_KEY),
        (dump_pem(*create_pair(ed25519.Ed25519PrivateKey.generate())), "", PROBLEMS.ALGORITHM),
        (dump_pkcs12(*create_pair(ed25519.Ed25519PrivateKey.generate())), SECRET, PROBLEMS.ALGORITHM),
        (dump_pem(*create_pair(ed448.Ed448PrivateKey.generate())), "", PROBLEMS.ALGORITHM),
        (dump_pem(*create_pair(rsa.generate_private_key(65537, 1024))), "", PROBLEMS.ALGORITHM),
        (dump_pem(*create_pair(dsa.generate_private_key(1024))), "", PROBLEMS.ALGORITHM),
        (dump_pem(*create_pair(ec.generate_private_key(ec.SECP256K1()))), "", PROBLEMS.ALGORITHM),
        (dump_pem(EC_KEY, create_certificate(usage=["key_encipherment"])), "", PROBLEMS.USAGE),
        (dump_pem(EC_KEY, create_certificate(usage=["key_cert_sign", "crl_sign"])), "", PROBLEMS.USAGE),
        (dump_pem(EC_KEY, create_certificate(purposes=[ExtendedKeyUsageOID.SERVER_AUTH])), "", PROBLEMS.USAGE),
        (dump_pkcs12(EC_KEY, create_certificate(last=NOW - timedelta(seconds=1))), SECRET, PROBLEMS.EXPIRED),
        (dump_pem(EC_KEY, create_certificate(first=NOW + timedelta(days=1))), "", PROBLEMS.NOT_YET_VALID),
    ],
)
def test_a_file_that_cannot_sign_is_refused_for_what_is_wrong_with_it(
    content: bytes, secret: str, problem: SignatureProblem
) -> None:
    assert find_problem(content, secret) == problem


@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"-----BEGIN ", PEM[:60], P12[:20], P12]),
    st.text(st.characters(codec=None), max_size=5),
)
@example(b"", P12, "\0")
@example(b"", P12, "\udc80")
@example(b"", P12, "\ud83d")
def test_no_file_ends_in_anything_but_a_named_problem(tail: bytes, head: bytes, secret: str) -> None:
    assert find_problem(head + tail, secret) in {*PROBLEMS, None}


@pytest.mark.parametrize("edge", [FIRST_DAY, LAST_DAY])
def test_a_certificate_signs_from_its_first_to_its_last_second(edge: datetime) -> None:
    moment = edge.replace(microsecond=0)
    outside = moment + timedelta(seconds=-1 if edge == FIRST_DAY else 1)
    assert find_problem(PEM, moment=moment) is None
    assert find_problem(PEM, moment=outside) in (PROBLEMS.NOT_YET_VALID, PROBLEMS.EXPIRED)


def test_a_renewed_certificate_in_the_same_file_is_the_one_that_signs() -> None:
    old = create_certificate(last=NOW - timedelta(days=1))
    signed = Signer.load(dump_pem(EC_KEY, old, CERTIFICATE)).add_signature(PAPER)
    assert is_signature_intact(signed)
    assert re.search(rb"/SubFilter\s*/ETSI.CAdES.detached", signed)

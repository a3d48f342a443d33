"""The PAdES signature: accepted by the library's own validator and by poppler's, broken by one changed byte."""

import shutil
import subprocess
from pathlib import Path

import pytest

from certificates import Design, MalformedKey, Signer, inspect_pdf, render
from tests.certificates.sample import FACTS, ISSUER, KEYRING, build_qr_text
from tests.certificates.sealing.signing_keys import P12, PEM, SECRET, is_signature_intact

PAPER = render(FACTS, Design.load("standard"), ISSUER, qr=build_qr_text())


@pytest.mark.parametrize("signer", [Signer.load(PEM), Signer.load(P12, SECRET)], ids=["pem", "p12"])
def test_a_signed_file_is_intact_and_keeps_its_original_bytes(signer: Signer, tmp_path: Path) -> None:
    signed = signer.add_signature(PAPER)
    assert signed.startswith(PAPER)
    assert is_signature_intact(signed)
    assert inspect_pdf(signed, KEYRING.public_keys).verdict.is_genuine
    (tmp_path / "signed.pdf").write_bytes(signed)
    if shutil.which("pdfsig"):
        output = subprocess.run(["pdfsig", "-nocert", tmp_path / "signed.pdf"], capture_output=True, text=True).stdout
        assert "Signature is Valid" in output and "ETSI.CAdES.detached" in output


def test_one_changed_byte_breaks_it() -> None:
    signed = Signer.load(PEM).add_signature(PAPER)
    position = signed.index("СЕРТ".encode("utf-16-be")) if "СЕРТ".encode("utf-16-be") in signed else 2000
    assert not is_signature_intact(signed[:position] + bytes([signed[position] ^ 1]) + signed[position + 1 :])


@pytest.mark.parametrize("content", [b"", b"nothing", P12, PEM.partition(b"-----BEGIN CERT")[0], b"-----BEGIN X-----"])
def test_a_file_without_key_and_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedKey):
        Signer.load(content, "another")

"""The QR code of a whole page is read by zxing and zbar, whoever renders it, also turned, compressed or out of focus."""

import os
import shutil
from dataclasses import replace

import pytest

from certificates import Certificate, Design, Issuer, list_designs, render
from certificates.drawing import QUIET_ZONE_MODULES, build_qr_symbol
from certificates.pdf.content_stream import MODULE_POINTS
from tests.certificates.code_readers import READERS, RENDERERS, SCANS
from tests.certificates.longest_texts import FULL, LONG, find_code_bounds, list_alternate_days
from tests.certificates.sample import FACTS, ISSUER, build_qr_text

LARGE, SMALL, _SMALLEST = MODULE_POINTS
TEXTS: dict[str, tuple[Certificate, Issuer]] = {
    "short": (FACTS, ISSUER),
    "long": (LONG, FULL),
    "longest": (replace(LONG, held_on=list_alternate_days(40)), FULL),
}


@pytest.fixture(scope="module")
def _tools() -> None:
    """Skip without zbar and poppler, or fail where TRAINER_NOTHING_SKIPPED is set."""
    missing = [tool for tool in ("zbarimg", "pdftoppm") if shutil.which(tool) is None]
    if missing and os.environ.get("TRAINER_NOTHING_SKIPPED"):
        pytest.fail(f"not installed: {missing}")
    if missing:
        pytest.skip(f"not installed: {missing}")


def measure_module(paper: bytes, text: str) -> float:
    """Return the side of a module of the printed code, in points."""
    left, _bottom, right, _top = find_code_bounds(paper)
    return (right - left) / (build_qr_symbol(text).size + 2 * QUIET_ZONE_MODULES)


@pytest.mark.slow
@pytest.mark.usefixtures("_tools")
@pytest.mark.parametrize("length", TEXTS)
@pytest.mark.parametrize("name", list_designs())
def test_both_readers_read_the_code_of_a_whole_page(name: str, length: str) -> None:
    certificate, issuer = TEXTS[length]
    text = build_qr_text(certificate)
    paper = render(certificate, Design.load(name), issuer, qr=text)
    is_large = measure_module(paper, text) > LARGE - 0.01
    for renderer, render_page in RENDERERS.items():
        pages = {resolution: render_page(paper, resolution) for resolution in {scan[0] for scan in SCANS.values()}}
        for scan, (resolution, take_picture) in SCANS.items():
            picture = take_picture(pages[resolution])
            for reader, read in READERS.items():
                if is_large or (reader, scan) != ("zbar", "blurred"):  # the only one that misses small modules
                    assert text in read(picture), f"{renderer}, {scan}, {reader}"


@pytest.mark.parametrize("name", list_designs())
def test_modules_are_large_where_the_design_has_room(name: str) -> None:
    for length, (certificate, issuer) in TEXTS.items():
        text = build_qr_text(certificate)
        module = measure_module(render(certificate, Design.load(name), issuer, qr=text), text)
        has_room = length == "short" or (length == "long" and name != "portrait")
        assert module == pytest.approx(LARGE if has_room else SMALL, abs=0.01)

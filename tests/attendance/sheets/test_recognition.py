"""Recognition of signed sheets: page code, flattening, signed lines, and refused files."""

import io
import random

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.attendance.signed_sheet import (
    encode_jpeg,
    join_scans_as_pdf,
    photograph_page,
    render_pdf_page_as_picture,
    sign_lines,
)
from tests.qr_pictures import build_empty_png, draw_qr
from trainer.attendance.sheets.geometry import (
    PageNotFlat,
    apply_perspective,
    fit_perspective,
    flatten_page,
    list_code_corners,
)
from trainer.attendance.sheets.pdf import (
    CODE_CORNERS_MM,
    LINES_PER_PAGE,
    SheetHead,
    SheetLine,
    SheetPageContent,
    render_sheet_pdf,
)
from trainer.attendance.sheets.recognition import (
    MAX_SCAN_FILE_BYTES,
    RecognizedPage,
    ScanFileRefused,
    UnreadableScanReason,
    recognize_file,
)

HEAD = SheetHead("en", "Alliance", "The basics of care", "Morning · 7 June 2025")
CODES_OF_PAGES = ("ABCDEFGHIJKLMNOPQRSTUVWXY2", "ABCDEFGHIJKLMNOPQRSTUVWXY3")
PEOPLE = tuple(SheetLine(f"Өтегенова Айгүл {number}", "Облыстық аурухана") for number in range(LINES_PER_PAGE))


@pytest.fixture(scope="module")
def paper() -> bytes:
    """Return the PDF of a sheet of two pages."""
    from flask import Flask
    from flask_babel import Babel

    app = Flask("paper")
    Babel(app)
    with app.test_request_context():
        pages = [SheetPageContent(code, n, 2, PEOPLE) for n, code in enumerate(CODES_OF_PAGES, 1)]
        return render_sheet_pdf([(HEAD, pages)])


def recognize_single_page(content: bytes) -> RecognizedPage:
    """Recognize a file with one page and return the page."""
    [page] = recognize_file(content).pages
    return page


@pytest.mark.parametrize("dots", [100, 150])
def test_the_code_and_the_signatures_are_read_off_a_print(paper: bytes, dots: int) -> None:
    for lines in ((), (0, 3, 14), tuple(range(LINES_PER_PAGE))):
        page = recognize_single_page(encode_jpeg(sign_lines(render_pdf_page_as_picture(paper, 1, dots), lines)))
        assert page == RecognizedPage(CODES_OF_PAGES[1], lines)


@pytest.mark.parametrize("seed", range(6))
def test_a_tilted_photo_in_bad_light_is_recognized(paper: bytes, seed: int) -> None:
    lines = tuple(sorted(random.Random(seed).sample(range(LINES_PER_PAGE), 7)))
    assert recognize_single_page(
        photograph_page(sign_lines(render_pdf_page_as_picture(paper), lines, seed), 0.05, seed)
    ) == RecognizedPage(CODES_OF_PAGES[0], lines)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_photo_held_sideways_is_read(paper: bytes, turn: int) -> None:
    page = recognize_single_page(
        encode_jpeg(sign_lines(render_pdf_page_as_picture(paper), (2, 5)).rotate(turn, expand=True))
    )
    assert page == RecognizedPage(CODES_OF_PAGES[0], (2, 5))


def test_a_shadow_or_a_fold_is_no_signature(paper: bytes) -> None:
    shaded = render_pdf_page_as_picture(paper)
    veil = Image.new("RGBA", shaded.size)
    ImageDraw.Draw(veil).polygon([(900, 0), (1240, 0), (1240, 1754), (1050, 1754)], fill=(0, 0, 0, 90))
    shaded.paste(veil, mask=veil)
    assert recognize_single_page(encode_jpeg(shaded)).signed_lines == ()


@pytest.mark.parametrize("corner", list(CODE_CORNERS_MM))
def test_with_one_code_the_page_is_known_and_no_signature_is_guessed(paper: bytes, corner: str) -> None:
    covered, dot = sign_lines(render_pdf_page_as_picture(paper), (1, 2)), 150 / 25.4
    x, y = CODE_CORNERS_MM[corner]
    ImageDraw.Draw(covered).rectangle([(x - 3) * dot, (y - 3) * dot, (x + 27) * dot, (y + 27) * dot], fill="white")
    assert recognize_single_page(encode_jpeg(covered)) == RecognizedPage(CODES_OF_PAGES[0], None)


def test_a_page_without_a_code_has_no_code(paper: bytes) -> None:
    assert recognize_single_page(encode_jpeg(Image.new("RGB", (900, 1200), "white"))) == RecognizedPage()


def test_a_scanner_gives_many_pages_in_one_file(paper: bytes) -> None:
    pages = [sign_lines(render_pdf_page_as_picture(paper, n), lines) for n, lines in enumerate([(0,), (1, 2)])]
    blank = Image.new("RGB", pages[0].size, "white")
    page = recognize_file(join_scans_as_pdf(pages[1], blank, pages[0]))
    assert page.media_type == "application/pdf"
    assert page.pages == (
        RecognizedPage(CODES_OF_PAGES[1], (1, 2)),
        RecognizedPage(),
        RecognizedPage(CODES_OF_PAGES[0], (0,)),
    )


def get_refusal_reason(content: bytes) -> UnreadableScanReason:
    """Why a file is refused."""
    with pytest.raises(ScanFileRefused) as raised:
        recognize_file(content)
    return raised.value.reason


def test_what_is_no_sheet_is_refused_by_its_reason(paper: bytes) -> None:
    photo = encode_jpeg(render_pdf_page_as_picture(paper))
    both = Image.new("RGB", (2500, 1754), "white")
    for place in (0, 1):
        both.paste(render_pdf_page_as_picture(paper, place), (1250 * place, 0))
    assert get_refusal_reason(b"") == UnreadableScanReason.EMPTY
    assert get_refusal_reason(photo + bytes(MAX_SCAN_FILE_BYTES)) == UnreadableScanReason.TOO_LARGE
    assert get_refusal_reason(build_empty_png(30_000, 30_000)) == UnreadableScanReason.TOO_LARGE
    assert get_refusal_reason(b"\0\0\0\x24ftypheic" + bytes(99)) == UnreadableScanReason.HEIC
    assert get_refusal_reason(encode_jpeg(both)) == UnreadableScanReason.SEVERAL_SHEETS
    assert get_refusal_reason(encode_jpeg(draw_qr("https://example.org/"))) == UnreadableScanReason.FOREIGN_CODE
    assert get_refusal_reason(encode_jpeg(draw_qr("SHEET:1:short"))) == UnreadableScanReason.FOREIGN_CODE
    assert (
        get_refusal_reason(join_scans_as_pdf(*[Image.new("RGB", (9, 9))] * 31)) == UnreadableScanReason.TOO_MANY_PAGES
    )
    for wrong in (b"x", b"GIF89a" + bytes(50), b"<svg/>", b"PK\3\4", bytes(10**6)):
        assert get_refusal_reason(wrong) == UnreadableScanReason.UNKNOWN_TYPE
    for wrong in (photo[:50], photo[: len(photo) // 2], paper[:2000], b"%PDF-1.7", build_empty_png(9, 9)[:60]):
        assert get_refusal_reason(wrong) == UnreadableScanReason.DAMAGED


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n"]))
def test_whatever_is_sent_is_read_or_refused(content: bytes, start: bytes) -> None:
    try:
        assert recognize_file(start + content).pages
    except ScanFileRefused as refused:
        assert refused.reason


numbers = st.floats(-0.3, 0.3)


@given(st.tuples(*[numbers] * 4), st.floats(5, 12), st.tuples(*[st.floats(-0.0006, 0.0006)] * 2))
def test_how_a_page_was_seen_is_found_again(turn: tuple[float, ...], size: float, tilt: tuple[float, float]) -> None:
    a, b, c, d = turn
    true = (size * (1 + a), size * b, 100.0, size * c, size * (1 + d), 80.0, *tilt)
    pairs = [
        (point, apply_perspective(true, point))
        for place in CODE_CORNERS_MM.values()
        for point in list_code_corners(place)
    ]
    result = fit_perspective(pairs)
    for point in ((0.0, 0.0), (210.0, 0.0), (147.0, 248.0), (195.0, 56.0)):
        assert apply_perspective(result, point) == pytest.approx(apply_perspective(true, point), abs=0.05)


def test_corners_that_belong_to_no_flat_page_are_refused() -> None:
    corners = {name: [(x * 5, y * 5) for x, y in list_code_corners(place)] for name, place in CODE_CORNERS_MM.items()}
    picture = Image.new("L", (1050, 1485))
    assert flatten_page(picture, corners).size == (1050, 1485)
    for wrong in ([(0, 0)] * 4, list(reversed(corners["1"])), [(x + 40 * (x > 900), y) for x, y in corners["1"]]):
        with pytest.raises(PageNotFlat):
            flatten_page(picture, {**corners, "1": wrong})


def test_the_same_file_is_stored_as_the_same_bytes(paper: bytes) -> None:
    for content in (
        encode_jpeg(render_pdf_page_as_picture(paper)),
        join_scans_as_pdf(render_pdf_page_as_picture(paper)),
    ):
        assert (
            recognize_file(content).content
            == recognize_file(content).content
            == recognize_file(recognize_file(content).content).content
        )
        assert Image.open(io.BytesIO(content)) if content[:2] == b"\xff\xd8" else content.startswith(b"%PDF")


def test_a_pdf_with_a_huge_image_is_refused_before_it_is_rendered() -> None:
    pdf, file = pikepdf.new(), io.BytesIO()
    image = pikepdf.Stream(pdf, b"\0")
    kind = {"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/ColorSpace": pikepdf.Name.DeviceGray}
    image.update({**kind, "/Width": 30_000, "/Height": 30_000, "/BitsPerComponent": 8})
    page = pdf.add_blank_page(page_size=(120, 90))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(image)))
    pdf.save(file)
    with pytest.raises(ScanFileRefused) as refused:
        recognize_file(file.getvalue())
    assert refused.value.reason == UnreadableScanReason.TOO_LARGE

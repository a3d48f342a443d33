"""A photo of a signed sheet: its code is read, it is laid flat, and where somebody has signed is seen, or it is said that it can't be."""

import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.attendance.signed_sheet import jpeg, page, photographed, scanned, signed
from tests.verification.test_qr_photo import drawn, empty_png
from trainer.attendance.sheets.geometry import NotFlat, corners_of, fitted, flattened, moved
from trainer.attendance.sheets.pdf import CODES, LINES, PaperHead, PaperLine, PaperPage, sheet_file
from trainer.attendance.sheets.recognition import LARGEST_FILE, FileRefused, ReadPage, Unreadable, read_file

HEAD = PaperHead("en", "Alliance", "The basics of care", "Morning · 7 June 2025")
CODES_OF_PAGES = ("ABCDEFGHIJKLMNOPQRSTUVWXY2", "ABCDEFGHIJKLMNOPQRSTUVWXY3")
PEOPLE = tuple(PaperLine(f"Өтегенова Айгүл {number}", "Облыстық аурухана") for number in range(LINES))


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A sheet of two pages."""
    from flask import Flask
    from flask_babel import Babel

    app = Flask("paper")
    Babel(app)
    with app.test_request_context():
        return sheet_file(HEAD, [PaperPage(code, n, 2, PEOPLE) for n, code in enumerate(CODES_OF_PAGES, 1)])


def only(content: bytes) -> ReadPage:
    """The only page of a file."""
    [found] = read_file(content).pages
    return found


@pytest.mark.parametrize("dots", [100, 150])
def test_the_code_and_the_signatures_are_read_off_a_print(paper: bytes, dots: int) -> None:
    for lines in ((), (0, 3, 14), tuple(range(LINES))):
        found = only(jpeg(signed(page(paper, 1, dots), lines)))
        assert found == ReadPage(CODES_OF_PAGES[1], lines)


@pytest.mark.parametrize("seed", range(6))
def test_a_photo_taken_askew_in_bad_light_is_read(paper: bytes, seed: int) -> None:
    lines = tuple(sorted(random.Random(seed).sample(range(LINES), 7)))
    assert only(photographed(signed(page(paper), lines, seed), 0.05, seed)) == ReadPage(CODES_OF_PAGES[0], lines)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_photo_held_sideways_is_read(paper: bytes, turn: int) -> None:
    found = only(jpeg(signed(page(paper), (2, 5)).rotate(turn, expand=True)))
    assert found == ReadPage(CODES_OF_PAGES[0], (2, 5))


def test_a_shadow_or_a_fold_is_no_signature(paper: bytes) -> None:
    shaded = page(paper)
    veil = Image.new("RGBA", shaded.size)
    ImageDraw.Draw(veil).polygon([(900, 0), (1240, 0), (1240, 1754), (1050, 1754)], fill=(0, 0, 0, 90))
    shaded.paste(veil, mask=veil)
    assert only(jpeg(shaded)).inked == ()


@pytest.mark.parametrize("corner", list(CODES))
def test_with_one_code_the_page_is_known_and_no_signature_is_guessed(paper: bytes, corner: str) -> None:
    covered, dot = signed(page(paper), (1, 2)), 150 / 25.4
    x, y = CODES[corner]
    ImageDraw.Draw(covered).rectangle([(x - 3) * dot, (y - 3) * dot, (x + 27) * dot, (y + 27) * dot], fill="white")
    assert only(jpeg(covered)) == ReadPage(CODES_OF_PAGES[0], None)


def test_a_page_without_a_code_is_said_to_have_none(paper: bytes) -> None:
    assert only(jpeg(Image.new("RGB", (900, 1200), "white"))) == ReadPage()


def test_a_scanner_gives_many_pages_in_one_file(paper: bytes) -> None:
    pages = [signed(page(paper, n), lines) for n, lines in enumerate([(0,), (1, 2)])]
    blank = Image.new("RGB", pages[0].size, "white")
    found = read_file(scanned(pages[1], blank, pages[0]))
    assert found.media_type == "application/pdf"
    assert found.pages == (ReadPage(CODES_OF_PAGES[1], (1, 2)), ReadPage(), ReadPage(CODES_OF_PAGES[0], (0,)))


def refusal(content: bytes) -> Unreadable:
    """Why a file is refused."""
    with pytest.raises(FileRefused) as raised:
        read_file(content)
    return raised.value.reason


def test_what_is_no_sheet_is_refused_by_its_reason(paper: bytes) -> None:
    photo = jpeg(page(paper))
    both = Image.new("RGB", (2500, 1754), "white")
    for place in (0, 1):
        both.paste(page(paper, place), (1250 * place, 0))
    assert refusal(b"") == Unreadable.EMPTY
    assert refusal(photo + bytes(LARGEST_FILE)) == Unreadable.TOO_LARGE
    assert refusal(empty_png(30_000, 30_000)) == Unreadable.TOO_LARGE
    assert refusal(b"\0\0\0\x24ftypheic" + bytes(99)) == Unreadable.HEIC
    assert refusal(jpeg(both)) == Unreadable.SEVERAL
    assert refusal(jpeg(drawn("https://example.org/"))) == Unreadable.FOREIGN
    assert refusal(jpeg(drawn("SHEET:1:short"))) == Unreadable.FOREIGN
    assert refusal(scanned(*[Image.new("RGB", (9, 9))] * 31)) == Unreadable.PAGES
    for wrong in (b"x", b"GIF89a" + bytes(50), b"<svg/>", b"PK\3\4", bytes(10**6)):
        assert refusal(wrong) == Unreadable.KIND
    for wrong in (photo[:50], photo[: len(photo) // 2], paper[:2000], b"%PDF-1.7", empty_png(9, 9)[:60]):
        assert refusal(wrong) == Unreadable.DAMAGED


@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n"]))
def test_whatever_is_sent_is_read_or_refused(content: bytes, start: bytes) -> None:
    try:
        assert read_file(start + content).pages
    except FileRefused as refused:
        assert refused.reason


numbers = st.floats(-0.3, 0.3)


@given(st.tuples(*[numbers] * 4), st.floats(5, 12), st.tuples(*[st.floats(-0.0006, 0.0006)] * 2))
def test_how_a_page_was_seen_is_found_again(turn: tuple[float, ...], size: float, tilt: tuple[float, float]) -> None:
    a, b, c, d = turn
    true = (size * (1 + a), size * b, 100.0, size * c, size * (1 + d), 80.0, *tilt)
    pairs = [(point, moved(true, point)) for place in CODES.values() for point in corners_of(place)]
    found = fitted(pairs)
    for point in ((0.0, 0.0), (210.0, 0.0), (147.0, 248.0), (195.0, 56.0)):
        assert moved(found, point) == pytest.approx(moved(true, point), abs=0.05)


def test_corners_that_belong_to_no_flat_page_are_refused() -> None:
    corners = {name: [(x * 5, y * 5) for x, y in corners_of(place)] for name, place in CODES.items()}
    picture = Image.new("L", (1050, 1485))
    assert flattened(picture, corners).size == (1050, 1485)
    for wrong in ([(0, 0)] * 4, list(reversed(corners["1"])), [(x + 40 * (x > 900), y) for x, y in corners["1"]]):
        with pytest.raises(NotFlat):
            flattened(picture, {**corners, "1": wrong})


def test_the_same_file_is_kept_as_the_same_bytes(paper: bytes) -> None:
    for content in (jpeg(page(paper)), scanned(page(paper))):
        assert read_file(content).content == read_file(content).content == read_file(read_file(content).content).content
        assert Image.open(io.BytesIO(content)) if content[:2] == b"\xff\xd8" else content.startswith(b"%PDF")

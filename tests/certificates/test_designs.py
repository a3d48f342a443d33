"""Designs: the longest texts fit without overlap; logos, a second organisation and a heading are shown."""

import io
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pypdfium2
import pytest
import zxingcpp
from pikepdf import pdfa
from PIL import Image

from certificates import (
    Certificate,
    Design,
    MalformedDesign,
    UnprintableCertificate,
    list_certificate_problems,
    list_designs,
    render,
    words,
)
from tests.certificates.longest_texts import FULL, LONG, THREE, Bounds, find_code_bounds, list_alternate_days
from tests.certificates.sample import ISSUER, build_certificate, build_qr_text
from tests.qr_pictures import build_empty_png

EACH = pytest.mark.parametrize("design", [Design.load(name) for name in list_designs()], ids=list_designs())


def render_picture(kind: str, colour: Any, mode: str = "RGB") -> bytes:
    """Return an image of one colour as a file."""
    file = io.BytesIO()
    Image.new(mode, (300, 200), colour).save(file, kind)
    return file.getvalue()


def list_line_bounds(paper: bytes) -> list[Bounds]:
    """Return left, bottom, right and top of every line of text."""
    with pypdfium2.PdfDocument(paper) as document:
        page = document[0].get_textpage()
        return [page.get_rect(number) for number in range(page.count_rects())]


def has_bounds_overlap(first: Bounds, second: Bounds) -> bool:
    """Return whether two rectangles overlap."""
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def find_colour_in(paper: bytes, box: Any, height: float) -> Any:
    """Return the colour in the middle of a box."""
    with pypdfium2.PdfDocument(paper) as document:
        image = document[0].render(scale=1).to_pil().convert("RGB")
    return image.getpixel((round(box.x + box.width / 2), round(height - box.y - box.height / 2)))


def render_without_overlap(certificate: Certificate, design: Design) -> bytes:
    """Render a certificate and assert that it has no problems and no overlapping texts."""
    assert list_certificate_problems(certificate, design, FULL) == []
    paper = render(certificate, design, FULL, qr=build_qr_text(certificate))
    boxes = [*list_line_bounds(paper), find_code_bounds(paper)]
    assert not [(first, second) for first, second in combinations(boxes, 2) if has_bounds_overlap(first, second)]
    return paper


def list_page_lines(paper: bytes) -> list[str]:
    """Return the lines of text of a certificate."""
    with pypdfium2.PdfDocument(paper) as document:
        lines: list[str] = document[0].get_textpage().get_text_bounded().splitlines()
    return lines


@EACH
@pytest.mark.parametrize("languages", [("kk", "ru"), ("ru", "kk"), ("ru",)])
@pytest.mark.parametrize("days", [1, 10, 40])
def test_the_longest_texts_fit_without_overlap(design: Design, languages: tuple[str, ...], days: int) -> None:
    certificate = replace(LONG, languages=languages, held_on=list_alternate_days(days))
    assert list_certificate_problems(certificate, design, FULL) == []
    paper = render(certificate, design, FULL, qr=build_qr_text(certificate))
    boxes = [*list_line_bounds(paper), find_code_bounds(paper)]
    assert len(boxes) > 12
    for place, box in enumerate(boxes):
        assert box[0] > 24 and box[1] > 24 and box[2] < design.width - 24 and box[3] < design.height - 24
        assert not [other for other in boxes[place + 1 :] if has_bounds_overlap(box, other)]


FAR = {
    "kk": "Маңғыстау облысы, Маңғыстау ауданы, Шетпе ауылы, «Жас отбасы» қоғамдық денсаулық сақтау орталығының үлкен мәжіліс залы",
    "ru": "Мангистауская область, Мангистауский район, село Шетпе, актовый зал центра общественного здоровья «Жас отбасы», 2 этаж",
}


@EACH
@pytest.mark.parametrize("languages", [("kk", "ru"), ("ru", "kk"), ("ru",)])
@pytest.mark.parametrize("days", [1, 10, 40])
@pytest.mark.parametrize("base", [build_certificate(), LONG], ids=["short", "long"])
def test_a_place_too_long_for_one_line_is_folded_into_lines_of_about_the_same_length(
    design: Design, languages: tuple[str, ...], days: int, base: Certificate
) -> None:
    assert 116 <= min(map(len, FAR.values())) <= max(map(len, FAR.values())) <= 120  # as long as the form takes
    certificate = replace(
        base, city=FAR, languages=languages, held_on=list_alternate_days(days), expires_on=date(2027, 5, 26)
    )
    paper = render_without_overlap(certificate, design)
    lines = list_page_lines(paper)
    begins = words.format_academic_hours(certificate.hours, languages[0])
    first = next(number for number, line in enumerate(lines) if line.startswith(begins))
    last = next(number for number, line in enumerate(lines[first:], first) if "2027" in line)
    assert last > first
    folded = [len(line) for line in lines[first : last + 1]]
    assert min(folded) > max(folded) / 2
    assert len(paper) <= 60_000


@EACH
def test_a_folded_place_leaves_the_file_small(design: Design) -> None:
    certificate = build_certificate(city=FAR, expires_on=date(2027, 5, 26))
    assert len(render(certificate, design, ISSUER, qr=build_qr_text(certificate))) <= 45_000


@EACH
@pytest.mark.parametrize("languages", [("kk", "ru"), ("ru", "kk")])
@pytest.mark.parametrize(
    "name",
    [
        "Нұрмұхаммедқалиева-Әбдірахманова Айгүлбаршын Мұхамедрахметжанқызы",
        "Wolfeschlegelsteinhausenbergerdorff-Montgomery Bartholomew Maximilian Ivo",
        "Кенжебекова Әлібекқызының " * 4,
    ],
)
def test_a_long_name_takes_two_lines_of_about_the_same_length(
    design: Design, languages: tuple[str, ...], name: str
) -> None:
    certificate = replace(LONG, recipient=name.strip(), languages=languages)
    paper = render_without_overlap(certificate, design)
    lines = list_page_lines(paper)
    first, second = (line for line in lines if line and line in name)
    assert f"{first} {second}" == name.strip()
    assert min(len(first), len(second)) > len(name) / 3


@EACH
@pytest.mark.parametrize("languages", [("kk", "ru"), ("ru", "kk")])
def test_no_line_begins_or_ends_with_the_dot_between_two_parts(design: Design, languages: tuple[str, ...]) -> None:
    for length in range(1, 30, 3):  # so that the break falls at every place
        place = "Маңғыстау облысы, Ақтау қаласы, Қашаған көшесі, он тоғызыншы ықшам аудан"[:length].strip()
        certificate = build_certificate(
            city={"kk": place, "ru": place}, languages=languages, expires_on=date(2027, 5, 26)
        )
        with pypdfium2.PdfDocument(render(certificate, design, FULL, qr=build_qr_text(certificate))) as document:
            lines = document[0].get_textpage().get_text_bounded().splitlines()
        assert not [line for line in lines if line.strip().startswith("·") or line.strip().endswith("·")]


@EACH
def test_a_heading_as_long_as_the_form_takes_fits(design: Design) -> None:
    for heading in ("ҚАТЫСУШЫНЫҢ СЕРТИФИКАТЫ ЖӘНЕ АЛҒЫС ХАТЫ", "БЛАГОДАРСТВЕННОЕ ПИСЬМО УЧАСТНИКУ КУРСОВ"):
        assert 38 <= len(heading) <= 40
        assert list_certificate_problems(replace(LONG, heading={"kk": heading, "ru": heading}), design, FULL) == []


@EACH
def test_every_design_is_a_pdf_a_small_enough_to_send(design: Design) -> None:
    paper = render(LONG, design, FULL, qr=build_qr_text(LONG))
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        assert pdfa.check(pdf, "2b").verdict == "pass"
    assert len(paper) <= 46_080


@EACH
def test_a_screen_reader_can_read_every_text(design: Design, tmp_path: Path) -> None:
    path = tmp_path / "paper.pdf"
    path.write_bytes(render(LONG, design, FULL, qr=build_qr_text(LONG)))
    violated_rules = {finding.rule_id for finding in pdfua.validate(str(path)).findings}
    assert violated_rules <= {"UA-28-004"}  # we do not claim to be PDF/UA


@EACH
def test_logos_are_drawn_in_their_boxes_on_the_background(design: Design) -> None:
    logos = (render_picture("PNG", (0, 128, 0, 255), "RGBA"), render_picture("JPEG", (128, 0, 0)))
    paper = render(LONG, design, replace(FULL, logos=logos), qr=build_qr_text(LONG))
    for box, colour in zip(design.logos, ((0, 128, 0), (128, 0, 0)), strict=True):
        seen = find_colour_in(paper, box, design.height)
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 6
    clear = render(
        LONG, design, replace(FULL, logos=(render_picture("PNG", (0, 0, 0, 0), "RGBA"),)), qr=build_qr_text(LONG)
    )
    background = tuple(bytes.fromhex(design.colours["paper"][1:]))
    assert find_colour_in(clear, design.logos[0], design.height) == background
    for content in (paper, clear):
        assert b"/SMask" not in content
        with pikepdf.open(io.BytesIO(content)) as pdf:
            assert pdfa.check(pdf, "2b").verdict == "pass"


@pytest.mark.parametrize(
    "logo", [b"", b"GIF89a", render_picture("PNG", 0)[:60], render_picture("GIF", 0), render_picture("JPEG", 0)[:300]]
)
def test_a_broken_logo_is_listed(logo: bytes) -> None:
    issuer, design = replace(ISSUER, logos=(render_picture("PNG", 0), logo)), Design.load("standard")
    assert [
        (problem.field, problem.text) for problem in list_certificate_problems(build_certificate(), design, issuer)
    ] == [("logo", "2")]
    with pytest.raises(UnprintableCertificate):
        render(build_certificate(), design, issuer, qr=build_qr_text())


def test_an_image_with_too_many_pixels_is_listed_and_not_decoded() -> None:
    issuer = replace(ISSUER, logos=(build_empty_png(30_000, 30_000),))
    assert [
        problem.field for problem in list_certificate_problems(build_certificate(), Design.load("standard"), issuer)
    ] == ["logo"]


def test_a_co_organizer_is_printed_beside_the_issuer_in_both_languages() -> None:
    paper = render(build_certificate(), Design.load("standard"), FULL, qr=build_qr_text())
    with pypdfium2.PdfDocument(paper) as document:
        text = " ".join(document[0].get_textpage().get_text_bounded().split())
    assert "Тең ұйымдастырушы: Маңғыстау облысының білім басқармасы" in text
    assert "Соорганизатор: Управление образования Мангистауской области" in text


def test_there_is_an_upright_design() -> None:
    assert any(design.height > design.width for design in map(Design.load, list_designs()))


def test_a_heading_that_does_not_fit_is_listed() -> None:
    problems = list_certificate_problems(
        build_certificate(heading={"kk": "АЛҒЫС ХАТ " * 12}), Design.load("standard"), ISSUER
    )
    assert [problem.field for problem in problems] == ["heading"]


def change_design_value(found: dict[str, Any], *path: Any, to: Any) -> None:
    """Replace the value at a path."""
    for step in path[:-1]:
        found = found[step]
    found[path[-1]] = to


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("blocks", "heading"), {"x": 1}),
        (("blocks", "elsewhere"), {}),
        (("blocks", "code", "after"), "nothing"),
        (("blocks", "issuer", "after"), "code"),
        (("blocks", "code", "colour"), "nothing"),
        (("ornaments", 0, "draw"), "unicorn"),
        (("ornaments", 0, "colour"), "nothing"),
        (("ornaments", 0, "teeth"), 3),
        (("colours",), {}),
        (("qr",), {"x": 1, "y": 1}),
        (("signatories",), []),
    ],
)
def test_a_design_with_something_wrong_in_it_is_refused(path: tuple[Any, ...], value: Any) -> None:
    text = (files("certificates") / "designs" / "standard.json").read_text(encoding="utf-8")
    values = json.loads(text)
    change_design_value(values, *path, to=value)
    Design.parse_json(text)
    with pytest.raises(MalformedDesign):
        Design.parse_json(json.dumps(values))


@EACH
def test_a_text_under_the_code_is_listed_and_never_printed(design: Design) -> None:
    block = design.blocks["check"]
    low = replace(block, x=design.qr.x - 20, width=400)
    moved = replace(design, blocks={**design.blocks, "check": low})
    problems = list_certificate_problems(LONG, moved, FULL)
    assert {problem.field for problem in problems} == {"code"}
    assert any(FULL.host in problem.text for problem in problems)
    with pytest.raises(UnprintableCertificate):
        render(LONG, moved, FULL, qr=build_qr_text(LONG))


@EACH
def test_a_line_to_sign_on_that_reaches_under_the_code_is_listed(design: Design) -> None:
    row = replace(design.signatories, right=design.qr.x + 40, widest=400, y=design.qr.y + 20)
    problems = list_certificate_problems(LONG, replace(design, signatories=row), FULL)
    assert ("code", THREE[-1].name) in {(problem.field, problem.text) for problem in problems}


@EACH
def test_the_largest_code_is_read_from_a_coarse_scan(design: Design) -> None:
    days = list_alternate_days(40)
    certificate = replace(LONG, title={"kk": "Ә" * 60 + " " + "Ө" * 59, "ru": "Ө" * 60}, held_on=days)
    text = build_qr_text(certificate)
    with pypdfium2.PdfDocument(render(certificate, design, FULL, qr=text)) as document:
        image = document[0].render(scale=100 / 72).to_pil().convert("L")
    codes = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    assert len(text) > 650 and [code.text for code in codes] == [text]

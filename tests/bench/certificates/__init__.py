"""Certificates: the same sealed page by trainer, reportlab, fpdf2, WeasyPrint and Typst; every result is read back and checked."""

import io
from collections.abc import Iterator, Sequence

import pikepdf
import pypdfium2
import zxingcpp
from pikepdf import pdfa

from tests.bench.certificates.page import build_certificate, seal_certificate
from tests.bench.competitors import Competitor, compute_speed_ratio, run_rounds
from tests.bench.figures import Figure, format_table

GOALS = {"naive_reportlab": 60, "by_fpdf2": 0, "by_weasyprint": 75, "by_typst": 7}  # 0: only to compare
ROUNDS, SECONDS = 7, 1.0
SAMPLE = 30
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)


def measure_figures() -> Iterator[Figure]:
    """Yield the ratios to the competitors, the share of PDF/A, and the growth of memory over 10,000 certificates."""
    ours = Competitor("ours", f"{__name__}.ours")
    others = {name: Competitor(name, f"{__name__}.{name}") for name in GOALS}
    competitors = [ours, *others.values()]
    sizes = {each.name: check_certificate(each) for each in competitors}
    run_rounds(competitors, ROUNDS, SECONDS)
    memory = {each.name: each.request("memory") for each in competitors}
    rows = [
        (
            each.name.replace("_", " "),
            f"{each.rate:,.1f}",
            f"{compute_speed_ratio(ours, each):.1f}",
            f"{sizes[each.name]:,}",
            f"{memory[each.name] / 2**20:.0f}",
        )
        for each in competitors
    ]
    print(format_table(("certificates", "a second", "ours is × as quick", "bytes", "peak MiB"), rows))
    for name, goal in GOALS.items():
        if goal:
            yield Figure(f"certificates-{name}", compute_speed_ratio(ours, others[name]), goal)
    papers = [ours.request("sample") for _paper in range(SAMPLE)]
    yield Figure("certificates-archive-share", measure_archive_share(papers), 1)
    yield Figure("certificates-bytes-at-most", max(map(len, papers)), 45_000, at_most=True)
    yield Figure("certificates-memory-10000-to-1000-at-most", measure_memory_growth(), 1.05, at_most=True)
    for each in competitors:
        each.stop()


def check_certificate(competitor: Competitor) -> int:
    """Make the first certificate, read it back and return its size in bytes. Raises AssertionError for a wrong page."""
    paper = competitor.request("sample")
    facts = build_certificate(1)
    with pypdfium2.PdfDocument(paper) as document:
        page = document[0]
        read = " ".join(page.get_textpage().get_text_bounded().split())
        codes = zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil(), formats=QR)
    for text in (facts.recipient, facts.serial, "Современные методы", "Ерте жастағы"):
        assert text in read, f"{competitor.name}: {text!r} is not on its page: {read!r}"
    assert [each.text for each in codes] == [seal_certificate(facts)], f"{competitor.name}: its code is not read"
    return len(paper)


def measure_archive_share(papers: Sequence[bytes]) -> float:
    """Return the share of files that are PDF/A-2b."""
    verdicts = []
    for paper in papers:
        with pikepdf.open(io.BytesIO(paper)) as pdf:
            verdicts.append(pdfa.check(pdf, "2b").verdict == "pass")
    return sum(verdicts) / len(verdicts)


def measure_memory_growth() -> float:
    """Return the memory held after 10,000 certificates divided by that after 1,000, in a process of its own."""
    fresh = Competitor("ours", f"{__name__}.ours")
    first = fresh.request("many", 1_000)
    last = fresh.request("many", 9_000)
    fresh.stop()
    return float(last / first)

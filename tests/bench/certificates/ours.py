"""trainer's own certificate printer."""

from certificates import Printer
from tests.bench.certificates.page import DESIGN, ISSUER, build_certificate, seal_certificate
from tests.bench.competitors import Make


def prepare() -> Make:
    printer = Printer(DESIGN, ISSUER)

    def make(number: int) -> bytes:
        facts = build_certificate(number)
        return printer.render(facts, qr=seal_certificate(facts))

    return make

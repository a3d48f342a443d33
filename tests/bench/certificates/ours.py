"""trainer's own certificate printer."""

from certificates import Printer
from tests.bench.certificates.page import DESIGN, ISSUER, certificate, sealed
from tests.bench.rivals import Make


def prepare() -> Make:
    printer = Printer(DESIGN, ISSUER)

    def make(number: int) -> bytes:
        facts = certificate(number)
        return printer.render(facts, qr=sealed(facts))

    return make

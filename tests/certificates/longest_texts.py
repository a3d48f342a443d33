"""A certificate and an issuer with texts as long as they may be, and where the code of a page stands."""

import io
from datetime import date, timedelta

import pikepdf

from certificates import Issuer, Signatory
from tests.certificates.sample import build_certificate

LONG = build_certificate(
    recipient="Нұрмұхаммедғалиева Гүлбаршын Әбілқасымқызы",
    title={
        "kk": "Ерте жастағы балаларды дамыту мен күтудің заманауи әдістері: отбасы, балабақша және емхана мамандарының "
        "бірлескен жұмысын ұйымдастырудың тәжірибелік мәселелері",
        "ru": "Современные методы развития и ухода за детьми раннего возраста: практические вопросы организации "
        "совместной работы семьи, детского сада и поликлиники",
    },
    kind="completion",
    event_kind="course",
)
THREE = tuple(
    Signatory(name, {"kk": "Маңғыстау облысы білім басқармасының басшысы", "ru": "Руководитель управления образования"})
    for name in ("Ә. Мұратбекова", "Г. Нұрмұхаммедғалиева", "Ж. Ңұрланұлы")
)
FULL = Issuer(
    name={
        "kk": "«Болашақ ұрпақ» балалар мен отбасын қолдау қоғамдық қоры",
        "ru": "Общественный фонд поддержки детей и семьи «Болашақ ұрпақ»",
    },
    host="seminar.example.org",
    signatories=THREE,
    co_issuer={"kk": "Маңғыстау облысының білім басқармасы", "ru": "Управление образования Мангистауской области"},
)
Bounds = tuple[float, float, float, float]


def find_code_bounds(paper: bytes) -> Bounds:
    """Return left, bottom, right and top of the QR code with its quiet zone."""
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        left, bottom, right, top = (float(value) for value in pdf.Root.StructTreeRoot.K.K[-1].A.BBox)
        return left, bottom, right, top


def list_alternate_days(count: int) -> tuple[date, ...]:
    """Return days with one free day between them."""
    return tuple(date(2025, 5, 1) + timedelta(days=2 * number) for number in range(count))

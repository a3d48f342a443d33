"""Publications of the example with their views; their addresses lead nowhere."""

from dataclasses import dataclass
from datetime import date

from trainer.evidence.publications.models import PublicationKind
from trainer.language.translated import Translated

POSTS = ("T6.A1.I1", "C2.A1.I1")
"""The indicators that ask for the same posts: the contract names them twice."""


@dataclass(frozen=True)
class ExamplePublication:
    """A publication with its day of the plan, the indicators that it proves, and its views on days of the plan."""

    address: str
    kind: PublicationKind
    day: date
    title: Translated
    activity: str
    indicators: tuple[str, ...]
    views: tuple[tuple[date, int], ...]
    has_screenshot: bool = False


def build_post(
    address: str,
    day: date,
    title: Translated,
    activity: str,
    indicators: tuple[str, ...],
    views: int,
    *,
    has_screenshot: bool = False,
) -> ExamplePublication:
    """Return a post whose views were entered on its day and a few days before the last seminar."""
    counted = ((day, views // 9), (date(2025, 6, 20), views))
    return ExamplePublication(
        address, PublicationKind.POST, day, title, activity, (*indicators, *POSTS), counted, has_screenshot
    )


START = Translated("«Тең мүмкіндік» жобасы басталды", "Проект «Тең мүмкіндік» начался")
FIRST = Translated("Бірінші семинар өтті", "Прошёл первый семинар")
SECOND = Translated("Екінші семинар өтті", "Прошёл второй семинар")
COURSE = Translated("Жеке көмекшілер курсы басталды", "Начался курс для индивидуальных помощников")
INSTAGRAM, FACEBOOK = "https://www.instagram.com/p/EXAMPLE", "https://www.facebook.com/tenmumkindik.example/posts/90"
TELEGRAM, TIKTOK = "https://t.me/ten_mumkindik_example/", "https://www.tiktok.com/@tenmumkindik.example/video/90"
EXAMPLE_PUBLICATIONS = (
    build_post(f"{INSTAGRAM}0001", date(2025, 5, 5), START, "T1.A1", ("T1.A1.I3",), 2140, has_screenshot=True),
    build_post(f"{FACEBOOK}01", date(2025, 5, 5), START, "T1.A1", ("T1.A1.I3",), 860),
    build_post(f"{TELEGRAM}3", date(2025, 5, 6), START, "T1.A1", ("T1.A1.I3",), 410),
    build_post(f"{INSTAGRAM}0002", date(2025, 5, 25), FIRST, "T2.A1", (), 1980, has_screenshot=True),
    build_post(f"{FACEBOOK}02", date(2025, 5, 26), FIRST, "T2.A1", (), 720, has_screenshot=True),
    build_post(f"{INSTAGRAM}0003", date(2025, 6, 8), SECOND, "T2.A1", (), 2310, has_screenshot=True),
    build_post(f"{TELEGRAM}9", date(2025, 6, 8), SECOND, "T2.A2", ("T2.A2.I2",), 380),
    build_post(f"{INSTAGRAM}0004", date(2025, 6, 14), COURSE, "T4.A1", ("T4.A1.I4",), 1450, has_screenshot=True),
    build_post(f"{FACEBOOK}03", date(2025, 6, 15), COURSE, "T4.A1", ("T4.A1.I4",), 540),
    build_post(f"{TELEGRAM}12", date(2025, 6, 15), COURSE, "T4.A1", ("T4.A1.I4",), 290),
    ExamplePublication(
        f"{TIKTOK}1",
        PublicationKind.VIDEO,
        date(2025, 5, 27),
        Translated("Арбамен жиектасқа қалай шығады?", "Как заехать на бордюр на коляске?"),
        "T6.A1",
        ("T6.A1.I3", "C2.A1.I3"),
        ((date(2025, 5, 28), 1200), (date(2025, 6, 5), 3650), (date(2025, 6, 20), 5120)),
    ),
    ExamplePublication(
        "https://news.example.org/ten-mumkindik",
        PublicationKind.ARTICLE,
        date(2025, 5, 26),
        Translated("Ақтауда дәрігерлер тәжірибе алмасты", "В Актау врачи обменялись опытом"),
        "C2.A2",
        ("C2.A2.I1",),
        ((date(2025, 6, 20), 3900),),
        has_screenshot=True,
    ),
    ExamplePublication(
        "https://mangystau.example.com/2025/06/komekshi",
        PublicationKind.ARTICLE,
        date(2025, 6, 16),
        Translated("Жеке көмекшілерді оқыту басталды", "Началось обучение индивидуальных помощников"),
        "C2.A2",
        ("C2.A2.I1",),
        ((date(2025, 6, 20), 1740),),
        has_screenshot=True,
    ),
)

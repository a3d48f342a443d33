"""Files of the example that prove what was done: drawn photos, short videos, screenshots, posters and documents."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from trainer.evidence.models import EvidenceKind, Publicity
from trainer.example.drawing import Scene, draw_document, draw_infographic, draw_photo, draw_screenshot
from trainer.language.dates import format_long_date
from trainer.language.translated import Translated
from trainer.paths import EXAMPLE_FOLDER

DrawFile = Callable[[datetime], bytes]
"""Takes the local time at which a file is made, and returns its content."""
ORGANIZER = "«Тең мүмкіндік» жобасы"
FOOTER = "Үлгі құжат"
SEMINAR_DAYS = (date(2025, 5, 24), date(2025, 6, 7), date(2025, 6, 21))
NO_CAPTION = Translated()
PRACTICE = Translated("Практикалық сабақ", "Практическое занятие")
LECTURE = Translated("Дәріс", "Лекция")
HANDOUTS = Translated("Үлестірме материал", "Раздаточный материал")
PREVENTION, SUPPORT = "Асқынулардың алдын алу", "Қауіпсіз алып жүру"


@dataclass(frozen=True)
class ExampleFile:
    """A file of the example, with the day of the plan on which it was made; without an activity it lies in the inbox."""

    name: str
    kind: EvidenceKind
    day: date
    draw: DrawFile
    activity: str = ""
    indicators: tuple[str, ...] = ()
    caption: Translated = NO_CAPTION
    publicity: Publicity = Publicity.UNCHECKED
    is_dated_by_hand: bool = False
    """Whether the day was entered, as the file does not tell it."""


def read_clip(name: str, _moment: datetime) -> bytes:
    """Return a short video that is delivered with the example."""
    return (EXAMPLE_FOLDER / "clips" / name).read_bytes()


def draw_sheet(title: str, facts: tuple[tuple[str, str], ...], lines: tuple[str, ...], moment: datetime) -> bytes:
    """Return a PDF with the day on which it was made among its facts."""
    day = format_long_date(moment.date(), "kk")
    return draw_document(ORGANIZER, title, (("Күні", day), *facts), lines, FOOTER)


def list_photos(
    scene: Scene,
    numbers: range,
    day: date,
    title: str,
    activity: str,
    indicator: str,
    caption: Translated,
    publicity: Publicity = Publicity.HARMLESS,
) -> list[ExampleFile]:
    """Return photos of one scene that prove an indicator, or without an activity lie in the inbox."""
    return [
        ExampleFile(
            f"IMG_{day:%m%d}_{number:03}.jpg",
            EvidenceKind.PHOTO,
            day,
            partial(draw_photo, scene, number, title),
            activity,
            (indicator,) if indicator else (),
            caption,
            publicity,
        )
        for number in numbers
    ]


def build_sheet(
    name: str,
    kind: EvidenceKind,
    day: date,
    activity: str,
    indicator: str,
    title: str,
    lines: tuple[str, ...],
    facts: tuple[tuple[str, str], ...] = (),
    caption: Translated = NO_CAPTION,
) -> ExampleFile:
    """Return a document that proves an indicator, or none."""
    draw = partial(draw_sheet, title, facts, lines)
    indicators = (indicator,) if indicator else ()
    return ExampleFile(f"{name}.pdf", kind, day, draw, activity, indicators, caption, is_dated_by_hand=True)


def build_clip(name: str, clip: str, day: date, activity: str, indicators: tuple[str, ...]) -> ExampleFile:
    """Return a video that is delivered with the example."""
    draw = partial(read_clip, clip)
    return ExampleFile(name, EvidenceKind.VIDEO, day, draw, activity, indicators, PRACTICE, Publicity.HARMLESS)


def build_screenshot(name: str, number: int, day: date, outlet: str, title: str, activity: str) -> ExampleFile:
    """Return a screenshot of a publication, to which it is attached."""
    draw = lambda _moment: draw_screenshot(number, outlet, title)  # noqa: E731
    return ExampleFile(name, EvidenceKind.SCREENSHOT, day, draw, activity, publicity=Publicity.HARMLESS)


def build_poster(
    name: str, number: int, kind: EvidenceKind, day: date, title: str, indicators: tuple[str, ...]
) -> ExampleFile:
    """Return an infographic or a banner of the social networks."""
    draw = lambda _moment: draw_infographic(number, title, POSTER_FIGURES)  # noqa: E731
    return ExampleFile(name, kind, day, draw, "T6.A1", indicators, publicity=Publicity.HARMLESS)


POSTER_FIGURES = (("7", "медицина қызметкері"), ("10", "жеке көмекші"), ("4", "оқыту күні"))
PHOTOS = (
    *list_photos(
        Scene.PAPERS, range(1, 7), date(2025, 5, 12), "Жоба басталды", "T1.A1", "T1.A1.I1",
        Translated("Жобаның таныстырылымы", "Презентация проекта"),
    ),
    *list_photos(Scene.PAPERS, range(7, 8), date(2025, 5, 20), "Дөңгелек үстел", "T1.A2", "T1.A2.I5", HANDOUTS),
    *list_photos(Scene.HALL, range(1, 7), SEMINAR_DAYS[0], PREVENTION, "T2.A1", "T2.A1.I3", LECTURE),
    *list_photos(Scene.PAPERS, range(10, 11), SEMINAR_DAYS[0], PREVENTION, "T2.A1", "T2.A1.I6", HANDOUTS),
    *list_photos(Scene.PRACTICE, range(1, 6), SEMINAR_DAYS[1], "Оңалту", "T2.A1", "T2.A1.I3", PRACTICE),
    *list_photos(Scene.HALL, range(8, 12), SEMINAR_DAYS[2], SUPPORT, "T4.A1", "T4.A1.I3", LECTURE, Publicity.UNCHECKED),
    *list_photos(Scene.PRACTICE, range(21, 25), SEMINAR_DAYS[2], SUPPORT, "", "", NO_CAPTION, Publicity.UNCHECKED),
)  # fmt: skip
VIDEOS = (
    build_clip("seminar-1.mp4", "practice.mp4", SEMINAR_DAYS[0], "T2.A1", ("T2.A1.I3",)),
    build_clip("zhoba-turaly.mp4", "hall.mp4", date(2025, 5, 14), "T1.A1", ("T1.A1.I2",)),
    build_clip("WhatsApp-video.webm", "phone.webm", SEMINAR_DAYS[2], "", ()),
)
HANDBOOK = build_sheet(
    "Jeke komekshi nuskaulygy", EvidenceKind.MATERIAL, date(2025, 6, 10), "T5.A2", "T5.A2.I1",
    "Жеке көмекшінің нұсқаулығы",
    (
        "1. Ауыстырып отырғызбас бұрын адамға не істейтініңізді айтыңыз.",
        "2. Арбаның тежегішін тексеріңіз.",
        "3. Теріні күн сайын қараңыз.",
        "4. Жиектасқа артқы дөңгелекпен шығыңыз.",
    ),
    caption=Translated("Нұсқаулық, 1-басылым", "Руководство, 1-е издание"),
)  # fmt: skip
CONTRACTS = build_sheet(
    "Sharttar tizimi", EvidenceKind.DOCUMENT, date(2025, 5, 10), "T2.A1", "",
    "Шарттар тізімі",
    ("Еңбек шарты: 3", "Азаматтық-құқықтық шарт: 3"),
    caption=Translated("Қызметкерлер және мамандар", "Сотрудники и специалисты"),
)  # fmt: skip
RECEIPT = ExampleFile(
    "qolhat.jpg", EvidenceKind.PHOTO, date(2025, 6, 12),
    partial(draw_photo, Scene.PAPERS, 12, "Қолхат"), "T5.A2", (),
    Translated("Нұсқаулықты алғаны туралы қолхат", "Расписка о получении руководства"), Publicity.HARMLESS,
)  # fmt: skip
DOCUMENTS = (
    build_sheet(
        "Dongelek ustel bagdarlamasy", EvidenceKind.PROGRAMME, date(2025, 5, 18), "T1.A2", "T1.A2.I3",
        "Дөңгелек үстел бағдарламасы", ("10:00 Ашылуы", "10:20 Жобаның мақсаты", "11:30 Талқылау", "12:30 Қорытынды"),
    ),
    *(
        build_sheet(
            f"Bagdarlama {number}", EvidenceKind.PROGRAMME, SEMINAR_DAYS[number - 1], "T2.A1", "T2.A1.I2",
            f"{number}-семинардың бағдарламасы",
            ("10:00–13:00 Дәріс", "13:00–14:00 Түскі үзіліс", "14:00–17:00 Практикалық сабақ"),
        )
        for number in (1, 2)
    ),
    *(
        build_sheet(
            f"Tuyindeme {number}", EvidenceKind.CV, date(2025, 5, 16 + number), activity, f"{activity}.I5",
            "Түйіндеме", (f"Мамандығы: {post}", "Жұмыс өтілі: 12 жыл"), (("Маман", name),),
        )
        for number, (activity, name, post) in enumerate(
            (
                ("T2.A1", "Қ. Б. Серғазин", "оңалту дәрігері"),
                ("T2.A1", "Л. М. Өтепова", "невролог дәрігер"),
                ("T4.A1", "Н. С. Ғабдуллин", "эрготерапевт"),
            ),
            1,
        )
    ),
    *(
        build_sheet(
            f"Media zhospar {day:%m}", EvidenceKind.MEDIA_PLAN, day, "C2.A1", "C2.A1.I5",
            "Медиажоспар", ("1-апта: таныстыру жазбасы", "2-апта: инфографика", "3-апта: бейнеролик", "4-апта: қорытынды"),
        )
        for day in (date(2025, 5, 3), date(2025, 6, 2))
    ),
    build_sheet(
        "Daidzhest 1", EvidenceKind.DIGEST, date(2025, 6, 3), "C2.A1", "C2.A1.I6",
        "Мамыр айының дайджесті", ("Жазба: 6", "Инфографика: 2", "БАҚ-тағы мақала: 1"),
    ),
    HANDBOOK,
    CONTRACTS,
)  # fmt: skip
POSTERS = (
    *(
        build_poster(f"infografika-{number}.png", number, EvidenceKind.INFOGRAPHIC, date(2025, 5, 5 + 7 * number), title, ("T6.A1.I2", "C2.A1.I2"))
        for number, title in enumerate(("Жоба сандармен", "Кім оқиды?", "Қалай өтеді?"), 1)
    ),
    build_poster("banner.png", 4, EvidenceKind.BANNER, date(2025, 5, 6), "Тең мүмкіндік", ("T6.A1.I4",)),
)  # fmt: skip
EXAMPLE_FILES = (*PHOTOS, *VIDEOS, *DOCUMENTS, *POSTERS, RECEIPT)

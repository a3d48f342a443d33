"""The four seminars of the example: two for medical workers (T2.A1) and two for personal assistants (T4.A1)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from trainer.example.people import ASSISTANTS, MEDICAL_WORKERS
from trainer.language.translated import Translated
from trainer.projects.models import Activity
from trainer.registration.form.questions import RegistrationQuestionDraft
from trainer.registration.models import RegistrationQuestionKind
from trainer.registration.seats.applicant import Applicant
from trainer.seminars.models import Seminar, SeminarSession

MORNING, NOON = time(10, 0), time(13, 0)
AFTERNOON, EVENING = time(14, 0), time(17, 0)
AKTAU = Translated("Ақтау қаласы", "город Актау", "Aktau")
VENUE = Translated(
    "Облыстық оңалту орталығы, 2-қабат, мәжіліс залы",
    "Областной реабилитационный центр, 2 этаж, конференц-зал",
    "Regional rehabilitation centre, floor 2, conference hall",
)
ACCESSIBILITY = Translated(
    "Кіреберісте пандус, 1-қабатта лифт және кресло-арбамен кіруге ыңғайлы дәретхана бар. Тұрақ – аулада, кіреберістен 20 м.",
    "У входа пандус; на 1 этаже лифт и туалет, доступный для людей на креслах-колясках. Стоянка во дворе, в 20 м от входа.",
    "A ramp at the entrance; a lift and a wheelchair-accessible toilet on floor 1. Parking in the yard, 20 m from the entrance.",
)
MAP_URL = "https://www.openstreetmap.org/?mlat=43.6532&mlon=51.1694#map=17/43.6532/51.1694"
SIGNATORIES = [
    {
        "name": "Ә. Н. Мұратбекова",
        "position": {"kk": "Жоба менеджері", "ru": "Менеджер проекта", "en": "Project manager"},
    },
    {"name": "Қ. Б. Серғазин", "position": {"kk": "Тренер", "ru": "Тренер", "en": "Trainer"}},
]


@dataclass(frozen=True)
class ExampleSeminar:
    """A seminar of the example, with the date of the plan."""

    activity: str
    slug: str
    day: date
    title: Translated
    description: Translated
    morning: Translated
    afternoon: Translated
    people: tuple[Applicant, ...]
    kind: str
    audience: str
    capacity: int
    questions: tuple[RegistrationQuestionDraft, ...] = ()


EXAMPLE_SEMINARS = (
    ExampleSeminar(
        "T2.A1",
        "zhulyn-zharakaty-1",
        date(2025, 5, 24),
        Translated(
            "Жұлын жарақаты бар науқасқа күтім: асқынулардың алдын алу",
            "Уход за пациентом с травмой спинного мозга: профилактика осложнений",
            "Care for patients with spinal cord injury: preventing complications",
        ),
        Translated(
            "Медицина қызметкерлеріне арналған тақырыптық семинар: автономды дисрефлексия, ойылудың алдын алу, қуық пен ішек күтімі.",
            "Тематический семинар для медицинских работников: автономная дисрефлексия, профилактика пролежней, уход за мочевым пузырём и кишечником.",
            "A thematic seminar for medical workers: autonomic dysreflexia, preventing pressure sores, bladder and bowel care.",
        ),
        Translated(
            "Автономды дисрефлексия: белгілері және алғашқы көмек",
            "Автономная дисрефлексия: признаки и первая помощь",
            "Autonomic dysreflexia: signs and first aid",
        ),
        Translated(
            "Ойылудың алдын алу: тері күтімі және қалыпты өзгерту",
            "Профилактика пролежней: уход за кожей и смена положения",
            "Preventing pressure sores: skin care and repositioning",
        ),
        MEDICAL_WORKERS,
        "seminar",
        "medical_worker",
        7,
    ),
    ExampleSeminar(
        "T2.A1",
        "zhulyn-zharakaty-2",
        date(2025, 6, 7),
        Translated(
            "Жұлын жарақаты бар науқасты оңалту: ауыстырып отырғызу және кресло-арбамен жұмыс",
            "Реабилитация пациента с травмой спинного мозга: пересаживание и работа с коляской",
            "Rehabilitation after spinal cord injury: transfers and wheelchair work",
        ),
        Translated(
            "Екінші тақырыптық семинар: қауіпсіз ауыстырып отырғызу, кресло-арбаны таңдау және баптау, отбасы мүшелерін оқыту.",
            "Второй тематический семинар: безопасное пересаживание, подбор и настройка коляски, обучение семьи.",
            "The second thematic seminar: safe transfers, choosing and adjusting a wheelchair, training the family.",
        ),
        Translated("Қауіпсіз ауыстырып отырғызу", "Безопасное пересаживание", "Safe transfers"),
        Translated(
            "Кресло-арбаны таңдау және баптау", "Подбор и настройка коляски", "Choosing and adjusting a wheelchair"
        ),
        MEDICAL_WORKERS,
        "seminar",
        "medical_worker",
        7,
    ),
    ExampleSeminar(
        "T4.A1",
        "zheke-komekshi-1",
        date(2025, 6, 21),
        Translated(
            "Жеке көмекші: қауіпсіз алып жүру негіздері",
            "Индивидуальный помощник: основы безопасного сопровождения",
            "Personal assistant: the basics of safe support",
        ),
        Translated(
            "Жеке көмекшілерге арналған оқыту курсының бірінші бөлімі: кресло-арбамен қозғалу, баспалдақ пен жиектас, қарым-қатынас.",
            "Первая часть обучающего курса для индивидуальных помощников: передвижение на коляске, лестницы и бордюры, общение.",
            "The first part of the course for personal assistants: moving with a wheelchair, stairs and kerbs, communication.",
        ),
        Translated(
            "Кресло-арбамен қозғалу: жиектас, еңіс, баспалдақ",
            "Передвижение на коляске: бордюр, пандус, лестница",
            "Moving with a wheelchair: kerb, ramp, stairs",
        ),
        Translated(
            "Қарым-қатынас және көмек көрсету әдебі",
            "Общение и этика помощи",
            "Communication and the ethics of helping",
        ),
        ASSISTANTS,
        "course",
        "personal_assistant",
        10,
    ),
    ExampleSeminar(
        "T4.A1",
        "zheke-komekshi-2",
        date(2025, 7, 5),
        Translated(
            "Жеке көмекші: күнделікті күтім және шұғыл жағдайлар",
            "Индивидуальный помощник: ежедневный уход и неотложные ситуации",
            "Personal assistant: daily care and emergencies",
        ),
        Translated(
            "Оқыту курсының екінші бөлімі: төсектен кресло-арбаға ауыстырып отырғызу, тері күтімі, шұғыл жағдайда не істеу керек.",
            "Вторая часть обучающего курса: пересаживание с кровати на коляску, уход за кожей, действия в неотложных ситуациях.",
            "The second part of the course: moving from bed to wheelchair, skin care, what to do in an emergency.",
        ),
        Translated(
            "Төсектен кресло-арбаға ауыстырып отырғызу",
            "Пересаживание с кровати на коляску",
            "Moving from bed to wheelchair",
        ),
        Translated(
            "Тері күтімі және шұғыл жағдайлар", "Уход за кожей и неотложные ситуации", "Skin care and emergencies"
        ),
        ASSISTANTS[:4],
        "course",
        "personal_assistant",
        10,
        (
            RegistrationQuestionDraft(
                RegistrationQuestionKind.CHOICE,
                Translated(
                    "Практикалық сабақ қай тілде ыңғайлы?",
                    "На каком языке Вам удобнее практическое занятие?",
                    "In which language would you prefer the practical session?",
                ),
                choices=(
                    Translated("Қазақша", "На казахском", "In Kazakh"),
                    Translated("Орысша", "На русском", "In Russian"),
                    Translated("Екеуі де болады", "Всё равно", "Either"),
                ),
            ),
            RegistrationQuestionDraft(
                RegistrationQuestionKind.NUMBER,
                Translated(
                    "Неше жылдан бері жеке көмекші болып жұмыс істейсіз?",
                    "Сколько лет Вы работаете индивидуальным помощником?",
                    "How many years have you worked as a personal assistant?",
                ),
            ),
        ),
    ),
)


def build_example_seminar(
    example: ExampleSeminar, activity: Activity, shift: timedelta, zone: ZoneInfo, opened_at: datetime
) -> Seminar:
    """Return the seminar with a morning and an afternoon session."""
    day = example.day + shift
    return Seminar(
        activity=activity,
        slug=example.slug,
        title=example.title,
        description=example.description,
        kind=example.kind,
        format="offline",
        audience=example.audience,
        city=AKTAU,
        venue=VENUE,
        access=ACCESSIBILITY,
        map_url=MAP_URL,
        trainers="Қ. Б. Серғазин",
        capacity=example.capacity,
        opened_at=opened_at,
        has_survey=True,
        has_certificate=True,
        share_required=75,
        hours=8,
        certificate_kind="completion" if example.kind == "course" else "participation",
        signatories=SIGNATORIES,
        sessions=[
            SeminarSession(
                title=example.morning,
                starts_at=datetime.combine(day, MORNING, zone),
                ends_at=datetime.combine(day, NOON, zone),
            ),
            SeminarSession(
                title=example.afternoon,
                starts_at=datetime.combine(day, AFTERNOON, zone),
                ends_at=datetime.combine(day, EVENING, zone),
            ),
        ],
    )

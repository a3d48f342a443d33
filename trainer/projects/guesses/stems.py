"""Stems of the words by which kinds, units and types of activities are recognised, in Kazakh, Russian and English.

A rule names a meaning and groups of stems; it holds if of every group a stem occurs. The first rule that holds decides, so what
is special stands above what is general. A stem with a blank stands for neighbouring words.
"""

from collections.abc import Sequence
from typing import NamedTuple

from trainer.projects.annex.headings import has_stem, split_words

Stems = tuple[str, ...]


class WordRule(NamedTuple):
    """A meaning and the groups of stems of which each has to occur."""

    meaning: str
    groups: tuple[Stems, ...]


PARTICIPANT: Stems = ("қатысушы", "қатысқан", "тыңдаушы", "участник", "слушател", "participant")
COUNT: Stems = ("сан", "количеств", "число", "численност", "number", "count")
LIST: Stems = ("тізім", "список", "списк", "list")
PUBLICATION: Stems = ("жариялан", "публикац", "мақала", "стать", "publication", "article", "post", "пост")
SURVEY: Stems = ("сауалнама", "анкет", "опрос", "survey", "questionnaire")
MATERIAL: Stems = (
    "материал",
    "нұсқаулы",
    "пособи",
    "руководств",
    "методич",
    "брошюр",
    "буклет",
    "кітапша",
    "material",
    "manual",
    "guide",
)
SPECIALIST: Stems = ("маман", "специалист", "эксперт", "тренер", "спикер", "specialist", "expert")
ENGAGED: Stems = ("тарт", "привлеч", "engaged")
BENEFICIARY: Stems = ("бенефициар", "пайда алушы", "благополучател", "beneficiar")
NGO: Stems = ("үеұ", "нпо!", "ngo", "ұйым", "организац", "organisation", "organization")
PHOTO: Stems = ("фото", "сурет", "photo", "picture")
VIDEO: Stems = ("бейне", "видео", "ролик", "video")
EVENT: Stems = (
    "семинар",
    "тренинг",
    "іс шара",
    "курс",
    "мероприят",
    "вебинар",
    "мастер класс",
    "seminar",
    "training",
    "event",
)

KIND_RULES = (
    WordRule("photo_video", (PHOTO, VIDEO)),
    WordRule("coffee_break_photo", (("кофе", "coffee", "үзіліс шай"),)),
    WordRule("handout", (("үлестірме", "таратпа", "таратылатын", "раздаточ", "handout"),)),
    WordRule("press_release", (("баспасөз", "пресс релиз", "релиз", "press"),)),
    WordRule(
        "media_plan",
        (("медиа жоспар", "медиажоспар", "медиаплан", "медиа план", "media plan", "контент план", "контент жоспар"),),
    ),
    WordRule("digest", (("дайджест", "digest"),)),
    WordRule("infographic", (("инфографи", "infographic"),)),
    WordRule("banner", (("баннер", "banner"),)),
    WordRule("satisfaction", (("қанағат", "удовлетвор", "satisf"),)),
    WordRule("indirect_beneficiaries", (("жанама", "косвенн", "indirect"), BENEFICIARY)),
    WordRule("direct_beneficiaries", (BENEFICIARY,)),
    WordRule("staff_employed", (("еңбек шарт", "трудов", "employ"),)),
    WordRule("views", (("қаралым", "просмотр", "охват", "қамту", "view"),)),
    WordRule("screenshot", (("скрин", "screenshot"),)),
    WordRule("survey_contacts_list", (SURVEY, ("байланыс", "контакт", "contact"))),
    WordRule("survey_copies", (SURVEY, ("көшірме", "копи", "толтырыл", "заполнен", "cop", "complet"))),
    WordRule("certification_ceremony", (("рәсім", "церемони", "ceremon"),)),
    WordRule("certificates", (("сертификат", "certificate"), (*COUNT, "берілген", "тапсырыл", "выдан", "issued"))),
    WordRule("selection_list", (("іріктеу", "іріктел", "отбор", "selection", "selected"), LIST)),
    WordRule("protocol", (("хаттама", "протокол", "minutes", "protocol"),)),
    WordRule("trip_report", (("сапар", "поездк", "командиров", "trip"), ("есеб", "есеп", "отчет", "отчёт", "report"))),
    WordRule(
        "participants_list",
        ((*PARTICIPANT, "тіркеу", "регистрац", "явк"), (*LIST, "парағ", "парақ", "лист", "журнал", "sheet")),
    ),
    WordRule("ngos_covered", ((*NGO,), ("қамтыл", "охвачен", "covered"))),
    WordRule("partners", (("серіктес", "әріптес", "партн", "partner"), COUNT)),
    WordRule("participants_count", (PARTICIPANT, COUNT)),
    WordRule("specialist_cv", (("түйіндеме", "резюме", "cv!"),)),
    WordRule("specialists_engaged", (SPECIALIST, ENGAGED, COUNT)),
    WordRule("specialist_cv", (SPECIALIST, ENGAGED)),
    WordRule("programme", (("бағдарлама", "программ", "күн тәртібі", "повестк", "programme", "program", "agenda"),)),
    WordRule(
        "social_post",
        (("әлеуметтік желі", "социальн сет", "соцсет", "instagram", "facebook", "telegram", "social"), PUBLICATION),
    ),
    WordRule(
        "media_publication",
        (("бақ!", "бақт", "бақп", "сми!", "газет", "телеарна", "телеканал", "масс медиа", "mass media"), PUBLICATION),
    ),
    WordRule("material_distribution", (MATERIAL, ("тарат", "распростран", "раздач", "distribut"))),
    WordRule("publication", (PUBLICATION,)),
    WordRule("developed_material", (MATERIAL,)),
    WordRule("video", (VIDEO,)),
    WordRule("photo", (PHOTO,)),
    WordRule("report", (("есеб", "есеп", "отчет", "отчёт", "report"),)),
    WordRule("events_count", (EVENT, COUNT)),
    WordRule("participants_list", (LIST,)),
)
UNIT_RULES = (
    WordRule("percent", (("%", "пайыз", "процент", "percent"),)),
    WordRule("screenshot", (("скрин", "screenshot"),)),
    WordRule(
        "medical_worker",
        (("медицина", "медицин", "medical"), ("қызметкер", "работник", "маман", "специалист", "worker")),
    ),
    WordRule("medical_worker", (("медик", "дәрігер", "мейіргер", "врач", "медсест"),)),
    WordRule("personal_assistant", (("көмекші", "помощник", "ассистент", "assistant"),)),
    WordRule("survey_export", (("жүктеме", "выгрузк", "export"),)),
    WordRule("survey", (SURVEY,)),
    WordRule("media_plan", (("медиа жоспар", "медиажоспар", "медиаплан", "media plan"),)),
    WordRule("photo", (PHOTO,)),
    WordRule("video", (VIDEO,)),
    WordRule("post", (("пост", "post"),)),
    WordRule("publication", (PUBLICATION,)),
    WordRule("list", (LIST,)),
    WordRule("programme", (("бағдарлама", "программ", "programme", "program"),)),
    WordRule("cv", (("түйіндеме", "резюме", "cv!"),)),
    WordRule("certificate", (("сертификат", "certificate"),)),
    WordRule("ceremony", (("рәсім", "церемони", "ceremon"),)),
    WordRule("protocol", (("хаттама", "протокол", "minutes"),)),
    WordRule("report", (("есеп", "есеб", "отчет", "отчёт", "report"),)),
    WordRule("infographic", (("инфографи", "infographic"),)),
    WordRule("banner", (("баннер", "banner"),)),
    WordRule("view", (("қаралым", "просмотр", "view"),)),
    WordRule("digest", (("дайджест", "digest"),)),
    WordRule("document", (("құжат", "документ", "document"),)),
    WordRule("material", (("материал", "нұсқаулы", "брошюр", "буклет", "пособи", "material"),)),
    WordRule("seminar", (("семинар", "тренинг", "вебинар", "seminar"),)),
    WordRule("event", (("іс шара", "мероприят", "event"),)),
    WordRule("organisation_or_person", (("ұйым", "организац", "organisation"), ("адам", "человек", "person"))),
    WordRule("organisation", (("ұйым", "организац", "үеұ", "нпо!", "организ", "organisation"),)),
    WordRule(
        "person",
        (("адам", "человек", "чел", "қатысушы", "участник", "слушател", "тыңдаушы", "маман", "person", "people"),),
    ),
)
PER_RULES = (
    WordRule(
        "participant",
        (
            ("әр!", "әрбір", "кажд", "each", "per!", "every"),
            ("қатысушы", "тыңдаушы", "участник", "слушател", "participant", "адам", "человек"),
        ),
    ),
    WordRule(
        "trip_day",
        (
            ("әр!", "әрбір", "кажд", "күн сайын", "ежедневно", "each", "per!", "every"),
            ("күн", "день", "дня", "ежедневно", "day"),
        ),
    ),
    WordRule(
        "month",
        (
            (
                "ай сайын",
                "әр ай",
                "ежемесячн",
                "кажд месяц",
                "в месяц",
                "айына",
                "monthly",
                "each month",
                "per month",
                "every month",
            ),
        ),
    ),
    WordRule("list", (("әр!", "әрбір", "кажд", "each", "per!"), LIST)),
    WordRule("event", (("әр!", "әрбір", "кажд", "each", "per!"), EVENT)),
)
EVENT_TYPE_RULES = (
    WordRule("round_table", (("дөңгелек", "кругл", "round"),)),
    WordRule("certification", (("сертификатта", "сертификац", "certification"),)),
    WordRule("selection", (("ірікте", "отбор", "selection"),)),
    WordRule("trip", (("сапар", "поездк", "trip"),)),
    WordRule("course", (("курс", "course"),)),
    WordRule("seminar", (("семинар", "тренинг", "вебинар", "мастер класс", "seminar", "training"),)),
    WordRule("final_presentation", (("презентац", "presentation"),)),
    WordRule("final_meeting", (("кездесу", "жиналыс", "встреч", "собрани", "форум", "конференц", "meeting"),)),
    WordRule("publication", (("шығару", "басып", "издани", "выпуск", "publish"),)),
)
AUDIENCE_RULES = (
    WordRule("medical_worker", (("медицина", "медицин", "medical"), ("қызметкер", "работник", "worker", "персонал"))),
    WordRule("personal_assistant", (("көмекші", "помощник", "ассистент", "assistant"),)),
)


def find_meanings(text: str, rules: Sequence[WordRule]) -> list[str]:
    """Return the meanings of all rules that hold for a text, in the order of the rules."""
    words = split_words(text)
    return [
        rule.meaning for rule in rules if all(any(has_stem(words, stem) for stem in group) for group in rule.groups)
    ]


def find_meaning(text: str, rules: Sequence[WordRule]) -> str:
    """Return the meaning of the first rule that holds for a text; empty if none does."""
    return next(iter(find_meanings(text, rules)), "")

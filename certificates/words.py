"""The words printed on certificates in Kazakh, Russian and English. A person's name stands alone, in the nominative."""

from collections.abc import Iterator, Sequence
from datetime import date

DEFAULT_HEADINGS = {"kk": "СЕРТИФИКАТ", "ru": "СЕРТИФИКАТ", "en": "CERTIFICATE"}
SPECIMEN_LABELS = {"kk": "ҮЛГІ", "ru": "ОБРАЗЕЦ", "en": "SPECIMEN"}
AWARDED_TO = {"ru": "выдан", "en": "is awarded to"}  # in Kazakh the verb «берілді» follows the name
PRESENTED_TO = {"ru": "вручается", "en": "is awarded to"}  # for a custom heading of unknown gender
AWARDED = {"kk": "", "ru": "выдан", "en": "awarded"}  # the same without a name after it
PRESENTED = {"kk": "", "ru": "вручается", "en": "awarded"}
CO_ISSUER_PHRASES = {"kk": "Тең ұйымдастырушы: {name}", "ru": "Соорганизатор: {name}", "en": "Co-organiser: {name}"}
CHECK_INSTRUCTIONS = {
    "kk": "Түпнұсқалығын тексеру үшін кодты камерамен сканерлеңіз",
    "ru": "Для проверки подлинности наведите камеру на код",
    "en": "To check it, point a camera at the code",
}
VALID_UNTIL_PHRASES = {"kk": "Жарамдылық мерзімі: {day}", "ru": "Действителен по {day}", "en": "Valid until {day}"}

# {title} is the seminar's title.
AWARD_REASONS = {
    ("participation", "seminar"): {
        "kk": "«{title}» тақырыптық семинарына қатысқаны үшін берілді",
        "ru": "за участие в тематическом семинаре «{title}»",
        "en": "for taking part in the thematic seminar “{title}”",
    },
    ("participation", "course"): {
        "kk": "«{title}» оқыту курсына қатысқаны үшін берілді",
        "ru": "за участие в обучающем курсе «{title}»",
        "en": "for taking part in the training course “{title}”",
    },
    ("participation", "round_table"): {
        "kk": "«{title}» дөңгелек үстеліне қатысқаны үшін берілді",
        "ru": "за участие в круглом столе «{title}»",
        "en": "for taking part in the round table “{title}”",
    },
    ("participation", "meeting"): {
        "kk": "«{title}» кездесуіне қатысқаны үшін берілді",
        "ru": "за участие во встрече «{title}»",
        "en": "for taking part in the meeting “{title}”",
    },
    ("participation", "ceremony"): {
        "kk": "«{title}» рәсіміне қатысқаны үшін берілді",
        "ru": "за участие в церемонии «{title}»",
        "en": "for taking part in the ceremony “{title}”",
    },
    ("participation", "presentation"): {
        "kk": "«{title}» презентациясына қатысқаны үшін берілді",
        "ru": "за участие в презентации «{title}»",
        "en": "for taking part in the presentation “{title}”",
    },
    ("participation", "selection"): {
        "kk": "«{title}» іріктеуіне қатысқаны үшін берілді",
        "ru": "за участие в отборе «{title}»",
        "en": "for taking part in the selection “{title}”",
    },
    ("participation", "trip"): {
        "kk": "«{title}» тәжірибе алмасу сапарына қатысқаны үшін берілді",
        "ru": "за участие в поездке по обмену опытом «{title}»",
        "en": "for taking part in the exchange-of-experience trip “{title}”",
    },
    ("completion", "seminar"): {
        "kk": "«{title}» тақырыптық семинарын аяқтағаны үшін берілді",
        "ru": "за прохождение тематического семинара «{title}»",
        "en": "for completing the thematic seminar “{title}”",
    },
    ("completion", "course"): {
        "kk": "«{title}» оқыту курсын аяқтағаны үшін берілді",
        "ru": "за прохождение обучающего курса «{title}»",
        "en": "for completing the training course “{title}”",
    },
}

MONTHS = {
    "kk": [
        "қаңтар",
        "ақпан",
        "наурыз",
        "сәуір",
        "мамыр",
        "маусым",
        "шілде",
        "тамыз",
        "қыркүйек",
        "қазан",
        "қараша",
        "желтоқсан",
    ],
    "ru": [
        "января",
        "февраля",
        "марта",
        "апреля",
        "мая",
        "июня",
        "июля",
        "августа",
        "сентября",
        "октября",
        "ноября",
        "декабря",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


def format_award_reason(kind: str, event: str, title: str, language: str) -> str:
    """Return what the certificate is awarded for; an event without its own sentence is a seminar. Inner quotes are converted."""
    sentences = AWARD_REASONS.get((kind, event)) or AWARD_REASONS[(kind, "seminar")]
    quoted_title = (
        title.replace("«", "„").replace("»", "“") if language != "en" else title.replace("“", "‘").replace("”", "’")
    )
    return sentences[language].format(title=quoted_title)


def format_heading_as_word(heading: str) -> str:
    """Format a heading as a word in a sentence: all capitals become an initial capital."""
    return heading.capitalize() if heading.isupper() else heading


def format_academic_hours(number: int, language: str) -> str:
    """Format the duration in academic hours."""
    if language == "kk":
        return f"Көлемі: {number} академиялық сағат"
    if language == "en":
        return f"{number} academic hour{'' if number == 1 else 's'}"
    tens, ones = number % 100, number % 10
    noun = "час" if ones == 1 and tens != 11 else "часа" if ones in (2, 3, 4) and tens not in (12, 13, 14) else "часов"
    kind = "академический" if noun == "час" else "академических"
    return f"Объём: {number} {kind} {noun}"


def format_printed_day(day: date, language: str) -> str:
    """Format a date as in official documents."""
    month = MONTHS[language][day.month - 1]
    if language == "kk":
        return f"{day.year} жылғы {day.day} {month}"
    return f"{day.day} {month} {day.year} года" if language == "ru" else f"{day.day} {month} {day.year}"


def format_printed_days(held_on: Sequence[date], language: str) -> str:
    """Format the days on which it was held: within one month a list with runs joined, otherwise from first to last."""
    ordered = sorted(set(held_on))
    if not ordered:
        return ""
    first, last = ordered[0], ordered[-1]
    if first == last:
        return format_printed_day(first, language)
    if (first.year, first.month) != (last.year, last.month):
        return f"{format_printed_day(first, language)} – {format_printed_day(last, language)}"
    numbers = ", ".join(format_number_runs([day.day for day in ordered]))
    month = MONTHS[language][first.month - 1]
    if language == "kk":
        return f"{first.year} жылғы {numbers} {month}"
    return f"{numbers} {month} {first.year} года" if language == "ru" else f"{numbers} {month} {first.year}"


def format_number_runs(numbers: Sequence[int]) -> Iterator[str]:
    """Yield ascending numbers as text, consecutive ones as a range."""
    start = 0
    for position, number in enumerate(numbers, 1):
        if position == len(numbers) or numbers[position] != number + 1:
            yield str(number) if numbers[start] == number else f"{numbers[start]}–{number}"
            start = position

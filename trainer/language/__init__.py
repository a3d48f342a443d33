"""Kazakh, Russian and English: choice of the language, message catalogues, dates, collation, translated texts."""

LANGUAGES = ("kk", "ru", "en")
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}

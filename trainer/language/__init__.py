"""Kazakh, Russian and English: which one to speak, how dates, names and numbers are written in it, and the catalogues."""

LANGUAGES = ("kk", "ru", "en")
LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}

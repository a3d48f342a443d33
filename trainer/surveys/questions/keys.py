"""Keys of questions and choices: made of their words, never typed; one that was ever used is not given to something else."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from trainer.language.translated import Translated
from trainer.language.transliteration import CYRILLIC_TO_LATIN
from trainer.surveys.questions.model import KEY_PATTERN, OVERALL_KEY, OWN_CODE_KEY, Choice, SurveyQuestionKind

MAX_KEY_LENGTH = 30
RESERVED_KEYS = frozenset({OVERALL_KEY, OWN_CODE_KEY, "meta"})  # `meta` is taken in every XLSForm


def build_unique_key(text: Translated, taken_keys: Collection[str], fallback: str) -> str:
    """Make a key of the English words, else of the Kazakh or the Russian ones in Latin letters; a number keeps it apart."""
    base = transliterate_to_key(text.en or text.kk or text.ru) or fallback
    tries = (base, *(f"{base}_{number}" for number in range(2, len(taken_keys) + 3)))
    return next(each for each in tries if each not in taken_keys)


def transliterate_to_key(text: str) -> str:
    """Write words as a key, cut where a word ends; empty where they have no letters that we can write."""
    lower = unicodedata.normalize("NFC", text).lower()
    latin = "".join(CYRILLIC_TO_LATIN.get(letter, letter) for letter in lower).replace("_", " " if "_" in lower else "")
    parts = re.findall(r"[a-z0-9]+", latin)
    while parts and not parts[0][0].isalpha():
        parts = parts[1:] if len(parts) > 1 else [f"n{parts[0]}"]
    key = "_".join(parts)
    if len(key) > MAX_KEY_LENGTH:
        key = key[: MAX_KEY_LENGTH + 1].rpartition("_")[0] or key[:MAX_KEY_LENGTH]
    return key if KEY_PATTERN.fullmatch(key) else ""


def assign_choice_keys(choices: Sequence[Choice], known_keys: Iterable[str], fallback: str) -> tuple[Choice, ...]:
    """Give keys to the choices that have none, or one that is not known."""
    known_keys = set(known_keys)
    taken = {*known_keys, *(each.key for each in choices)}
    found = []
    used: set[str] = set()
    for each in choices:
        key = each.key if each.key in known_keys - used else build_unique_key(each.text, taken | used, fallback)
        used.add(key)
        found.append(replace(each, key=key))
    return tuple(found)


def assign_choice_keys_from_names(choices: Sequence[Choice], fallback: str) -> tuple[Choice, ...]:
    """Give every choice a key: its name in the file where that is one."""
    found: list[Choice] = []
    for each in choices:
        taken = {one.key for one in found} | {one.key for one in choices if KEY_PATTERN.fullmatch(one.key)}
        good = KEY_PATTERN.fullmatch(each.key) and each.key not in {one.key for one in found}
        found.append(each if good else replace(each, key=build_unique_key(Translated(en=each.key), taken, fallback)))
    return tuple(found)


def build_key_from_name(name: str, kind: SurveyQuestionKind, taken_keys: set[str]) -> str:
    """Give a question the name that it has in the file where that can be a key; the overall item and the own code are of their kinds."""
    wrong = (name == OVERALL_KEY and kind != SurveyQuestionKind.SATISFACTION) or (
        name == OWN_CODE_KEY and kind != SurveyQuestionKind.CODE
    )
    if KEY_PATTERN.fullmatch(name) and name not in taken_keys and not wrong:
        return name
    return build_unique_key(
        Translated(en=transliterate_to_key(name).replace("_", " ")), taken_keys | RESERVED_KEYS, "question"
    )

"""Keys of questions and choices: derived from their text, and never reused for another question of the same survey."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from trainer.language.translated import Translated
from trainer.language.transliteration import CYRILLIC_TO_LATIN
from trainer.surveys.questions.model import KEY_PATTERN, OVERALL_KEY, OWN_CODE_KEY, Choice, SurveyQuestionKind

MAX_KEY_LENGTH = 30
RESERVED_KEYS = frozenset({OVERALL_KEY, OWN_CODE_KEY, "meta"})  # XLSForm uses `meta` for a group of its own


def build_unique_key(text: Translated, taken_keys: Collection[str], fallback: str) -> str:
    """Return a key that is not in `taken_keys`, numbered where necessary.

    It is derived from the English text, else from the Kazakh or Russian one; `fallback` replaces a text without letters.
    """
    base = transliterate_to_key(text.en or text.kk or text.ru) or fallback
    candidates = (base, *(f"{base}_{number}" for number in range(2, len(taken_keys) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken_keys)


def transliterate_to_key(text: str) -> str:
    """Return a text as a key of at most MAX_KEY_LENGTH letters, digits and underscores, cut at the end of a word.

    Cyrillic letters become Latin ones. The key is empty if no letter can be transliterated.
    """
    lower = unicodedata.normalize("NFC", text).lower()
    latin = "".join(CYRILLIC_TO_LATIN.get(letter, letter) for letter in lower)
    # The transliteration writes hard and soft signs as underscores; only those that the text itself has part words.
    words = re.findall(r"[a-z0-9]+", latin.replace("_", " " if "_" in lower else ""))
    while words and not words[0][0].isalpha():
        words = words[1:] if len(words) > 1 else [f"n{words[0]}"]
    key = "_".join(words)
    if len(key) > MAX_KEY_LENGTH:
        key = key[: MAX_KEY_LENGTH + 1].rpartition("_")[0] or key[:MAX_KEY_LENGTH]
    return key if KEY_PATTERN.fullmatch(key) else ""


def assign_choice_keys(choices: Sequence[Choice], known_keys: Iterable[str], fallback: str) -> tuple[Choice, ...]:
    """Return the choices, each with a key of its own: a key in `known_keys` stays, any other is made anew."""
    known_keys = set(known_keys)
    taken_keys = {*known_keys, *(choice.key for choice in choices)}
    used_keys: set[str] = set()
    keyed_choices = []
    for choice in choices:
        is_known = choice.key in known_keys - used_keys
        key = choice.key if is_known else build_unique_key(choice.text, taken_keys | used_keys, fallback)
        used_keys.add(key)
        keyed_choices.append(replace(choice, key=key))
    return tuple(keyed_choices)


def assign_choice_keys_from_names(choices: Sequence[Choice], fallback: str) -> tuple[Choice, ...]:
    """Return the choices of a file, each with a key of its own: the name in the file if that is a valid key."""
    valid_names = {choice.key for choice in choices if KEY_PATTERN.fullmatch(choice.key)}
    keyed_choices: list[Choice] = []
    for choice in choices:
        used_keys = {keyed_choice.key for keyed_choice in keyed_choices}
        if choice.key in valid_names - used_keys:
            keyed_choices.append(choice)
        else:
            key = build_unique_key(Translated(en=choice.key), used_keys | valid_names, fallback)
            keyed_choices.append(replace(choice, key=key))
    return tuple(keyed_choices)


def build_key_from_name(name: str, kind: SurveyQuestionKind, taken_keys: set[str]) -> str:
    """Return the key of a question that a file names: the name itself if it is a valid key and not taken.

    The keys of the overall question and of the personal code are reserved for questions of their kinds.
    """
    has_wrong_kind = (name == OVERALL_KEY and kind != SurveyQuestionKind.SATISFACTION) or (
        name == OWN_CODE_KEY and kind != SurveyQuestionKind.CODE
    )
    if KEY_PATTERN.fullmatch(name) and name not in taken_keys and not has_wrong_kind:
        return name
    text = Translated(en=transliterate_to_key(name).replace("_", " "))
    return build_unique_key(text, taken_keys | RESERVED_KEYS, "question")

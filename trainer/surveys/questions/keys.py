"""Keys of questions and choices: made of their words, never typed; one that was ever used is not given to something else."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from trainer.language.translated import Translated
from trainer.seminars.registration_window import LATIN
from trainer.surveys.questions.model import KEY, OVERALL, OWN_CODE, Choice, QuestionKind

LONGEST = 30
RESERVED = frozenset({OVERALL, OWN_CODE, "meta"})  # `meta` is taken in every XLSForm


def key_for(text: Translated, taken: Collection[str], fallback: str) -> str:
    """Make a key of the English words, else of the Kazakh or the Russian ones in Latin letters; a number keeps it apart."""
    base = spelled(text.en or text.kk or text.ru) or fallback
    tries = (base, *(f"{base}_{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in tries if each not in taken)


def spelled(words: str) -> str:
    """Write words as a key, cut where a word ends; empty where they have no letters that we can write."""
    lower = unicodedata.normalize("NFC", words).lower()
    latin = "".join(LATIN.get(letter, letter) for letter in lower).replace("_", " " if "_" in lower else "")
    parts = re.findall(r"[a-z0-9]+", latin)
    while parts and not parts[0][0].isalpha():
        parts = parts[1:] if len(parts) > 1 else [f"n{parts[0]}"]
    key = "_".join(parts)
    if len(key) > LONGEST:
        key = key[: LONGEST + 1].rpartition("_")[0] or key[:LONGEST]
    return key if KEY.fullmatch(key) else ""


def keyed(choices: Sequence[Choice], known: Iterable[str], fallback: str) -> tuple[Choice, ...]:
    """Give keys to the choices that have none, or one that is not known."""
    known = set(known)
    taken = {*known, *(each.key for each in choices)}
    found = []
    used: set[str] = set()
    for each in choices:
        key = each.key if each.key in known - used else key_for(each.text, taken | used, fallback)
        used.add(key)
        found.append(replace(each, key=key))
    return tuple(found)


def named_choices(choices: Sequence[Choice], fallback: str) -> tuple[Choice, ...]:
    """Give every choice a key: its name in the file where that is one."""
    found: list[Choice] = []
    for each in choices:
        taken = {one.key for one in found} | {one.key for one in choices if KEY.fullmatch(one.key)}
        good = KEY.fullmatch(each.key) and each.key not in {one.key for one in found}
        found.append(each if good else replace(each, key=key_for(Translated(en=each.key), taken, fallback)))
    return tuple(found)


def named_key(name: str, kind: QuestionKind, taken: set[str]) -> str:
    """Give a question the name that it has in the file where that can be a key; the overall item and the own code are of their kinds."""
    wrong = (name == OVERALL and kind != QuestionKind.SATISFACTION) or (name == OWN_CODE and kind != QuestionKind.CODE)
    if KEY.fullmatch(name) and name not in taken and not wrong:
        return name
    return key_for(Translated(en=spelled(name).replace("_", " ")), taken | RESERVED, "question")

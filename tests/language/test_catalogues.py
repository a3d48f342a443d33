"""The three catalogues: complete, in step with code and templates, with the placeholders of their sentences."""

import os
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from tests.language.catalogues import list_entries, list_entry_texts, read_catalogue
from trainer.language import LANGUAGES
from trainer.language.translate import compile_catalogues
from trainer.paths import PACKAGE_FOLDER, TEMPLATES_FOLDER, TRANSLATIONS_FOLDER

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-zA-Z]")
KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "N_": None, "ngettext": (1, 2)}
Sentence = str | tuple[str, ...]


@cache
def list_used_sentences() -> frozenset[Sentence]:
    """Return all sentences in code and templates."""
    with (TRANSLATIONS_FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    sentences: set[Sentence] = set()
    for folder in (PACKAGE_FOLDER, TEMPLATES_FOLDER):
        for _file, _line, sentence, _comments, _context in extract_from_dir(folder, methods, options, KEYWORDS):
            sentences.add(sentence)
    return frozenset(sentences)


def has_other_placeholders(message: Message) -> bool:
    """Return whether a translation has other placeholders than its sentence; a singular may omit the number."""
    expected = set(PLACEHOLDER.findall(list_entry_texts(message.id)[-1]))
    return any(
        set(PLACEHOLDER.findall(text)) not in (expected, expected - {"%(num)d"})
        for text in list_entry_texts(message.string)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(language: str) -> None:
    assert not [entry.id for entry in list_entries(read_catalogue(language)) if not all(list_entry_texts(entry.string))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_fuzzy(language: str) -> None:
    assert not [entry.id for entry in list_entries(read_catalogue(language)) if entry.fuzzy]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_of_its_sentence(language: str) -> None:
    assert not [entry.id for entry in list_entries(read_catalogue(language)) if has_other_placeholders(entry)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_exactly_the_sentences_of_code_and_templates(language: str) -> None:
    known = {entry.id for entry in list_entries(read_catalogue(language))}
    assert known - list_used_sentences() == set(), "no longer used: run `make translations`"
    assert list_used_sentences() - known == set(), "not in the catalogue yet: run `make translations`"


def test_code_and_templates_are_really_read() -> None:
    assert "Saved." in list_used_sentences()
    assert "Check what you entered" in list_used_sentences()
    assert ("%(num)d place left", "%(num)d places left") in list_used_sentences()


@pytest.mark.parametrize("translation", ["%(n)d орын", "орын", "%(count)s орын", "%d орын"])
def test_a_translation_with_another_placeholder_is_found(translation: str) -> None:
    assert has_other_placeholders(Message("%(count)d places", translation))


def test_kazakh_and_russian_are_not_english() -> None:
    for language in ("kk", "ru"):
        same = [entry.id for entry in list_entries(read_catalogue(language)) if entry.string == entry.id]
        assert not [sentence for sentence in same if re.search("[A-Za-z]{4}", str(sentence))], "left in English"


def test_every_catalogue_has_the_plural_forms_of_its_language() -> None:
    assert [read_catalogue(language).num_plurals for language in LANGUAGES] == [2, 3, 2]


def test_a_catalogue_is_compiled_once_and_again_when_it_changes(tmp_path: Path) -> None:
    compile_catalogues(tmp_path)
    compiled = tmp_path / "kk" / "LC_MESSAGES" / "messages.mo"
    first = compiled.stat().st_mtime_ns
    compile_catalogues(tmp_path)
    assert compiled.stat().st_mtime_ns == first
    compiled.write_bytes(b"old")
    source = TRANSLATIONS_FOLDER / "kk" / "LC_MESSAGES" / "messages.po"
    os.utime(compiled, (source.stat().st_mtime - 1,) * 2)
    compile_catalogues(tmp_path)
    assert compiled.read_bytes() != b"old"

"""The user texts use the words of glossary.yaml, and Kazakh buttons are verbal nouns."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Message

from tests.language.catalogues import list_entries, list_entry_texts, read_catalogue
from trainer.attendance.tablet.app_wording import TABLET_TEXTS
from trainer.language import LANGUAGES
from trainer.paths import TEMPLATES_FOLDER
from trainer.surveys.questions.templates import SURVEY_TEMPLATE_FOLDER

GLOSSARY = Path(__file__).with_name("glossary.yaml")
BUTTON = re.compile(
    r"""<button\b(?:[^>"]|"[^"]*")*>(?P<button>.*?)</button>
    |<a\b(?=(?:[^>"]|"[^"]*")*?\bclass="button\b)(?:[^>"]|"[^"]*")*>(?P<link>.*?)</a>""",
    re.DOTALL | re.VERBOSE,
)
HIDDEN_PART = re.compile(r'<span class="visually-hidden">.*?</span>', re.DOTALL)
TRANSLATED = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')
TABLET_TEXT = re.compile(r'\bword\("([\w-]+)"\)')
KAZAKH_VERBAL_NOUN = re.compile(r"[а-яёәғқңөұүһі](?:у|ю)$")
AFTER_THE_VERB = re.compile(r"\s*(?:\((?:[^()]|\(\w+\))*\)|%\(\w+\)[sd])$")  # a format, a number
# Buttons whose Kazakh text need not be a verbal noun, by the reason.
KAZAKH_NOUN_BUTTONS = {
    "leads to a page or a tab that is named by what it holds": {
        "Lists and sheets",
        "Came without registering: %(num)d",
        "Organisation details",
        "Paper forms",
        "Questions",
        "Title and times",
        "Results and documents",
        "On a shared tablet",
        "Recovery codes",
        "Second step of signing in",
        "Passkeys",
    },
    "moves between pages or questions": {
        "Back",
        "Next",
        "Previous",
        "Next questions",
        "Previous questions",
        "Newer",
        "Older",
    },
    "is a note about the person whose row is the button": {
        "No photos",
        "Not on the list: the organiser decides",
        "Without registration",
    },
    "is a status or a filter that is switched on and off": {"Late", "Not here yet"},
}


@dataclass(frozen=True)
class GlossaryRule:
    """A pattern that no text of a language may match, except the translations of some sentences."""

    language: str
    pattern: re.Pattern[str]
    instead: str
    why: str
    example: str
    exceptions: frozenset[str]


def read_glossary() -> list[GlossaryRule]:
    """Read the rules of glossary.yaml. Raises KeyError for a rule that lacks a field."""
    return [
        GlossaryRule(
            language,
            re.compile(rule["forbidden"]),
            rule["instead"],
            rule["why"],
            rule["example"],
            frozenset(rule.get("except", ())),
        )
        for language, rules in yaml.safe_load(GLOSSARY.read_text(encoding="utf-8")).items()
        for rule in rules
    ]


RULES = read_glossary()


def collect_translations(node: Any) -> Iterator[dict[str, str]]:
    """Yield every text in three languages inside the data of a YAML file."""
    if isinstance(node, dict):
        if set(LANGUAGES) <= set(node):
            yield node
        else:
            for value in node.values():
                yield from collect_translations(value)
    elif isinstance(node, list):
        for value in node:
            yield from collect_translations(value)


@cache
def list_ready_made_texts(language: str) -> list[Message]:
    """Return the texts of the ready-made surveys as entries of a catalogue."""
    return [
        Message(texts["en"], texts[language])
        for path in sorted(SURVEY_TEMPLATE_FOLDER.glob("*.yaml"))
        for texts in collect_translations(yaml.safe_load(path.read_text(encoding="utf-8")))
    ]


def get_sentence(entry: Message) -> str:
    """Return the English sentence of an entry; of a plural, the singular."""
    return list_entry_texts(entry.id)[0]


def list_violations(rule: GlossaryRule, entries: list[Message]) -> list[str]:
    """Return the texts that break a rule, each with what to write instead."""
    return [
        f"{get_sentence(entry)!r}: {text!r}; instead: {rule.instead} ({rule.why})"
        for entry in entries
        if get_sentence(entry) not in rule.exceptions
        for text in list_entry_texts(entry.string)
        if rule.pattern.search(text)
    ]


@cache
def list_catalogue(language: str) -> list[Message]:
    """Return the entries of a language's catalogue."""
    return list_entries(read_catalogue(language))


def collect_buttons(source: str) -> Iterator[str]:
    """Yield the English texts of the buttons, and of the links that look like buttons, in a template's source."""
    for match in BUTTON.finditer(source):
        visible = HIDDEN_PART.sub("", match["button"] or match["link"] or "")
        yield from TRANSLATED.findall(visible)
        yield from (str(TABLET_TEXTS[key]) for key in TABLET_TEXT.findall(visible))


@cache
def list_buttons() -> frozenset[str]:
    """Return the English texts of all buttons of the templates."""
    return frozenset(
        text for path in TEMPLATES_FOLDER.rglob("*.html") for text in collect_buttons(path.read_text(encoding="utf-8"))
    )


def is_verbal_noun(text: str) -> bool:
    """Return whether a Kazakh text ends in a verbal noun (-у, -ю), before or after a colon."""
    return any(KAZAKH_VERBAL_NOUN.search(AFTER_THE_VERB.sub("", part.strip())) for part in text.split(":"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.language} {rule.instead}")
def test_no_text_uses_a_forbidden_word(rule: GlossaryRule) -> None:
    assert list_violations(rule, list_catalogue(rule.language)) == []
    assert list_violations(rule, list_ready_made_texts(rule.language)) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.language} {rule.instead}")
def test_a_forbidden_word_is_found(rule: GlossaryRule) -> None:
    [violation] = list_violations(rule, [Message("Some sentence", rule.example)])
    assert rule.instead in violation


def test_the_ready_made_surveys_are_read() -> None:
    assert all(len(list_ready_made_texts(language)) > 100 for language in LANGUAGES)


def test_every_language_has_rules() -> None:
    assert {rule.language for rule in RULES} == set(LANGUAGES)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.exceptions], ids=lambda rule: rule.instead)
def test_every_exception_is_needed(rule: GlossaryRule) -> None:
    needed = {
        get_sentence(entry)
        for entry in [*list_catalogue(rule.language), *list_ready_made_texts(rule.language)]
        if any(rule.pattern.search(text) for text in list_entry_texts(entry.string))
    }
    assert rule.exceptions <= needed


def test_every_kazakh_button_is_a_verbal_noun() -> None:
    nouns = frozenset[str]().union(*KAZAKH_NOUN_BUTTONS.values())
    kazakh = {get_sentence(entry): list_entry_texts(entry.string)[0] for entry in list_catalogue("kk")}
    buttons = list_buttons()
    assert nouns <= buttons, "no longer a button"
    assert [(text, kazakh[text]) for text in sorted(buttons - nouns) if not is_verbal_noun(kazakh[text])] == []


def test_the_buttons_of_the_templates_are_found() -> None:
    source = """<button type="submit" title="a > b" class="button">{{ _("Save") }}<span class="visually-hidden">: {{ _("Name") }}</span>
    </button> <a href="{{ url_for('x', y=1) }}"
       class="button second">{{ _("Add") }}</a> <a href="/">{{ _("Home") }}</a> <button>{{ word("undo") }}</button>"""
    assert list(collect_buttons(source)) == ["Save", "Add", "Undo"]
    assert len(list_buttons()) > 100


@pytest.mark.parametrize(
    "text", ["Сақтау", "Жүктеп алу (PDF)", "Қосу (%(language)s)", "Бір адам: біріктіру", "Қалдыру: %(status)s"]
)
def test_a_verbal_noun_is_recognised(text: str) -> None:
    assert is_verbal_noun(text)


@pytest.mark.parametrize("text", ["Сақтаңыз", "Басылсын", "Сақталды", "Барлық хабарлама"])
def test_another_form_is_no_verbal_noun(text: str) -> None:
    assert not is_verbal_noun(text)

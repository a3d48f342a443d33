"""Stored choices of a question: keys that stay the same when a choice is reworded."""

import secrets
from collections.abc import Sequence
from typing import Any

from trainer.language import LANGUAGES
from trainer.language.translated import Translated


def build_stored_choices(labels: Sequence[Translated], earlier_choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return choices as [{"key", "text"}]; a choice that is worded as before in some language keeps its key.

    Answers store the key, so they stay valid when a choice is translated or reworded.
    """
    keys = match_choice_keys(labels, earlier_choices)
    return [{"key": keys.get(label) or secrets.token_hex(4), "text": label.to_mapping()} for label in labels]


def match_choice_keys(labels: Sequence[Translated], earlier_choices: list[dict[str, Any]]) -> dict[Translated, str]:
    """Return the keys of earlier choices by label, matched by the Kazakh text, then the Russian, then the English."""
    unmatched = {choice["key"]: Translated.from_mapping(choice["text"]) for choice in earlier_choices}
    matched: dict[Translated, str] = {}
    for language in LANGUAGES:
        keys = {
            choice_text.get_exact_text(language): key
            for key, choice_text in unmatched.items()
            if choice_text.get_exact_text(language)
        }
        for label in labels:
            key = keys.get(label.get_exact_text(language), "")
            if key in unmatched and label not in matched:
                matched[label] = key
                del unmatched[key]
    return matched

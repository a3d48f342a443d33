"""Texts of the organizer's actions: undoing is not said with the word for cancelling."""

import pytest
from flask import Flask
from flask_babel import force_locale

from trainer.language.translate import gettext as _
from trainer.registration.desk.bulk_actions import BulkAction
from trainer.registration.desk.wording import ACTION_NAMES, COMPLETED_ACTION_NAMES, UNDO_ACTION_NAMES

pytestmark = pytest.mark.one_database

CANCELLING_STEMS = {"kk": ("жою", "жойыл", "бас тарт"), "ru": ("отмен",), "en": ("cancel ", "cancelled")}


@pytest.mark.parametrize("language", CANCELLING_STEMS)
def test_undoing_has_another_word_than_cancelling(app: Flask, language: str) -> None:
    with app.test_request_context(), force_locale(language):
        cancelling = [str(names[BulkAction.CANCEL]).casefold() for names in (ACTION_NAMES, COMPLETED_ACTION_NAMES)]
        undoing = [str(name).casefold() for name in UNDO_ACTION_NAMES.values()]
        undoing += [_("Undo"), _("Undone"), _("Undone: %(num)d.", num=1), _("This has already been undone.")]
    stems = CANCELLING_STEMS[language]
    assert all(any(stem in f"{words} " for stem in stems) for words in cancelling)
    assert [words for words in undoing if any(stem in f"{words.casefold()} " for stem in stems)] == []


@pytest.mark.parametrize("language", CANCELLING_STEMS)
def test_every_undo_says_what_it_undoes(app: Flask, language: str) -> None:
    assert set(UNDO_ACTION_NAMES) == set(COMPLETED_ACTION_NAMES) == set(BulkAction)
    with app.test_request_context(), force_locale(language):
        names = [str(name) for name in (*UNDO_ACTION_NAMES.values(), *COMPLETED_ACTION_NAMES.values())]
        assert len({*names, _("Undo")}) == len(names) + 1

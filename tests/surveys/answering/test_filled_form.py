"""Answers and the form: whatever was answered is shown so that sending it again says the same."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.surveys.survey_factories import ONE_OF_EACH, typed
from trainer.surveys.answering.forms import answer_form, data_of
from trainer.surveys.questions.validation import checked

SCALE = st.integers(1, 5)
WORDS = st.text("абвАБВ .,?0123456789", min_size=1, max_size=40).map(lambda text: " ".join(text.split())).filter(bool)
ANSWERS = st.fixed_dictionaries(
    {"overall": SCALE},
    optional={
        "useful": SCALE,
        "work": st.sampled_from(["ward", "home", "other"]),
        "tools": st.lists(st.sampled_from(["board", "chair", "lift"]), unique=True, min_size=1),
        "trainers": st.dictionaries(st.sampled_from(["first", "second"]), SCALE, min_size=1),
        "recommend": st.integers(0, 10),
        "years": st.integers(0, 60),
        "again": st.booleans(),
        "city": WORDS,
        "missing": WORDS,
    },
)


@pytest.mark.parametrize("copy", ["sqlite"], indirect=True)
@settings(max_examples=150)
@given(answers=ANSWERS)
def test_what_was_answered_goes_through_the_form_and_comes_back(app: Flask, answers: dict[str, Any]) -> None:
    kept = checked(ONE_OF_EACH, answers)
    with app.test_request_context():
        form = answer_form(ONE_OF_EACH, "kk")
        shown = form(formdata=None, data=data_of(ONE_OF_EACH, kept))
        sent = form(formdata=MultiDict(typed(kept)), meta={"csrf": False})
        assert checked(ONE_OF_EACH, shown.given) == kept
        assert sent.validate(), sent.errors
        assert sent.answers == kept

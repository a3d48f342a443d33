"""Answers and the form: whatever was answered is shown so that sending it again says the same."""

from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from tests.surveys.survey_factories import QUESTION_OF_EACH_KIND, make_form_data
from trainer.surveys.answering.forms import build_answer_form, build_answer_form_data
from trainer.surveys.questions.validation import validate_answers

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


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
@settings(max_examples=150)
@given(answers=ANSWERS)
def test_answers_survive_a_round_trip_through_the_form(app: Flask, answers: dict[str, Any]) -> None:
    kept = validate_answers(QUESTION_OF_EACH_KIND, answers)
    with app.test_request_context():
        form = build_answer_form(QUESTION_OF_EACH_KIND, "kk")
        shown = form(formdata=None, data=build_answer_form_data(QUESTION_OF_EACH_KIND, kept))
        sent = form(formdata=MultiDict(make_form_data(kept)), meta={"csrf": False})
        assert validate_answers(QUESTION_OF_EACH_KIND, shown.submitted_answers) == kept
        assert sent.validate(), sent.errors
        assert sent.validated_answers == kept

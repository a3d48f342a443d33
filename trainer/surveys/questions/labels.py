"""Labels of answers, hints and conditions of questions, in the language of the page."""

import math
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.surveys.questions.model import CHOICE_KINDS, SurveyQuestion, SurveyQuestionKind
from trainer.web.templating import format_translated

SCALE_ANSWER_LABELS = {
    SurveyQuestionKind.SATISFACTION: {
        5: _l("Very satisfied"),
        4: _l("Satisfied"),
        3: _l("Neither satisfied nor dissatisfied"),
        2: _l("Dissatisfied"),
        1: _l("Very dissatisfied"),
    },
    SurveyQuestionKind.AGREEMENT: {
        5: _l("Strongly agree"),
        4: _l("Agree"),
        3: _l("Hard to say"),
        2: _l("Disagree"),
        1: _l("Strongly disagree"),
    },
}

NPS_LABELS = {value: str(value) for value in range(11)}

YES_NO_LABELS = {"yes": _l("Yes"), "no": _l("No")}
QUESTIONS_PER_MINUTE = 5


def format_number_bounds(question: SurveyQuestion) -> str:
    """Return the sentence that states the bounds of a number question."""
    least = question.least or 0
    if question.most is None:
        return _("Enter a whole number, %(least)d or more.", least=least)
    return _("Enter a whole number from %(least)d to %(most)d.", least=least, most=question.most)


def format_survey_answer(question: SurveyQuestion, answer: Any) -> str:
    """Return an answer in the words of the form, in the language of the page; a matrix has one line for each row."""
    language = get_page_language()
    if question.kind == SurveyQuestionKind.MATRIX:
        rows = {row.key: row.text.get_text(language) for row in question.rows}
        scale = SCALE_ANSWER_LABELS[question.scale]
        return "\n".join(f"{rows.get(key, key)}: {scale.get(value, value)}" for key, value in answer.items())
    if question.kind in CHOICE_KINDS:
        keys = answer if isinstance(answer, list) else [answer]
        return "; ".join(choice.text.get_text(language) for choice in question.choices if choice.key in keys)
    if question.kind == SurveyQuestionKind.YES_NO:
        return _("Yes") if answer else _("No")
    return str(SCALE_ANSWER_LABELS.get(question.kind, {}).get(answer, answer))


def get_question_hint(question: SurveyQuestion) -> str:
    """Return the sentence that explains how to answer a question; empty for kinds that need none."""
    return {
        SurveyQuestionKind.MULTIPLE: _("You can choose several answers."),
        SurveyQuestionKind.NPS: _("0: not at all likely, 10: very likely"),
        SurveyQuestionKind.NUMBER: format_number_bounds(question),
        SurveyQuestionKind.CODE: _(
            "Make up a code that you can recreate next time but no one else can guess: the first two letters of your "
            "mother’s name and the day of the month when she was born. For example: АЙ07."
        ),
    }.get(question.kind, "")


def format_question_condition(question: SurveyQuestion, questions: Sequence[SurveyQuestion]) -> Markup:
    """Return the sentence that states when to answer a question of the survey, as HTML; empty if it is always asked."""
    if question.show_if is None:
        return Markup()
    earlier = next(earlier for earlier in questions if earlier.key == question.show_if.question_key)
    labels = Markup(" / ").join(get_answer_label(earlier, answer) for answer in question.show_if.answers)
    names = {"question": format_translated(earlier.text), "answer": labels}
    if question.kind == SurveyQuestionKind.SECTION:
        return escape(_("Answer this part only if your answer to “%(question)s” is: %(answer)s.")) % names
    return escape(_("Answer only if your answer to “%(question)s” is: %(answer)s.")) % names


def get_answer_label(question: SurveyQuestion, answer: str) -> str | Markup:
    """Return the label of an answer that a condition names, in the language of the page or marked with its own."""
    choices = {choice.key: format_translated(choice.text) for choice in question.choices}
    scale = {str(value): str(label) for value, label in SCALE_ANSWER_LABELS.get(question.kind, NPS_LABELS).items()}
    yes_no = {value: str(label) for value, label in YES_NO_LABELS.items()}
    return {**scale, **yes_no, **choices}.get(answer, answer)


def format_survey_duration(questions: Sequence[SurveyQuestion]) -> str:
    """Return the sentence that states how many minutes the questions take; each row of a matrix counts as a question."""
    count = sum(len(question.rows) or 1 for question in questions if question.kind != SurveyQuestionKind.SECTION)
    minutes = max(1, math.ceil(count / QUESTIONS_PER_MINUTE))
    return ngettext("It takes about %(num)d minute.", "It takes about %(num)d minutes.", minutes)

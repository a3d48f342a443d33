"""The notice of the newest change of a survey's questions, shown where it was made, with the button that undoes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.surveys.builder.changes.history import SurveyChangeKind, find_newest_survey_change
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyChange
from trainer.surveys.questions.model import SurveyQuestion


@dataclass(frozen=True)
class UndoNotice:
    """What was changed in a sentence, and before which question, counted from 0, the notice stands."""

    change_id: int
    sentence: str
    position: int


def build_change_notice(session: Session, survey: Survey, now: datetime) -> UndoNotice | None:
    """Return the notice of the newest change of a survey that can be undone; None if there is none."""
    change = find_newest_survey_change(session, survey, now)
    if change is None:
        return None
    earlier = [SurveyQuestion.from_json(question) for question in change.earlier_questions]
    current = list_version_questions(survey.current_version)
    positions = {question.key: position for position, question in enumerate(current)}
    if change.kind == SurveyChangeKind.REMOVED:
        positions = {question.key: position for position, question in enumerate(earlier)}
    return UndoNotice(change.id, format_survey_change(change, earlier, current), positions.get(change.question_key, 0))


def format_survey_change(
    change: SurveyChange, earlier: Iterable[SurveyQuestion], current: Iterable[SurveyQuestion]
) -> str:
    """Return what a change did, given the questions before and after it."""
    before, after = ({question.key: question for question in questions} for questions in (earlier, current))
    key = change.question_key
    if change.kind == SurveyChangeKind.REMOVED:
        return _("Removed: “%(text)s”.", text=before[key].text.get_text(get_page_language()))
    if change.kind == SurveyChangeKind.EDITED and key in before:
        removed = list_removed_texts(before[key], after[key])
        return _("Saved. Removed: %(texts)s.", texts=", ".join(removed)) if removed else _("Saved.")
    return {
        SurveyChangeKind.ADDED: _("Added."),
        SurveyChangeKind.MOVED: _("Moved."),
        SurveyChangeKind.REPLACED: _("The questions have been replaced."),
    }.get(SurveyChangeKind(change.kind), _("Saved."))


def list_removed_texts(earlier: SurveyQuestion, current: SurveyQuestion) -> list[str]:
    """Return the texts, in quotation marks, of the choices and rows that a question no longer has."""
    remaining_keys = {choice.key for choice in (*current.choices, *current.rows)}
    return [
        _("“%(text)s”", text=choice.text.get_text(get_page_language()))
        for choice in (*earlier.choices, *earlier.rows)
        if choice.key not in remaining_keys
    ]

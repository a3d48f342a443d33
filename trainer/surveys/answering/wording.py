"""Sentences about a survey for the people who answer it: who sees the answers, and why it can't be answered now."""

from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.surveys.answering.status import SurveyStatus
from trainer.surveys.models import Survey
from trainer.surveys.postgres_log import list_log_obstacles
from trainer.web.templating import format_moment


def format_anonymity_promise(survey: Survey) -> str:
    """Return the sentence that states who can learn whose answers these are; for an anonymous survey with its limits."""
    if not survey.anonymous:
        return _("The organiser sees your answers together with your name.")
    opening = _("Your answers are anonymous. While the survey is open, the organiser sees only who has answered.")
    return f"{opening} {explain_closing(not list_log_obstacles(db.session()))} {explain_small_groups()}"


def explain_closing(is_log_overwritten: bool) -> str:
    """Return what closing an anonymous survey promises, exactly as far as this deployment can keep it, and what it can't."""
    if is_log_overwritten:
        return _(
            "When it closes, the answers are shuffled and saved again, and what the database and its log files held "
            "before is overwritten: after that, they no longer link answers to people. Backups, archives, replicas and "
            "disk images made before that may do so until they expire, and so may a person who watched the server."
        )
    return _(
        "When it closes, the answers are shuffled and saved again: after that, the tables of the database no longer "
        "link answers to people. Its log files may do so until newer ones replace them, backups, archives, replicas and "
        "disk images made before that until they expire, and so may a person who watched the server."
    )


def explain_small_groups() -> str:
    """Return what the guard on small groups promises to respondents, and what it can't."""
    return _(
        "Answers are shown only if at least five people have answered themselves, and likewise for each question. If all "
        "of them gave the same answer, it is clear what each of them answered."
    )


def format_survey_status(survey: Survey, status: SurveyStatus) -> str:
    """Return the sentence that states why a person can't answer a survey now; empty if they can."""
    return {
        SurveyStatus.ANSWERED: _("You have already answered this survey. Thank you."),
        SurveyStatus.NOT_YET_OPEN: format_survey_opening(survey),
        SurveyStatus.CLOSED: format_answering_end(survey),
        SurveyStatus.ABSENT: _("The survey is for people who attended the seminar."),
    }.get(status, "")


def format_answering_end(survey: Survey) -> str:
    """Return the sentence that states that a survey can't be answered any more, and that its seminar is cancelled if it is."""
    is_cancelled = survey.seminar.is_cancelled and not survey.for_project
    return _("The survey is closed.") + (f" {_('The seminar will not take place.')}" if is_cancelled else "")


def format_survey_opening(survey: Survey) -> str:
    """Return the sentence that states when a survey opens."""
    if survey.opens_at is None:
        return _("The survey opens when the last session starts.")
    return _("The survey opens: %(moment)s.", moment=format_moment(survey.opens_at, survey.seminar.zone))

"""Sentences about certificates: what is missing, why one can't be printed, what one is for."""

from certificates import Problem
from trainer.issuing.eligibility import Missing, Standing
from trainer.language.words import gettext as _
from trainer.language.words import lazy_gettext as _l
from trainer.seminars.models import CertificateKind

KINDS = {
    CertificateKind.PARTICIPATION: _l("Participation in a seminar"),
    CertificateKind.COMPLETION: _l("Completion of a course"),
}


def reason(missing: Missing, standing: Standing) -> str:
    """Say what is missing in a sentence."""
    attended = standing.attended
    sentences = {
        Missing.SEMINAR_NOT_OVER: _("The seminar is not over yet."),
        Missing.ATTENDANCE: _(
            "Attended %(present)d of %(counted)d sessions; %(share)d percent are needed.",
            present=attended.present,
            counted=attended.counted,
            share=standing.registration.seminar.share_required,
        ),
        Missing.ATTENDANCE_UNRESOLVED: _("Marks disagree: please decide on the attendance page."),
        Missing.SURVEY: _("Has not answered the survey."),
    }
    return sentences[missing]


def problem_sentence(name: str, problem: Problem) -> str:
    """Say why a certificate can't be printed."""
    if problem.characters:
        return _(
            "%(name)s: the font has no %(characters)s in “%(text)s”.",
            name=name,
            characters=problem.characters,
            text=problem.text,
        )
    return _("%(name)s: “%(text)s” does not fit on the certificate.", name=name, text=problem.text)

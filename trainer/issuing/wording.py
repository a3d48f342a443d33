"""Sentences about certificates: what is missing, why one can't be printed, why one is no longer in force."""

from certificates import Problem
from trainer.issuing.eligibility import Missing, Standing
from trainer.issuing.issuance.reserved_words import FIELD
from trainer.issuing.models import Reason
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l

REASONS = {
    Reason.ISSUED_IN_ERROR: _l("Issued in error"),
    Reason.CONDITIONS_NOT_MET: _l("The conditions were not met"),
    Reason.HOLDERS_WISH: _l("At the holder's request"),
    Reason.CORRECTION: _l("Replaced because the name was corrected"),
    Reason.RENEWAL: _l("Renewed for a further term"),
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
        Missing.TEST: test_sentence(standing),
    }
    return sentences[missing]


def test_sentence(standing: Standing) -> str:
    """Say how far the test is from what is needed."""
    needed = standing.registration.seminar.pass_mark or 0
    if standing.test_percent is None:
        return _("Has no test result; %(needed)d percent are needed.", needed=needed)
    return _(
        "Got %(percent)d percent of the test right; %(needed)d percent are needed.",
        percent=standing.test_percent,
        needed=needed,
    )


def problem_sentence(name: str, problem: Problem) -> str:
    """Say why a certificate can't be printed."""
    if problem.field == "logo":
        return _("The logo can't be printed. Please upload it again as PNG or JPEG.")
    if problem.field == FIELD:
        return _("Only accredited organisations may write “%(word)s” on a certificate.", word=problem.text)
    if problem.characters:
        return _(
            "%(name)s: the font has no %(characters)s in “%(text)s”.",
            name=name,
            characters=problem.characters,
            text=problem.text,
        )
    return _("%(name)s: “%(text)s” does not fit on the certificate.", name=name, text=problem.text)


def name_problem(problem: Problem) -> str:
    """Tell a holder why a name can't be printed."""
    if problem.characters:
        return _("The certificate can't show these letters: %(characters)s", characters=problem.characters)
    return _("This name is too long for the certificate. Please leave out what your identity document does not have.")

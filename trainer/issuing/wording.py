"""Sentences about certificates: missing requirements, problems of printing and signing, reasons of invalidation."""

from certificates import PrintProblem, SignatureProblem, SignatureUnusable
from trainer.issuing.eligibility import Eligibility, MissingRequirement
from trainer.issuing.models import InvalidationReason
from trainer.issuing.reserved_words import RESERVED_FIELD
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l

INVALIDATION_REASONS = {
    InvalidationReason.ISSUED_IN_ERROR: _l("Issued in error"),
    InvalidationReason.CONDITIONS_NOT_MET: _l("The conditions were not met"),
    InvalidationReason.HOLDER_REQUEST: _l("At the holder’s request"),
    InvalidationReason.CORRECTION: _l("Replaced because the name was corrected"),
    InvalidationReason.RENEWAL: _l("Renewed for another term"),
}


def format_missing_requirement(missing: MissingRequirement, eligibility: Eligibility) -> str:
    """Return a sentence about a missing requirement."""
    attendance = eligibility.attendance
    sentences = {
        MissingRequirement.SEMINAR_CANCELLED: _("The seminar will not take place."),
        MissingRequirement.SEMINAR_NOT_OVER: _("The seminar is not over yet."),
        MissingRequirement.ATTENDANCE: _(
            "Attended %(present)d of %(counted)d sessions; at least %(share)d percent is required.",
            present=attendance.present,
            counted=attendance.counted,
            share=eligibility.registration.seminar.share_required,
        ),
        MissingRequirement.ATTENDANCE_UNRESOLVED: _("Attendance marks conflict: decide on the attendance page."),
        MissingRequirement.SURVEY: _("Has not answered the survey."),
        MissingRequirement.TEST: format_missing_test(eligibility),
    }
    return sentences[missing]


def format_missing_test(eligibility: Eligibility) -> str:
    """Return a sentence about a missing or insufficient test result."""
    needed = eligibility.registration.seminar.pass_mark or 0
    if eligibility.test_percent is None:
        return _("No test result; at least %(needed)d percent is required.", needed=needed)
    return _(
        "Scored %(percent)d percent in the test; at least %(needed)d percent is required.",
        percent=eligibility.test_percent,
        needed=needed,
    )


def format_print_problem(name: str, problem: PrintProblem) -> str:
    """Return why a certificate cannot be printed."""
    if problem.field == "logo":
        return _("The logo can’t be printed. Upload it again as PNG or JPEG.")
    if problem.field == RESERVED_FIELD:
        return _("Only accredited organisations may write “%(word)s” on a certificate.", word=problem.text)
    if problem.missing_characters and problem.field == "recipient":
        return _(
            "%(name)s: these letters can’t be printed: %(characters)s. Correct the name.",
            name=name,
            characters=problem.missing_characters,
        )
    if problem.missing_characters:
        return _(
            "%(name)s: these letters of “%(text)s” can’t be printed: %(characters)s",
            name=name,
            characters=problem.missing_characters,
            text=problem.text,
        )
    return _("%(name)s: “%(text)s” does not fit on the certificate.", name=name, text=problem.text)


def format_name_problem(problem: PrintProblem) -> str:
    """Return why a name cannot be printed, for its holder."""
    if problem.missing_characters:
        return _(
            "These letters can’t be printed on the certificate: %(characters)s", characters=problem.missing_characters
        )
    return _("This name is too long for the certificate. Leave out anything your identity document does not have.")


def format_signature_problem(error: SignatureUnusable) -> str:
    """Return why certificates can't be signed, and what to do about it."""
    day = error.since.date().isoformat() if error.since else ""
    sentences = {
        SignatureProblem.UNREADABLE: _("The file with the key that signs certificates can’t be opened."),
        SignatureProblem.NO_LIBRARY: _("Signing certificates needs pyHanko, which is not installed."),
        SignatureProblem.FORMAT: _("The file with the key that signs certificates is neither PKCS #12 nor PEM."),
        SignatureProblem.PASSPHRASE: _(
            "The passphrase of the key that signs certificates is wrong, or its file is damaged."
        ),
        SignatureProblem.NO_KEY: _("The file for signing certificates has no private key."),
        SignatureProblem.NO_CERTIFICATE: _("The file for signing certificates has no X.509 certificate."),
        SignatureProblem.OTHER_KEY: _("The X.509 certificate in the file for signing belongs to another key."),
        SignatureProblem.ALGORITHM: _(
            "PDF readers don’t accept signatures by this kind of key. RSA of at least 2048 bits or EC (P-256, P-384, "
            "P-521) is needed."
        ),
        SignatureProblem.USAGE: _("The X.509 certificate in the file for signing does not allow signing documents."),
        SignatureProblem.NOT_YET_VALID: _("The X.509 certificate for signing is valid only from %(day)s.", day=day),
        SignatureProblem.EXPIRED: _("The X.509 certificate for signing expired on %(day)s.", day=day),
    }
    advice = _("Until your administrator corrects this (SIGNATURE_FILE), no certificates can be issued.")
    return f"{sentences[error.problem]} {advice}"

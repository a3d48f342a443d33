"""Concerns: what a person should look at before a certificate is issued."""

from enum import StrEnum

from trainer.issuing.eligibility import Eligibility
from trainer.language.translate import lazy_gettext as _l


class Concern(StrEnum):
    """What a person should look at before a certificate is issued. None of it prevents issuing."""

    NAME_UNCONFIRMED = "name_unconfirmed"
    WITHOUT_CONSENT = "without_consent"
    LIKELY_DUPLICATE = "likely_duplicate"
    EXCEPTION = "exception"


CONCERN_TEXTS = {
    Concern.NAME_UNCONFIRMED: (
        _l("Name not confirmed by its holder"),
        _l("The name is printed as it was registered. A correction later replaces the certificate."),
    ),
    Concern.WITHOUT_CONSENT: (
        _l("No consent to personal data processing"),
        _l("It was not given, or it was withdrawn. Ask for it before a certificate with the name is made."),
    ),
    Concern.LIKELY_DUPLICATE: (
        _l("Likely registered twice"),
        _l(
            "Another registration has this name or waits for your decision. Decide first, or two certificates are issued."
        ),
    ),
    Concern.EXCEPTION: (_l("Issued by exception"), _l("Something is missing, and the reason was recorded.")),
}
"""Heading and advice for what a person should look at before certificates are issued."""


def get_exception_reason(eligibility: Eligibility) -> str:
    """Return the reason why somebody qualifies although something is missing, empty if nothing is."""
    return eligibility.exception.reason if eligibility.missing and eligibility.exception else ""


def list_concerns(eligibility: Eligibility, is_likely_duplicate: bool, has_consent: bool) -> tuple[Concern, ...]:
    """Return what to look at before somebody's certificate is issued."""
    found = {
        Concern.NAME_UNCONFIRMED: eligibility.registration.person.name_confirmed_at is None,
        Concern.WITHOUT_CONSENT: not has_consent,
        Concern.LIKELY_DUPLICATE: is_likely_duplicate,
        Concern.EXCEPTION: bool(get_exception_reason(eligibility)),
    }
    return tuple(concern for concern, is_found in found.items() if is_found)

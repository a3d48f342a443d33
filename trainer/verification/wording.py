"""The words of a verdict: its heading, what to do next, and its tone."""

from trainer.language.translate import gettext as _
from trainer.verification.lookup import Verdict

VERDICT_TONES = {Verdict.VALID: "valid", Verdict.REVOKED: "bad", Verdict.UNKNOWN: "bad"}


def get_heading_and_advice(verdict: Verdict) -> tuple[str, str]:
    """Return the heading of a verdict and what to do next."""
    sentences = {
        Verdict.VALID: (
            _("The certificate is valid"),
            _("It is in the issuer’s register. Compare the data here with the printed certificate."),
        ),
        Verdict.EXPIRED: (_("The certificate has expired"), _("It is genuine, but it has expired.")),
        Verdict.REVOKED: (
            _("The certificate has been revoked"),
            _("It was issued, but the issuer has revoked it. It is no longer in force."),
        ),
        Verdict.REPLACED: (
            _("The certificate has been replaced"),
            _("It was issued, but another certificate has replaced it."),
        ),
        Verdict.UNKNOWN: (
            _("No certificate with this code was issued"),
            _("The code is written correctly, but it is not in the register. This document is not valid proof."),
        ),
        Verdict.MISTYPED: (
            _("The code is mistyped"),
            _(
                "A letter or digit is wrong or missing. Compare the code with the printed certificate and type it again."
            ),
        ),
    }
    return sentences[verdict]


def get_verdict_words(verdict: Verdict, specimen: bool) -> tuple[str, str, str]:
    """Return the tone of a verdict, its heading, and what to do next; a specimen is never called valid."""
    if specimen and verdict == Verdict.VALID:
        return (
            "specimen",
            _("This is a specimen"),
            _("It is in the issuer’s register, as a sample of its certificates."),
        )
    return (VERDICT_TONES.get(verdict, "warn"), *get_heading_and_advice(verdict))

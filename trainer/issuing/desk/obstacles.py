"""Obstacles to issuing, in sentences for the organizer: private address, missing or unusable keys, unprintable texts."""

from datetime import datetime

from certificates import SignatureUnusable
from trainer.issuing import wording
from trainer.issuing.issuance.context import find_signature_problem
from trainer.issuing.issuance.issue import AddressNotPublic
from trainer.issuing.issuance.keys import NoSigningKey, SigningKeyUnusable, load_keyring
from trainer.issuing.issuance.printability import BatchUnprintable
from trainer.issuing.issuance.sample import list_sample_problems
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.settings import Settings

ISSUING_ERRORS = (BatchUnprintable, AddressNotPublic, NoSigningKey, SignatureUnusable)
SILENT_ISSUING_ERRORS: dict[type[Exception], str] = dict.fromkeys(ISSUING_ERRORS, "")
"""The same for `commit_or_explain`, which then flashes nothing: the sentences come from `format_issuing_error`."""


def get_issuing_obstacle(seminar: Seminar, settings: Settings, now: datetime) -> str:
    """Return why this deployment cannot issue certificates of a seminar, empty if it can."""
    if not (settings.has_public_address or seminar.project.is_example):
        return format_address_not_public()
    try:
        load_keyring(settings)
    except NoSigningKey as error:
        return format_issuing_error(error)[0]
    problem = find_signature_problem(settings, now)
    return wording.format_signature_problem(problem) if problem else ""


def format_address_not_public() -> str:
    """Return the instruction to configure a public address."""
    return _(
        "To issue certificates, this site needs a public HTTPS address: it is printed on every certificate "
        "permanently. Ask your administrator to set it (BASE_URL)."
    )


def format_issuing_error(error: Exception) -> list[str]:
    """Return the sentences that explain one of `ISSUING_ERRORS`; with BatchUnprintable, one for each problem."""
    if isinstance(error, BatchUnprintable):
        return [wording.format_print_problem(name, problem) for name, problem in error.problems]
    if isinstance(error, SigningKeyUnusable):
        return [_("The key of the seal can’t be read. Ask your administrator to restore its file.")]
    if isinstance(error, NoSigningKey):
        return [_("There is no signing key. Ask your administrator to create one: trainer keys rotate")]
    if isinstance(error, SignatureUnusable):
        return [wording.format_signature_problem(error)]
    return [format_address_not_public()]


def list_seminar_text_problems(seminar: Seminar, settings: Settings, now: datetime) -> list[str]:
    """Return a sentence for each of the seminar's own texts that cannot be printed."""
    problems = list_sample_problems(seminar, settings, now)
    return [wording.format_print_problem(seminar.title.get_text("kk"), problem) for problem in problems]

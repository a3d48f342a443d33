"""What can't be printed: of one person's certificate, or of the seminar's own texts.

A problem of one person, such as a letter that the typeface lacks, never stops the others: the person is left out, the page names
who and why, and after a correction the next batch issues to that person too. A problem of the seminar's own texts stops
everybody: a certificate with a wrong title would have to be replaced.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from certificates import PrintProblem
from trainer.issuing.issuance.context import PrinterCache
from trainer.issuing.issuance.drafts import CertificateDraft, DraftBuilder, Recipient
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import Storage

PERSONAL_FIELDS = ("recipient", "code")
"""Fields of problems that concern one person: the name, and the QR code, which grows with the name."""
LeftOut = list[tuple[str, PrintProblem]]
"""Recipients whose certificates cannot be printed, with the problems."""


class BatchUnprintable(Exception):
    """Nothing can be printed; `problems` lists recipients and problems. Nothing was issued."""

    def __init__(self, problems: LeftOut) -> None:
        super().__init__(problems)
        self.problems = problems


def require_printable_drafts(drafts: Iterable[CertificateDraft], printers: PrinterCache) -> None:
    """Raise BatchUnprintable if any certificate cannot be printed, before the first one is created."""
    problems = [
        (draft.facts.recipient, problem) for draft in drafts for problem in list_draft_problems(draft, printers)
    ]
    if problems:
        raise BatchUnprintable(problems)


def list_draft_problems(draft: CertificateDraft, printers: PrinterCache) -> list[PrintProblem]:
    """Return what cannot or may not be printed on a certificate; number and code are placeholders."""
    shared = draft.shared
    printer = printers.get_printer(shared.design, shared.issuer, shared.logos)
    problems = printer.list_print_problems(replace(shared.sample_facts, recipient=draft.recipient))
    return [*problems, *shared.reserved_problems]


def list_name_problems(registration: Registration, name: str, storage: Storage, now: datetime) -> list[PrintProblem]:
    """Return why a name cannot be printed on somebody's certificate."""
    seminar = registration.seminar
    draft = DraftBuilder(seminar, "", now.astimezone(seminar.zone).date()).build_draft(registration)
    problems = list_draft_problems(replace(draft, recipient=name), PrinterCache(storage))
    return [problem for problem in problems if problem.field == "recipient"]


def map_personal_problems(
    seminar: Seminar, recipients: Iterable[Recipient], host: str, storage: Storage, now: datetime
) -> dict[int, list[PrintProblem]]:
    """Return why the next batch of a seminar would leave somebody out, by registration id; who can be printed is not among them."""
    printers, builder = PrinterCache(storage), DraftBuilder(seminar, host, now.astimezone(seminar.zone).date())
    problems_by_id = {
        recipient.registration_id: [
            problem
            for problem in list_draft_problems(builder.build_recipient_draft(recipient), printers)
            if problem.field in PERSONAL_FIELDS
        ]
        for recipient in recipients
    }
    return {registration_id: problems for registration_id, problems in problems_by_id.items() if problems}

"""Preview of a batch: for every participant, eligibility, what is missing, and the latest certificate."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from certificates import PrintProblem
from trainer.issuing import register, wording
from trainer.issuing.eligibility import Eligibility, list_eligibility
from trainer.issuing.issuance.printability import map_personal_problems
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.issuing.register import has_expired
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage


@dataclass(frozen=True)
class EligibilityRow:
    """A row of the preview. `certificate` is the latest one, whatever its status.

    `problems` are why the next batch leaves out somebody who qualifies. Sentences are made for the rows that are shown only:
    they take most of the time.
    """

    eligibility: Eligibility
    certificate: IssuedCertificate | None
    is_expired: bool
    problems: list[PrintProblem]

    @property
    def registration(self) -> Registration:
        """Return the registration of the person."""
        return self.eligibility.registration

    @property
    def missing(self) -> list[str]:
        """Return a sentence for each requirement that is missing."""
        return [wording.format_missing_requirement(each, self.eligibility) for each in self.eligibility.missing]

    @property
    def print_problems(self) -> list[str]:
        """Return a sentence for each problem of printing."""
        return [wording.format_print_problem(self.registration.person.printed_name, each) for each in self.problems]

    @property
    def is_ready(self) -> bool:
        """Return whether the next batch issues a certificate to this person."""
        return self.eligibility.is_eligible and self.certificate is None and not self.problems

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is left to decide: there is a certificate and it is not revoked."""
        return self.certificate is not None and self.certificate.status != CertificateStatus.REVOKED

    @property
    def is_in_force(self) -> bool:
        """Return whether the certificate is neither revoked nor replaced."""
        return self.certificate is not None and self.certificate.status == CertificateStatus.VALID

    @property
    def is_name_unconfirmed(self) -> bool:
        """Return whether the next batch prints a name that its holder has not confirmed."""
        return self.is_ready and self.registration.person.name_confirmed_at is None

    @property
    def name_on_certificate(self) -> str:
        """Return the name on the certificate, or the name to print on the next one."""
        issued = self.certificate if self.is_settled else None
        return issued.recipient if issued is not None else self.registration.person.printed_name


def list_eligibility_rows(
    session: Session, seminar: Seminar, settings: Settings, now: datetime
) -> list[EligibilityRow]:
    """Return a row for every participant, in the order of the list of participants."""
    latest = register.map_latest_certificates(session, seminar)
    eligibilities = list_eligibility(session, seminar, now)
    problems = map_personal_problems(
        (
            eligibility.registration
            for eligibility in eligibilities
            if eligibility.is_eligible and eligibility.registration.id not in latest
        ),
        settings.host_name,
        Storage.from_settings(settings),
        now,
    )
    return [
        EligibilityRow(
            eligibility,
            certificate := latest.get(eligibility.registration.id),
            certificate is not None and has_expired(certificate, now),
            problems.get(eligibility.registration.id, []),
        )
        for eligibility in eligibilities
    ]

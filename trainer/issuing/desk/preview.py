"""Preview of a batch: for every participant, eligibility, what is missing, and the latest certificate."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from certificates import PrintProblem
from trainer.attendance.summary import AttendanceSummary
from trainer.issuing import register, wording
from trainer.issuing.eligibility import Eligibility, list_eligibility
from trainer.issuing.issuance.printability import map_personal_problems
from trainer.issuing.models import CertificateStatus, EligibilityException, IssuedCertificate
from trainer.issuing.register import has_expired
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.settings import Settings
from trainer.storage import Storage


@dataclass(frozen=True)
class EligibilityRow:
    """A row of the preview. `certificate` is the latest one, whatever its status.

    `missing` and `print_problems` (why the next batch leaves out somebody who qualifies) are sentences.
    """

    registration: Registration
    attendance: AttendanceSummary
    missing: list[str]
    is_eligible: bool
    is_excusable: bool
    exception: EligibilityException | None
    certificate: IssuedCertificate | None
    is_expired: bool
    print_problems: list[str]

    @property
    def is_ready(self) -> bool:
        """Return whether the next batch issues a certificate to this person."""
        return self.is_eligible and self.certificate is None and not self.print_problems

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
        build_eligibility_row(
            eligibility,
            latest.get(eligibility.registration.id),
            problems.get(eligibility.registration.id, []),
            now,
        )
        for eligibility in eligibilities
    ]


def build_eligibility_row(
    eligibility: Eligibility, certificate: IssuedCertificate | None, problems: list[PrintProblem], now: datetime
) -> EligibilityRow:
    """Build a row of the preview."""
    name = eligibility.registration.person.printed_name
    return EligibilityRow(
        registration=eligibility.registration,
        attendance=eligibility.attendance,
        missing=[wording.format_missing_requirement(missing, eligibility) for missing in eligibility.missing],
        is_eligible=eligibility.is_eligible,
        is_excusable=eligibility.is_excusable,
        exception=eligibility.exception,
        certificate=certificate,
        is_expired=certificate is not None and has_expired(certificate, now),
        print_problems=[wording.format_print_problem(name, problem) for problem in problems],
    )

"""Facts of events: surveys that were answered, certificates that were issued, ceremonies whose hand-over sheet is signed."""

from collections import defaultdict
from functools import cached_property

from sqlalchemy import or_, select

from trainer.attendance.models import SheetScan, Signature
from trainer.issuing.models import IssuedCertificate
from trainer.monitoring.facts.people import PeopleFacts
from trainer.monitoring.facts.records import CertificateRecord
from trainer.seminars.models import SeminarKind, SeminarSession
from trainer.surveys.results.survey_figures import SurveyFigures, load_survey_figures


class EventFacts(PeopleFacts):
    """What is known of events, each group read when it is first asked for."""

    @cached_property
    def surveys(self) -> dict[int, list[SurveyFigures]]:
        """Return the figures of the surveys with answers, by seminar id."""
        figures: dict[int, list[SurveyFigures]] = defaultdict(list)
        for survey in load_survey_figures(self.session, list(self.seminars), self.scope.as_of, self.surviving_ids):
            figures[survey.seminar_id].append(survey)
        return figures

    @cached_property
    def certificates(self) -> dict[int, list[CertificateRecord]]:
        """Return the certificates issued by then and neither revoked nor replaced by then, by seminar id."""
        query = (
            select(IssuedCertificate.id, IssuedCertificate.seminar_id, IssuedCertificate.issued_on)
            .where(IssuedCertificate.seminar_id.in_(list(self.seminars)))
            .where(IssuedCertificate.issued_at <= self.scope.as_of)
            .where(or_(IssuedCertificate.invalidated_at.is_(None), IssuedCertificate.invalidated_at > self.scope.as_of))
        )
        certificates: dict[int, list[CertificateRecord]] = defaultdict(list)
        for certificate_id, seminar_id, issued_on in self.session.execute(query.order_by(IssuedCertificate.id)):
            if seminar_id is not None:
                certificates[seminar_id].append(CertificateRecord(certificate_id, seminar_id, issued_on))
        return certificates

    @cached_property
    def signed_seminar_ids(self) -> set[int]:
        """Return the ceremonies with a signature drawn on a tablet or a scan of a signed sheet."""
        ids = [seminar.id for seminar in self.seminars.values() if seminar.kind == SeminarKind.CEREMONY]
        if not ids:
            return set()
        drawn = (
            select(SeminarSession.seminar_id)
            .join(Signature, Signature.session_id == SeminarSession.id)
            .where(SeminarSession.seminar_id.in_(ids), Signature.received_at <= self.scope.as_of)
        )
        scanned = select(SheetScan.seminar_id).where(
            SheetScan.seminar_id.in_(ids), SheetScan.uploaded_at <= self.scope.as_of
        )
        return set(self.session.scalars(drawn.union(scanned)))

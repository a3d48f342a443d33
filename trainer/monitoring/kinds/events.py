"""Kinds that count what seminars leave behind: programmes, surveys, certificates, ceremonies, the events themselves."""

from trainer.evidence.models import EvidenceKind
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.kinds.files import select_files
from trainer.monitoring.kinds.people import build_seminar_row
from trainer.monitoring.kinds.selection import CountedRow, RowKind, Target
from trainer.projects.models import Indicator
from trainer.surveys.models import SurveyPurpose


def select_programmes(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Select the seminars with an agenda that were not cancelled, and the linked files that are programmes.

    Reads the agendas of then by the audit log, and links made by then.
    """
    seminars = [
        build_seminar_row(seminar)
        for seminar in facts.list_source_seminars(indicator.activity)
        if facts.is_in_period(seminar) and seminar.has_agenda
    ]
    kinds = {EvidenceKind.PROGRAMME, *([EvidenceKind.DOCUMENT] if target.unit == "document" else [])}
    return [*seminars, *select_files(facts, indicator, kinds)]


def select_events(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the seminars that were held: their last session has ended, and they were not cancelled.

    Reads sessions and cancellations of then by the audit log.
    """
    seminars = facts.list_source_seminars(indicator.activity)
    return [build_seminar_row(seminar) for seminar in seminars if facts.is_held(seminar)]


def select_survey_contacts(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the seminars whose satisfaction survey somebody has answered: each has a list of contacts.

    Reads responses given by then; those of an anonymous survey from its sealing on, because only that has a time.
    """
    return [
        build_seminar_row(seminar)
        for seminar in facts.list_source_seminars(indicator.activity)
        if facts.is_in_period(seminar)
        and any(survey.purpose == SurveyPurpose.SATISFACTION for survey in facts.surveys.get(seminar.id, ()))
    ]


def select_survey_copies(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the surveys whose completed questionnaires can be copied: anonymous ones once sealed, not of small groups.

    Reads responses given by then, and the times of sealing.
    """
    return [
        CountedRow(RowKind.SURVEY, survey.survey_id, seminar_id=seminar.id)
        for seminar in facts.list_source_seminars(indicator.activity)
        if facts.is_in_period(seminar)
        for survey in facts.surveys.get(seminar.id, ())
        if survey.has_copies
    ]


def select_satisfaction(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the surveys that ask the overall question: answers 4 and 5 among all answers to it.

    Reads responses given by then, anonymous ones from the sealing on; small groups are left out, as on every page.
    """
    return [
        CountedRow(RowKind.SURVEY, survey.survey_id, survey.satisfied, survey.answered, seminar.id)
        for seminar in facts.list_source_seminars(indicator.activity)
        if facts.is_in_period(seminar)
        for survey in facts.surveys.get(seminar.id, ())
        if survey.answered
    ]


def select_certificates(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the certificates that were issued by then and neither revoked nor replaced by then.

    Reads the register, which keeps both times. One that has expired was issued nevertheless and counts.
    """
    return [
        CountedRow(RowKind.CERTIFICATE, certificate.id, seminar_id=seminar.id, day=certificate.issued_on)
        for seminar in facts.list_source_seminars(indicator.activity)
        for certificate in facts.certificates.get(seminar.id, ())
        if facts.scope.covers(certificate.issued_on)
    ]


def select_ceremonies(facts: ProjectFacts, indicator: Indicator, _target: Target) -> list[CountedRow]:
    """Select the ceremonies that were held and whose hand-over sheet is signed, on a tablet or scanned, or linked as a file.

    A linked file is the sheet of one ceremony. Reads signatures, scans and links made by then.
    """
    held = [seminar for seminar in facts.list_ceremonies(indicator.activity) if facts.is_held(seminar)]
    signed = [seminar for seminar in held if seminar.id in facts.signed_seminar_ids]
    unsigned = [seminar for seminar in held if seminar not in signed]
    sheets = len(select_files(facts, indicator, set(EvidenceKind)))
    return [build_seminar_row(seminar) for seminar in (*signed, *unsigned[:sheets])]

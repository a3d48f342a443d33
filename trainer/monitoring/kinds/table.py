"""The table of kinds: the function that selects the rows of each kind, and how it counts, in a sentence.

To add a kind, write one documented function, and a line here and in `trainer.projects.vocabulary.INDICATOR_KINDS`.
"""

from dataclasses import dataclass

from flask_babel import LazyString

from trainer.evidence.models import EvidenceKind
from trainer.evidence.registers.models import RegisterKind
from trainer.language.translate import lazy_gettext as _l
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.kinds import events, files, people, publications
from trainer.monitoring.kinds.selection import CountedRow, RowKind, SelectRows, Target
from trainer.projects.models import Indicator


@dataclass(frozen=True)
class Kind:
    """How a kind of indicator is counted."""

    select_rows: SelectRows
    explanation: LazyString
    where: str
    """What is done to reach it: a key of `trainer.monitoring.missing.PLACES`."""


def build_register_kind(kind: RegisterKind) -> SelectRows:
    """Return the function of a kind that counts the entries of a register."""

    def select_entries(facts: ProjectFacts, _indicator: Indicator, _target: Target) -> list[CountedRow]:
        """Select the entries of a register for some day of the period, added and not removed by then."""
        return [CountedRow(RowKind.ENTRY, entry.id) for entry in facts.register.get(kind, ())]

    return select_entries


LINKED_FILES = _l("Counts files of the planned kind that are linked to this indicator, each once.")
LINKED_DOCUMENTS = _l("Counts documents of this kind that are linked to this indicator.")
FILES_OR_PUBLICATIONS = _l("Counts files and publications of this kind that are linked to this indicator.")
LINKED_PUBLICATIONS = _l("Counts publications that are linked to this indicator, each once.")
REGISTER_ENTRIES = _l("Counts the entries of the register.")
KINDS = {
    "participants_list": Kind(
        people.select_participants_list,
        _l("Counts one list for each seminar that was held with at least one person present."),
        "attendance",
    ),
    "participants_count": Kind(
        people.select_participants_count,
        _l(
            "Counts everyone present in at least one session, each person once. For a selection, it counts the applicants."
        ),
        "attendance",
    ),
    "programme": Kind(
        events.select_programmes,
        _l("Counts seminars with an agenda, and programmes linked as files."),
        "agenda",
    ),
    "photo": Kind(files.select_linked_media, LINKED_FILES, "files"),
    "video": Kind(files.select_linked_media, FILES_OR_PUBLICATIONS, "files"),
    "photo_video": Kind(files.select_linked_media, LINKED_FILES, "files"),
    "handout": Kind(files.select_handouts, LINKED_FILES, "files"),
    "coffee_break_photo": Kind(files.select_linked_media, LINKED_FILES, "files"),
    "screenshot": Kind(
        files.select_screenshots,
        _l("Counts screenshots that are linked here or attached to publications of the activity, each once."),
        "files",
    ),
    "publication": Kind(publications.select_publications, LINKED_PUBLICATIONS, "publications"),
    "social_post": Kind(publications.select_publications, LINKED_PUBLICATIONS, "publications"),
    "media_publication": Kind(publications.select_publications, LINKED_PUBLICATIONS, "publications"),
    "views": Kind(
        publications.select_views,
        _l("Adds up the latest views entered for each publication of the activity."),
        "publications",
    ),
    "infographic": Kind(files.select_linked_media, FILES_OR_PUBLICATIONS, "files"),
    "banner": Kind(files.select_linked_media, FILES_OR_PUBLICATIONS, "files"),
    "media_plan": Kind(files.build_document_kind(EvidenceKind.MEDIA_PLAN), LINKED_DOCUMENTS, "files"),
    "digest": Kind(files.build_document_kind(EvidenceKind.DIGEST), LINKED_DOCUMENTS, "files"),
    "press_release": Kind(files.build_document_kind(EvidenceKind.PRESS_RELEASE), LINKED_DOCUMENTS, "files"),
    "specialist_cv": Kind(files.build_document_kind(EvidenceKind.CV), LINKED_DOCUMENTS, "files"),
    "survey_contacts_list": Kind(
        events.select_survey_contacts,
        _l("Counts one list for each seminar whose satisfaction survey has been answered."),
        "surveys",
    ),
    "survey_copies": Kind(
        events.select_survey_copies,
        _l("Counts surveys whose completed questionnaires can be downloaded; anonymous ones once they are closed."),
        "surveys",
    ),
    "satisfaction": Kind(
        events.select_satisfaction,
        _l("The share of answers 4 and 5 among all answers to the question about overall satisfaction."),
        "surveys",
    ),
    "certificates": Kind(
        events.select_certificates,
        _l("Counts certificates that were issued and neither revoked nor replaced."),
        "certificates",
    ),
    "certification_ceremony": Kind(
        events.select_ceremonies,
        _l("Counts ceremonies that were held and whose hand-over sheet is signed or linked here."),
        "seminars",
    ),
    "selection_list": Kind(files.build_document_kind(EvidenceKind.LIST), LINKED_DOCUMENTS, "files"),
    "protocol": Kind(files.build_document_kind(EvidenceKind.PROTOCOL), LINKED_DOCUMENTS, "files"),
    "trip_report": Kind(files.build_document_kind(EvidenceKind.REPORT), LINKED_DOCUMENTS, "files"),
    "report": Kind(files.build_document_kind(EvidenceKind.REPORT), LINKED_DOCUMENTS, "files"),
    "developed_material": Kind(files.build_document_kind(EvidenceKind.MATERIAL), LINKED_DOCUMENTS, "files"),
    "material_distribution": Kind(
        files.select_distributions,
        _l("Counts documents of the activity that were handed over to someone, and linked distribution lists."),
        "files",
    ),
    "events_count": Kind(events.select_events, _l("Counts seminars that were held and not cancelled."), "seminars"),
    "direct_beneficiaries": Kind(
        people.select_direct_beneficiaries,
        _l("Counts everyone present anywhere in the project, each person once."),
        "attendance",
    ),
    "indirect_beneficiaries": Kind(
        publications.select_indirect_beneficiaries,
        _l("Adds up the views of all publications of the project, each publication once."),
        "publications",
    ),
    "staff_employed": Kind(build_register_kind(RegisterKind.STAFF), REGISTER_ENTRIES, "registers"),
    "specialists_engaged": Kind(build_register_kind(RegisterKind.SPECIALIST), REGISTER_ENTRIES, "registers"),
    "ngos_covered": Kind(build_register_kind(RegisterKind.NGO), REGISTER_ENTRIES, "registers"),
    "partners": Kind(build_register_kind(RegisterKind.PARTNER), REGISTER_ENTRIES, "registers"),
}


def select_counted_rows(facts: ProjectFacts, indicator: Indicator, target: Target) -> list[CountedRow]:
    """Return the rows that count for a target of an indicator; none for a kind that only a plan of somebody else knows."""
    kind = KINDS.get(indicator.kind)
    return kind.select_rows(facts, indicator, target) if kind else []

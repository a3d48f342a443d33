"""Names of what plans consist of: kinds of indicators, units, types of activities; and planned values as sentences."""

from collections.abc import Mapping, Sequence
from textwrap import shorten
from typing import Any

from babel.numbers import format_decimal

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translated import Translated
from trainer.projects.models import Indicator

MAX_CHOICE_TITLE = 90  # characters

KIND_NAMES = {
    "participants_list": _l("List of participants"),
    "participants_count": _l("Number of participants"),
    "programme": _l("Programme of the event"),
    "photo": _l("Photos"),
    "video": _l("Videos"),
    "photo_video": _l("Photos and videos"),
    "handout": _l("Handouts"),
    "coffee_break_photo": _l("Coffee break"),
    "screenshot": _l("Screenshots"),
    "publication": _l("Publications"),
    "social_post": _l("Posts on social networks"),
    "media_publication": _l("Publications in the media"),
    "views": _l("Views"),
    "infographic": _l("Infographics"),
    "banner": _l("Banners"),
    "media_plan": _l("Media plan"),
    "digest": _l("Digest"),
    "press_release": _l("Press release"),
    "specialist_cv": _l("CVs of engaged specialists"),
    "survey_contacts_list": _l("Contact details of survey respondents"),
    "survey_copies": _l("Copies of completed questionnaires"),
    "satisfaction": _l("Satisfaction level"),
    "certificates": _l("Certificates issued"),
    "certification_ceremony": _l("Certificate ceremony"),
    "selection_list": _l("List of participants in a selection"),
    "protocol": _l("Minutes"),
    "trip_report": _l("Trip reports"),
    "report": _l("Reports"),
    "developed_material": _l("Materials developed"),
    "material_distribution": _l("Distribution of materials"),
    "events_count": _l("Number of events"),
    "direct_beneficiaries": _l("Direct beneficiaries"),
    "indirect_beneficiaries": _l("Indirect beneficiaries"),
    "staff_employed": _l("Staff under employment contracts"),
    "specialists_engaged": _l("Specialists engaged"),
    "ngos_covered": _l("NGOs covered"),
    "partners": _l("Partners"),
}
UNIT_NAMES = {
    "photo": _l("photo"),
    "video": _l("video"),
    "publication": _l("publication"),
    "post": _l("post"),
    "screenshot": _l("screenshot"),
    "view": _l("view"),
    "infographic": _l("infographic"),
    "banner": _l("banner"),
    "media_plan": _l("media plan"),
    "digest": _l("digest"),
    "list": _l("list"),
    "programme": _l("programme"),
    "document": _l("document"),
    "material": _l("material"),
    "protocol": _l("minutes"),
    "report": _l("report"),
    "cv": _l("CV"),
    "certificate": _l("certificate"),
    "ceremony": _l("ceremony"),
    "survey": _l("completed questionnaire"),
    "survey_export": _l("export of an online survey"),
    "percent": _l("per cent"),
    "seminar": _l("seminar"),
    "event": _l("event"),
    "person": _l("person"),
    "medical_worker": _l("medical worker"),
    "personal_assistant": _l("personal assistant"),
    "organisation": _l("organisation"),
    "organisation_or_person": _l("organisation or person"),
}
COMPARATOR_NAMES = {"at_least": _l("at least"), "exactly": _l("exactly")}
PER_NAMES = {
    "project": _l("for the whole activity"),
    "event": _l("for each event"),
    "list": _l("on each list"),
    "participant": _l("from each participant"),
    "trip_day": _l("for each day of the trip"),
    "month": _l("every month"),
}
EVIDENCE_NAMES = {
    "generated": _l("The system makes the document"),
    "measured": _l("The system counts"),
    "uploaded": _l("A file is uploaded"),
    "entered": _l("Entered manually, with a proof"),
}
EVENT_TYPE_NAMES = {
    "": _l("No event"),
    "seminar": _l("Seminars"),
    "course": _l("Training course"),
    "round_table": _l("Round table"),
    "selection": _l("Selection"),
    "trip": _l("Trip"),
    "final_meeting": _l("Meeting"),
    "final_presentation": _l("Presentation"),
    "certification": _l("Certification and feedback"),
    "publication": _l("Publication of materials"),
}
AUDIENCE_CHOICES = {
    "": _l("Anyone"),
    "medical_worker": _l("Medical workers"),
    "personal_assistant": _l("Personal assistants"),
}
SECTION_NAMES = {"task": _l("Task"), "contract_requirement": _l("Required by the contract")}


def format_target(target: Mapping[str, Any]) -> str:
    """Return a target in the page's language, such as “photo: at least 10, on each list”."""
    value = format_decimal(target["value"], locale=get_page_language())
    if target["unit"] == "percent":
        value = f"{value}%" if get_page_language() != "ru" else f"{value}\u00a0%"
    amount = _("at least %(value)s", value=value) if target["comparator"] == "at_least" else value
    unit = "" if target["unit"] == "percent" else f"{UNIT_NAMES.get(target['unit'], target['unit'])}: "
    per = target.get("per", "project")
    whose = f", {PER_NAMES.get(per, per)}" if per != "project" else ""
    proof = target.get("proof")
    proof_text = _("proof: %(unit)s", unit=UNIT_NAMES.get(proof, proof)) if proof else ""
    proved_by = f" ({proof_text})" if proof_text else ""
    return f"{unit}{amount}{whose}{proved_by}"


def format_targets(targets: Sequence[Mapping[str, Any]]) -> str:
    """Return the targets of an indicator in the page's language."""
    return "; ".join(map(format_target, targets))


def format_planned_value(indicator: Indicator) -> str:
    """Return the planned value in the page's language: its text, or where it has none in that language, its targets."""
    return indicator.planned_text.get_exact_text(get_page_language()) or format_targets(indicator.planned)


def name_choice(names: Mapping[str, Any], word: str) -> str:
    """Return the name of a word; a word that only a plan of somebody else uses is returned as it is."""
    return str(names.get(word, word))


def format_code_and_title(code: str, title: Translated) -> str:
    """Return code and title of an entry of a plan for a list of choices, a long title cut after a word."""
    shown = shorten(title.get_text(get_page_language()), MAX_CHOICE_TITLE, placeholder="…")
    return f"{code} · {shown}"

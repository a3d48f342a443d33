"""What indicators count: kinds of indicators, each with its usual unit and its evidence, and what a target counts for."""

from dataclasses import dataclass
from typing import NamedTuple

EVIDENCE_KINDS = ("generated", "measured", "uploaded", "entered")
COMPARATORS = ("at_least", "exactly")
PER = ("project", "event", "list", "participant", "trip_day", "month")
"""What a planned value counts for: the whole activity, or each event, list, participant, day of a trip, month."""


@dataclass(frozen=True)
class IndicatorKind:
    """The unit that a kind of indicator has if none is printed, its evidence, and further units that fit it."""

    unit: str
    evidence: str
    further_units: tuple[str, ...] = ()


class EventType(NamedTuple):
    """A type of activity: whether people take part in it."""

    has_participants: bool


INDICATOR_KINDS = {
    "participants_list": IndicatorKind("list", "generated"),
    "participants_count": IndicatorKind("person", "measured", ("medical_worker", "personal_assistant")),
    "programme": IndicatorKind("programme", "generated", ("document",)),
    "photo": IndicatorKind("photo", "uploaded"),
    "video": IndicatorKind("video", "uploaded"),
    "photo_video": IndicatorKind("photo", "uploaded", ("video",)),
    "handout": IndicatorKind("photo", "uploaded", ("document", "material")),
    "coffee_break_photo": IndicatorKind("photo", "uploaded"),
    "screenshot": IndicatorKind("screenshot", "uploaded"),
    "publication": IndicatorKind("publication", "entered", ("post",)),
    "social_post": IndicatorKind("post", "entered", ("publication",)),
    "media_publication": IndicatorKind("publication", "entered", ("post",)),
    "views": IndicatorKind("view", "entered"),
    "infographic": IndicatorKind("infographic", "uploaded"),
    "banner": IndicatorKind("banner", "uploaded"),
    "media_plan": IndicatorKind("media_plan", "uploaded", ("document",)),
    "digest": IndicatorKind("digest", "uploaded", ("document",)),
    "press_release": IndicatorKind("document", "uploaded"),
    "specialist_cv": IndicatorKind("cv", "uploaded", ("person", "document")),
    "survey_contacts_list": IndicatorKind("list", "generated"),
    "survey_copies": IndicatorKind("survey_export", "generated", ("document", "survey")),
    "satisfaction": IndicatorKind("percent", "measured"),
    "certificates": IndicatorKind("certificate", "generated", ("person",)),
    "certification_ceremony": IndicatorKind("ceremony", "generated"),
    "selection_list": IndicatorKind("list", "generated"),
    "protocol": IndicatorKind("protocol", "generated", ("document",)),
    "trip_report": IndicatorKind("report", "generated", ("document",)),
    "report": IndicatorKind("report", "uploaded", ("document",)),
    "developed_material": IndicatorKind("material", "uploaded", ("document",)),
    "material_distribution": IndicatorKind("document", "generated", ("material", "list")),
    "events_count": IndicatorKind("seminar", "measured", ("event",)),
    "direct_beneficiaries": IndicatorKind("person", "measured"),
    "indirect_beneficiaries": IndicatorKind("person", "entered"),
    "staff_employed": IndicatorKind("person", "entered"),
    "specialists_engaged": IndicatorKind("person", "entered"),
    "ngos_covered": IndicatorKind("organisation", "entered"),
    "partners": IndicatorKind("organisation_or_person", "entered", ("organisation", "person")),
}
UNITS = (
    *("photo", "video", "publication", "post", "screenshot", "view", "infographic", "banner", "media_plan", "digest"),
    *("list", "programme", "document", "material", "protocol", "report", "cv", "certificate", "ceremony"),
    *("survey", "survey_export", "percent", "seminar", "event"),
    *("person", "medical_worker", "personal_assistant", "organisation", "organisation_or_person"),
)
PEOPLE_UNITS = ("person", "medical_worker", "personal_assistant")
EVENT_TYPES = {
    "seminar": EventType(True),
    "course": EventType(True),
    "round_table": EventType(True),
    "selection": EventType(True),
    "trip": EventType(True),
    "final_meeting": EventType(True),
    "final_presentation": EventType(True),
    "certification": EventType(False),
    "publication": EventType(False),
}
AUDIENCES = ("medical_worker", "personal_assistant")


def get_evidence(kind: str, unit: str) -> str:
    """Return how an indicator is proved: files of its unit are uploaded, anything else as its kind says."""
    if unit in ("photo", "video", "screenshot"):
        return "uploaded"
    return INDICATOR_KINDS[kind].evidence if kind in INDICATOR_KINDS else "uploaded"

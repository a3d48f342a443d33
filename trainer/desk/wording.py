"""Texts of the dashboard's own pages."""

from trainer.desk.people import PeopleFilter
from trainer.desk.seminar_list import SeminarGroup
from trainer.language.translate import lazy_gettext as _l

GROUP_NAMES = {
    SeminarGroup.UPCOMING: _l("Upcoming"),
    SeminarGroup.TO_FINISH: _l("To finish"),
    SeminarGroup.DONE: _l("Done"),
    SeminarGroup.CANCELLED: _l("Cancelled seminars"),
}

PEOPLE_FILTER_NAMES = {
    PeopleFilter.DUPLICATES: _l("Duplicates"),
    PeopleFilter.WITHOUT_CONSENT: _l("Consent missing"),
    PeopleFilter.WITHOUT_PHOTOS: _l("No photos"),
}

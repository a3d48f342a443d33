"""The search everywhere: people, seminars, certificates and surveys of the organizer's projects."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from trainer.desk.people import PeoplePage, load_people_page
from trainer.desk.seminar_list import find_seminars
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.register import list_certificates_by_serial
from trainer.language.collation import fold_text
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import list_project_seminars
from trainer.surveys.catalogue import list_surveys_of_seminars
from trainer.surveys.models import Survey

MOST_SHOWN = 10  # of each kind
SHORTEST_QUERY = 2  # characters


@dataclass(frozen=True)
class SearchResults:
    """What a search found, at most MOST_SHOWN of each kind; `people` knows the number of all."""

    people: PeoplePage
    seminars: Sequence[Seminar]
    certificates: Sequence[IssuedCertificate]
    surveys: Sequence[Survey]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing was found."""
        return not (self.people.portion.rows or self.seminars or self.certificates or self.surveys)


def search_everywhere(session: Session, projects: Sequence[Project], query: str) -> SearchResults:
    """Search the projects for a query of at least SHORTEST_QUERY characters."""
    seminars = list_project_seminars(session, *projects)
    return SearchResults(
        load_people_page(session, projects, None, query, 1, MOST_SHOWN),
        find_seminars(seminars, query)[:MOST_SHOWN],
        list_certificates_by_serial(session, [seminar.id for seminar in seminars], query, MOST_SHOWN),
        find_surveys(list_surveys_of_seminars(session, [seminar.id for seminar in seminars]), query)[:MOST_SHOWN],
    )


def find_surveys(surveys: Sequence[Survey], query: str) -> list[Survey]:
    """Return the surveys in whose titles every word of a query occurs, in their order."""
    words = fold_text(query).split()
    titles = [(survey, fold_text(" ".join(survey.title.to_mapping().values()))) for survey in surveys]
    return [survey for survey, title in titles if words and all(word in title for word in words)]

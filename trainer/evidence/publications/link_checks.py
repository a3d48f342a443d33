"""Whether the addresses of publications still show something: a job asks each of them once a week.

An address is dead if its page is gone or its name no longer exists, on two days: a server may be in repair for a day.
"""

import re
from datetime import datetime, timedelta
from threading import Event
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from trainer.clock import now
from trainer.evidence.publications.copies import RUN_SECONDS
from trainer.evidence.publications.models import LinkState, Publication
from trainer.evidence.publications.networks import LOGIN_NETWORKS, MEDIA
from trainer.fetching import INTERNET, FetchFailed, FetchFailure, Outside, check_page
from trainer.sqlite_transactions import read_only
from trainer.tasks import take_for

BETWEEN_CHECKS = timedelta(days=7)
BEFORE_SECOND_CHECK = timedelta(days=1)
SOON = (LinkState.DOUBTFUL, LinkState.UNREACHABLE)
"""What is asked again on the next day."""
KNOWN_AS_DEAD = (LinkState.DOUBTFUL, LinkState.DEAD, LinkState.ACCEPTED)
"""States in which a server that does not answer changes nothing."""
DEAD_FAILURES = (FetchFailure.GONE, FetchFailure.UNKNOWN_HOST)
LOGIN_PATH = re.compile(r"/(accounts/|i/flow/)?(login|log-in|signin|sign-in|authwall|checkpoint)\b", re.IGNORECASE)


def build_due_clause(now: datetime) -> ColumnElement[bool]:
    """Return the condition that the address of a publication is to be checked."""
    checked = Publication.link_checked_at
    is_due = or_(
        checked.is_(None),
        checked <= now - BETWEEN_CHECKS,
        and_(Publication.link_state.in_(SOON), checked <= now - BEFORE_SECOND_CHECK),
    )
    return and_(Publication.address != "", Publication.removed_at.is_(None), is_due)


def check_links(session: Session, stop: Event, outside: Outside = INTERNET) -> None:
    """Check the addresses that are due, those that were checked least lately first. No transaction is open meanwhile."""
    with read_only(session):
        query = select(Publication.id).where(build_due_clause(now()))
        due = list(session.scalars(query.order_by(Publication.link_checked_at.asc().nulls_first(), Publication.id)))
    session.rollback()
    for publication_id in take_for(due, RUN_SECONDS, stop):
        check_link(session, publication_id, outside)


def check_link(session: Session, publication_id: int, outside: Outside) -> None:
    """Check the address of a publication and commit what was found, unless the address was changed meanwhile."""
    columns = select(Publication.address, Publication.network).where(Publication.id == publication_id)
    address, network = session.execute(columns).one()
    session.rollback()
    found = LinkState.UNCHECKABLE if network in LOGIN_NETWORKS else find_link_state(address, network, outside)
    publication = session.get_one(Publication, publication_id, with_for_update=True, populate_existing=True)
    if publication.address == address:
        record_check(publication, found, now())
    session.commit()


def find_link_state(address: str, network: str, outside: Outside) -> LinkState:
    """Return what an address shows now: DOUBTFUL where nothing is, UNREACHABLE where that can't be said yet.

    An answer of a social network says nothing: most show a page for posts that were deleted too.
    """
    try:
        last_address = check_page(address, outside)
    except FetchFailed as failed:
        if failed.reason in DEAD_FAILURES:
            return LinkState.DOUBTFUL
        return LinkState.UNCHECKABLE if failed.reason == FetchFailure.REFUSED else LinkState.UNREACHABLE
    is_login = last_address != address and LOGIN_PATH.match(urlsplit(last_address).path)
    return LinkState.UNCHECKABLE if is_login or network != MEDIA else LinkState.ALIVE


def record_check(publication: Publication, found: LinkState, now: datetime) -> None:
    """Record what a check found. Nothing found for the second time, on another day of the project's zone, is dead."""
    state, zone = LinkState(publication.link_state), publication.project.zone
    checked = publication.link_checked_at
    if found == LinkState.DOUBTFUL and state in KNOWN_AS_DEAD:
        is_another_day = checked is not None and checked.astimezone(zone).date() < now.astimezone(zone).date()
        found = LinkState.DEAD if state == LinkState.DOUBTFUL and is_another_day else state
    elif found == LinkState.UNREACHABLE and state in KNOWN_AS_DEAD:
        found = state
    publication.link_state, publication.link_checked_at = found, now


def accept_dead_link(publication: Publication) -> None:
    """Record that somebody has seen that an address is dead, and leaves it: it waits for nobody any more."""
    if publication.link_state == LinkState.DEAD:
        publication.link_state = LinkState.ACCEPTED

"""Merged registrations: whose marks belong to which surviving registration."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from trainer.registration.models import Registration, RegistrationStatus


def map_merged_registrations(session: Session, seminar_ids: Iterable[int] | Select[int]) -> dict[int, int]:
    """Return the id of the surviving registration for each merged registration of some seminars.

    `seminar_ids` may be a SELECT of ids, which then becomes a subquery.
    """
    return read_merges(session, build_merges_query(seminar_ids), {})


def build_merges_query(seminar_ids: Iterable[int] | Select[int]) -> Select[int, int | None]:
    """Build the query for the merged registrations of some seminars."""
    return select(Registration.id, Registration.merged_into_id).where(
        Registration.seminar_id.in_(seminar_ids), Registration.status == RegistrationStatus.MERGED
    )


def read_merges(session: Session, query: Select[int, int | None], values: Mapping[str, Any]) -> dict[int, int]:
    """Run a query for merged registrations and return the surviving id for every merged id."""
    return resolve_merges({row[0]: row[1] for row in session.execute(query, values) if row[1] is not None})


def resolve_merges(merged_into_ids: Mapping[int, int]) -> dict[int, int]:
    """Follow chains of merges; return the surviving id for every merged id."""
    surviving_ids = {}
    for merged_id in merged_into_ids:
        current_id, visited_ids = merged_id, {merged_id}
        while current_id in merged_into_ids and merged_into_ids[current_id] not in visited_ids:
            current_id = merged_into_ids[current_id]
            visited_ids.add(current_id)
        surviving_ids[merged_id] = current_id
    return surviving_ids


def add_merged_ids(registration_ids: Iterable[int], surviving_ids: Mapping[int, int]) -> set[int]:
    """Return the surviving registrations and all registrations merged into them."""
    survivors = {surviving_ids.get(registration_id, registration_id) for registration_id in registration_ids}
    return survivors | {merged_id for merged_id, surviving_id in surviving_ids.items() if surviving_id in survivors}

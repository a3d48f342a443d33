"""Who is the same person: people whose registrations were merged are one, in every seminar of the project."""

from collections.abc import Mapping


def map_identities(person_ids: Mapping[int, int], surviving_ids: Mapping[int, int]) -> dict[int, int]:
    """Return for each person who is the same as another one by a merge the person to count instead.

    `person_ids` holds the person of each registration; `surviving_ids` maps merged registrations to the surviving ones.
    Merges in different seminars may form chains, or rings.
    """
    parents: dict[int, int] = {}

    def find_root(person_id: int) -> int:
        while parents.get(person_id, person_id) != person_id:
            person_id = parents[person_id]
        return person_id

    for merged_id, surviving_id in surviving_ids.items():
        if merged_id in person_ids and surviving_id in person_ids:
            merged, surviving = (find_root(person_ids[number]) for number in (merged_id, surviving_id))
            parents.setdefault(surviving, surviving)
            parents[merged] = surviving
    return {person_id: find_root(person_id) for person_id in parents}

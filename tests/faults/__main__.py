"""`python -m tests.faults [scenario ...]` exits with 1 if something that was acknowledged is lost or doubled."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import databases, disks, letters, servers, uploads
from tests.faults.outcome import FaultOutcome
from tests.faults.stage import PEOPLE, Stage, prepare_stage

BOTH = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Scenario:
    """A function that plays on a stage, and what it needs."""

    play: Callable[[Stage], FaultOutcome]
    people: int = PEOPLE
    databases: tuple[str, ...] = BOTH
    harms_server: bool = False
    """Whether PostgreSQL is a server that is started for the scenario."""


SCENARIOS = {
    "server-killed": Scenario(servers.kill_servers),
    "jobs-killed": Scenario(letters.kill_worker, people=letters.LETTERS),
    "connections-cut": Scenario(databases.cut_connections),
    "database-crashed": Scenario(databases.crash_database, databases=("postgresql",), harms_server=True),
    "disk-full": Scenario(disks.fill_disk, harms_server=True),
    "mail-server-dead": Scenario(letters.kill_mail_server, people=letters.LETTERS),
    "uploads-killed": Scenario(uploads.kill_while_uploading, people=4),
    "uploads-disk-full": Scenario(uploads.fill_disk_while_uploading, people=4),
    "uploads-storage-cut": Scenario(uploads.cut_storage_while_uploading, people=4),
}


def main(names: list[str]) -> int:
    """Run the named scenarios, or all, on each database, print a line for each and return the exit code."""
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        print(f"no such scenario: {', '.join(unknown)}; there are {', '.join(SCENARIOS)}", file=sys.stderr)
        return 2
    outcomes = [run_scenario(name, database) for name in names or SCENARIOS for database in SCENARIOS[name].databases]
    return 0 if all(outcome.is_good for outcome in outcomes) else 1


def run_scenario(name: str, database: str) -> FaultOutcome:
    """Run a scenario on one database, print its line and return the outcome."""
    scenario = SCENARIOS[name]
    with prepare_stage(database, scenario.people, has_own_server=scenario.harms_server) as stage:
        begun = time.monotonic()
        outcome = scenario.play(stage)
    print(f"{name} {database}: {outcome} ({time.monotonic() - begun:.0f} s)", flush=True)
    return outcome


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

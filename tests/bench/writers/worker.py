"""A process that runs the background jobs for some seconds and prints which share of a core they took, from 0 to 1."""

import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Timer

from trainer.settings import Settings


def measure_worker_share(settings: Settings, seconds: float) -> float:
    """Return the share of a core that the worker takes while nothing is written."""
    command = [sys.executable, "-m", __name__, str(settings.instance), settings.database_url, str(seconds)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main(instance: str, database: str, seconds: str) -> None:
    """Run the jobs; measure from the end of the first round on."""
    from tests import databases
    from trainer import build_jobs, create_app
    from trainer.tasks import Job, run_jobs

    more = {"SIGNING_KEY_FILE": f"{instance}/keys/seal.pem"} if database else {}
    settings = databases.build_settings(Path(instance), database, **more)
    stop = Event()
    begun: list[float] = []

    def begin(*_given: object) -> None:
        begun.append(time.process_time())
        Timer(float(seconds), stop.set).start()

    run_jobs(create_app(settings), [*build_jobs(settings), Job("begin", begin, interval_seconds=24 * 60 * 60)], stop)
    print((time.process_time() - begun[0]) / float(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""SIGKILL of server processes under load."""

import os
import signal

from tests.faults.outcome import FaultOutcome
from tests.faults.stage import Stage
from tests.faults.traffic import send_traffic
from tests.serving.deployment import Deployment

KILLS = 3
BETWEEN = 40  # acknowledgements between two kills


def kill_servers(stage: Stage, kills: int = KILLS) -> FaultOutcome:
    """Kill the only server process and start it again; with several, one after the other, which come back by themselves."""
    with stage.serve() as deployment:
        with send_traffic(stage, deployment.port) as traffic:
            for _kill in range(kills):
                kill_one_process(deployment)
                traffic.wait_for(BETWEEN)
        remark = f" processes {deployment.workers}"
    return traffic.compare_with_database(kills, remark)


def kill_one_process(deployment: Deployment) -> None:
    """Kill a server process; if it is the only one, start it again, as systemd does."""
    if deployment.workers > 1:
        os.kill(min(deployment.list_pids("serve")), signal.SIGKILL)
        return
    deployment.process.kill()
    deployment.process.wait()
    deployment.start()

"""Several server processes behind one port: they share the work, come back, and are reloaded and stopped without a failed request."""

import os
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.browser.server import find_free_port
from tests.databases import SECRET_KEY, copy_instance
from tests.redis_server import REDIS, run_redis_server
from tests.serving.deployment import Callers, Deployment, run_deployment, wait_until
from tests.serving.processes import count_sockets, count_threads, is_running, list_children

pytestmark = pytest.mark.slow
LIMITED_PAGE, LIMIT = "/status/1", 120


@pytest.fixture(scope="module")
def two_workers(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Yield a running deployment with two server processes."""
    with run_deployment(copy_instance(sqlite_template, tmp_path_factory.mktemp("two") / "instance"), 2) as running:
        yield running


def test_each_process_has_a_core_of_its_own_and_one_runs_the_jobs(two_workers: Deployment) -> None:
    wait_until(lambda: all(len(os.sched_getaffinity(pid)) == 1 for pid in two_workers.list_pids("serve")))
    cores = {tuple(os.sched_getaffinity(pid)) for pid in two_workers.list_pids("serve")}
    assert len(cores) == min(2, len(os.sched_getaffinity(0)))
    assert len(two_workers.list_pids("jobs")) == 1


@pytest.mark.parametrize("subcommand", ["serve", "jobs"])
def test_a_process_that_was_killed_comes_back_and_stays(two_workers: Deployment, subcommand: str) -> None:
    before = two_workers.list_pids(subcommand)
    victim = min(before)
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: len(two_workers.list_pids(subcommand) - {victim}) == len(before))
    assert before - {victim} <= two_workers.list_pids(subcommand)

    [successor] = two_workers.list_pids(subcommand) - before
    if subcommand == "serve":
        wait_until(lambda: count_threads(successor) > 8)  # it is about to say that it answers
        time.sleep(1)
    assert successor in two_workers.list_pids(subcommand)


def test_connections_that_stay_open_are_spread_over_the_processes(two_workers: Deployment) -> None:
    processes = sorted(two_workers.list_pids("serve"))
    wait_until(lambda: all(count_threads(pid) > 8 for pid in processes))
    time.sleep(1)
    for _time in range(3):
        before = [count_sockets(pid) for pid in processes]
        with ExitStack() as stack:
            for _connection in range(12):
                stack.enter_context(socket.create_connection(("127.0.0.1", two_workers.port)))
            wait_until(lambda: sum(map(count_sockets, processes)) == sum(before) + 12)  # noqa: B023
            assert all(count_sockets(pid) - had >= 4 for pid, had in zip(processes, before, strict=True))
        wait_until(lambda: [count_sockets(pid) for pid in processes] == before)  # noqa: B023


def test_requests_are_counted_together_whichever_process_answers_them(two_workers: Deployment) -> None:
    statuses = Counter(two_workers.fetch_status(LIMITED_PAGE) for _request in range(LIMIT + 10))
    assert statuses[429] == 10


def test_a_reload_replaces_every_process_without_a_failed_request(two_workers: Deployment) -> None:
    before = two_workers.list_pids("serve") | two_workers.list_pids("jobs")
    with Callers(two_workers.port) as callers:
        two_workers.process.send_signal(signal.SIGHUP)
        wait_until(lambda: not before & (two_workers.list_pids("serve") | two_workers.list_pids("jobs")))
        wait_until(lambda: len(two_workers.list_pids("serve")) == 2 and len(two_workers.list_pids("jobs")) == 1)
        answered = callers.answers
        wait_until(lambda: callers.answers > answered + 20)
    assert callers.failures == []


def test_settings_that_cannot_be_read_end_a_reload_and_the_old_processes_go_on(two_workers: Deployment) -> None:
    before, settings_file = two_workers.list_pids("serve"), two_workers.folder / "trainer.cfg"
    settings_file.write_text("THREADS = many\n")
    two_workers.process.send_signal(signal.SIGHUP)
    wait_until(lambda: "THREADS must be a whole number" in two_workers.errors.read_text())
    wait_until(lambda: "the old ones go on" in two_workers.errors.read_text())
    settings_file.unlink()
    assert two_workers.list_pids("serve") == before
    assert two_workers.answers()


def test_all_processes_end_with_the_supervisor_once_they_have_answered(two_workers: Deployment) -> None:
    children = list_children(two_workers.process.pid)
    with Callers(two_workers.port) as callers:
        assert two_workers.stop() == 0
    assert {failure for failure in callers.failures if "refused" not in failure} == set()
    assert not any(map(is_running, children))


@pytest.mark.skipif(REDIS is None, reason="there is no Redis on this machine")
def test_two_deployments_count_together_in_redis_and_go_on_without_it(sqlite_template: Path, tmp_path: Path) -> None:
    with ExitStack() as stack:
        redis = stack.enter_context(run_redis_server(find_free_port(), tmp_path))
        own = {"RATELIMIT_STORAGE": redis.address, "SECRET_KEY": SECRET_KEY}
        folders = [copy_instance(sqlite_template, tmp_path / name) for name in ("one", "other")]
        deployments = [stack.enter_context(run_deployment(folder, 1, **own)) for folder in folders]
        turns = deployments * (LIMIT // 2 + 5)
        assert Counter(each.fetch_status(LIMITED_PAGE) for each in turns)[429] == 10

        redis.stop()
        assert 429 not in [each.fetch_status(LIMITED_PAGE) for each in deployments * 3]
        for each in deployments:
            assert each.errors.read_text().count("does not answer") == 1


def test_a_stop_during_a_reload_leaves_no_process(sqlite_template: Path, tmp_path: Path) -> None:
    with run_deployment(copy_instance(sqlite_template, tmp_path / "instance"), 2) as running:
        running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: len(running.list_pids("serve")) == 3)
        children = list_children(running.process.pid)
        assert running.stop() == 0
    assert not any(map(is_running, children))


def test_server_processes_do_not_outlive_a_supervisor_that_was_killed(sqlite_template: Path, tmp_path: Path) -> None:
    with run_deployment(copy_instance(sqlite_template, tmp_path / "instance"), 2) as running:
        wait_until(lambda: len(running.list_pids("jobs")) == 1)
        children = list_children(running.process.pid)
        wait_until(lambda: all(count_threads(pid) > 8 for pid in running.list_pids("serve")))
        running.process.kill()
        wait_until(lambda: not any(map(is_running, children)))


def test_one_process_reloads_itself_without_a_failed_request(sqlite_template: Path, tmp_path: Path) -> None:
    with run_deployment(copy_instance(sqlite_template, tmp_path / "instance"), 1) as running:
        command = Path(f"/proc/{running.process.pid}/cmdline")
        before = command.read_bytes()
        with Callers(running.port) as callers:
            running.process.send_signal(signal.SIGHUP)
            wait_until(lambda: command.read_bytes() != before)  # it names the listening socket now
            answered = callers.answers
            wait_until(lambda: callers.answers > answered + 20)
            assert running.process.poll() is None
        assert callers.failures == []

        (running.folder / "trainer.cfg").write_text("THREADS = many\n")
        running.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "the old one goes on" in running.errors.read_text())
        time.sleep(1)
        assert running.answers()
        assert running.stop() == 0

"""Uploads of photos of 4 MB by the page's own client in Chromium, beside a bare view that writes and hashes the same bytes.

Both servers are processes of their own behind waitress, and a file is acknowledged when it is on the disk. In every round
each gets the same new files from the same browser, three at a time.
"""

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import func, select

from tests import databases
from tests.bench.evidence.bare_server import BareServer
from tests.bench.evidence.photos import write_files
from tests.bench.figures import Figure, format_table
from tests.bench.verification import compute_median_ratio, open_instance
from tests.browser.desk import open_desk
from tests.browser.server import CHROMIUM, CHROMIUM_ARGUMENTS
from tests.factories import create_project
from tests.serving.deployment import Deployment, run_deployment
from trainer import create_app
from trainer.evidence.models import EvidenceItem
from trainer.settings import Settings

PHOTOS, ROUNDS, WARM_UP = 500, 5, 10
GOAL = 0.75  # of the bare view's rate
MOST_GROWTH = 50.0  # MB of the server's memory
PATIENCE_MILLISECONDS = 600_000
MEGABYTE = 1_000_000
COUNT_DONE = "count => document.querySelectorAll('.uploads [data-state=\"done\"]').length === count"


class TrainerServer:
    """trainer on a database, with the page of uploads open in a browser."""

    def __init__(self, stack: ExitStack, browser: Browser, settings: Settings) -> None:
        self.settings = settings
        own = {"DATABASE_URL": settings.database_url, "SECRET_KEY": databases.SECRET_KEY}
        own["SIGNING_KEY_FILE"] = str(settings.instance / "keys" / "seal.pem")
        self.app = create_app(settings)
        stack.callback(databases.close_connections, self.app)
        self.deployment: Deployment = stack.enter_context(run_deployment(settings.instance, 1, "--no-jobs", **own))
        address = f"http://127.0.0.1:{self.deployment.port}"
        with databases.open_session(self.app) as session:
            create_project(session)
            session.commit()
            self.page = open_desk(browser, address, session)
        self.before = 0.0

    def send(self, paths: list[Path]) -> float:
        """Upload files and return the seconds until all have arrived."""
        self.page.goto("/desk/evidence/upload")
        self.page.locator("[data-drop-hint]").wait_for()
        return time_upload(self.page, paths)

    def read_memory(self, name: str) -> float:
        """Return a figure of the server's memory in MB: VmRSS is held now, VmHWM was held at most."""
        lines = Path(f"/proc/{self.deployment.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024

    def count_items(self) -> int:
        """Return how many files are evidence."""
        with databases.open_session(self.app) as session:
            return session.scalar(select(func.count(EvidenceItem.id))) or 0


class BareView:
    """The bare view, with its page open in a browser."""

    def __init__(self, stack: ExitStack, browser: Browser, folder: Path, query: str = "") -> None:
        self.folder, self.query = folder, query
        folder.mkdir()
        self.server = stack.enter_context(BareServer("", folder))
        self.page = browser.new_page(base_url=f"http://127.0.0.1:{self.server.port}")

    def send(self, paths: list[Path]) -> float:
        """Upload files and return the seconds until all have arrived; then they are deleted."""
        self.page.goto(f"/{self.query}")
        seconds = time_upload(self.page, paths)
        for path in self.folder.iterdir():
            path.unlink()
        return seconds


def time_upload(page: Page, paths: list[Path]) -> float:
    """Choose files on an open page and return the seconds until it shows that all have arrived."""
    begun = time.perf_counter()
    page.set_input_files("#files", paths)
    page.wait_for_function(COUNT_DONE, arg=len(paths), timeout=PATIENCE_MILLISECONDS)
    return time.perf_counter() - begun


def measure_figures(photos: int = PHOTOS) -> Iterator[Figure]:
    """Upload photos in rounds of shuffled order, and yield the rates and the growth of the servers' memory."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        playwright: Any = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(CHROMIUM_ARGUMENTS))
        stack.callback(browser.close)
        servers = {
            name: TrainerServer(stack, browser, stack.enter_context(open_instance(name, folder / f"{name}-uploads")))
            for name in ("sqlite", "postgresql")
        }
        sends: dict[str, Callable[[list[Path]], float]] = {name: server.send for name, server in servers.items()}
        sends["bare view"] = BareView(stack, browser, folder / "bare").send
        sends["bare view, without fsync"] = BareView(stack, browser, folder / "unsynced", "?unsynced").send
        rates = measure_rounds(sends, servers, folder / "files", photos)
        growths = {name: server.read_memory("VmHWM") - server.before for name, server in servers.items()}
        print_table(rates, growths)
        for name in servers:
            yield Figure(f"evidence-{name}-uploads", compute_median_ratio(rates[name], rates["bare view"]), GOAL)
            yield Figure(f"evidence-{name}-uploads-megabytes", growths[name], MOST_GROWTH, at_most=True)


def measure_rounds(
    sends: dict[str, Callable[[list[Path]], float]], servers: dict[str, TrainerServer], folder: Path, photos: int
) -> dict[str, list[float]]:
    """Upload new files to each server in every round; return the MB a second of each. Raises RuntimeError if a file is missing."""
    rates: dict[str, list[float]] = {name: [] for name in sends}
    count, chance = max(1, photos // ROUNDS), random.Random(7)
    for number in range(ROUNDS + 1):
        folder.mkdir()
        paths = write_files(folder, count if number else WARM_UP, 10_000 * number)
        for name in chance.sample(list(sends), len(sends)):
            seconds = sends[name](paths)
            if number:  # what is loaded at first is not counted
                rates[name].append(sum(path.stat().st_size for path in paths) / MEGABYTE / seconds)
            elif name in servers:
                servers[name].before = servers[name].read_memory("VmRSS")
        shutil.rmtree(folder)
    for server in servers.values():
        if (stored := server.count_items()) != WARM_UP + count * ROUNDS:
            raise RuntimeError(f"{stored} files are evidence")
    return rates


def print_table(rates: dict[str, list[float]], growths: dict[str, float]) -> None:
    """Print the rates, and how much more memory each server held at most than after the first files."""
    rows = [
        (name, f"{median(each):,.0f}", f"{growths[name]:,.0f}" if name in growths else "")
        for name, each in rates.items()
    ]
    print(format_table(("uploads", "MB a second", "memory MB"), rows))

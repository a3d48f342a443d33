"""The application starts with the packages that are installed for running it, and loads for its first page only what that needs."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from trainer.paths import PACKAGE_FOLDER
from trainer.settings import Settings

pytestmark = pytest.mark.one_database

LOADED_LATE = (
    *("reportlab", "pikepdf", "PIL", "pypdfium2", "pillow_heif", "zxingcpp", "qrcode"),  # documents and pictures
    *("openpyxl", "xlsxwriter", "docx", "lxml", "icalendar", "numpy"),  # files of offices and calendars
    *("pyhanko", "openbadges"),  # signatures and badges
)
OPEN_FIRST_PAGE = """
import sys
from pathlib import Path
from tests.databases import build_settings
from trainer import create_app
app = create_app(build_settings(Path(sys.argv[1]), sys.argv[2]))
assert app.test_client().get("/").status_code == 200
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_first_page_loads_nothing_that_makes_or_reads_documents(settings: Settings) -> None:
    command = [sys.executable, "-c", OPEN_FIRST_PAGE, str(settings.instance), settings.database_url]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "flask" in loaded
    assert [name for name in LOADED_LATE if name in loaded] == []


HIDE_PACKAGES = """
import sys
class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in HIDDEN:
            raise ModuleNotFoundError(name)
HIDDEN = set(sys.argv[3].split())
sys.meta_path.insert(0, Hidden())
"""


def list_packages_of_tests() -> set[str]:
    """Return the top-level packages that are installed for the tests, and not for running the application."""
    requirements = (PACKAGE_FOLDER.parent / "requirements.txt").read_text(encoding="utf-8")
    running = {normalise_name(name) for name in re.findall(r"^([\w.-]+)==", requirements, re.MULTILINE)}
    return {
        package
        for package, distributions in packages_distributions().items()
        if not running & set(map(normalise_name, distributions))
    } - {"tests", "trainer", "certificates"}


def normalise_name(distribution: str) -> str:
    """Return the name of a distribution as packaging tools compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def test_it_starts_without_what_only_the_tests_need(settings: Settings) -> None:
    hidden = list_packages_of_tests()
    assert "pytest" in hidden
    script = HIDE_PACKAGES + OPEN_FIRST_PAGE
    command = [sys.executable, "-c", script, str(settings.instance), settings.database_url, " ".join(hidden)]
    subprocess.run(command, capture_output=True, text=True, check=True)

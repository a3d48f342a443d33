"""What the first page does not need is not loaded: drawing, pictures, spreadsheets and readers of files come when they are used."""

import subprocess
import sys

from trainer.settings import Settings

LOADED_LATE = (
    *("reportlab", "pikepdf", "PIL", "pypdfium2", "zxingcpp", "qrcode"),  # documents and pictures
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

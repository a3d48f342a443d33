"""The house stands as its picture says: a room uses lower floors, and on its own floor only rooms to its left."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from trainer.paths import PACKAGE_FOLDER

ROOT = PACKAGE_FOLDER.parent
# From the ground up, left to right; imports inside functions count too.
FLOORS = [
    [
        "paths",
        "settings",
        "clock",
        "extensions",
        "base",
        "looks",
        "serving",
        "language",
        "storage",
        "tasks",
        "web",
        "certificates",
        "documents",
    ],
    ["accounts", "projects", "people", "messages", "seminars"],
    ["registration"],
    ["attendance", "surveys"],
    ["issuing"],
    ["portal", "desk", "monitoring", "verification", "example"],
    ["trainer", "cli", "__main__", "migrations"],
]
PLACE = {room: (floor, place) for floor, rooms in enumerate(FLOORS) for place, room in enumerate(rooms)}
FOREIGN = ("flask", "sqlalchemy", "wtforms", "jinja2", "werkzeug", "babel", "alembic")


def room_of(path: Path, root: Path) -> str:
    """The room that a file belongs to."""
    parts = path.relative_to(root).with_suffix("").parts
    if parts[0] == "certificates":
        return "certificates"
    return "trainer" if parts[1:] == ("__init__",) else parts[1]


def modules_named(tree: ast.AST) -> Iterator[str]:
    """Every module that a file imports, wherever in the file; of `from trainer import x` it is trainer.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def room_named(module: str, root: Path) -> str | None:
    """The room that an import leads to; None for what is not ours."""
    parts = module.split(".")
    if parts[0] == "certificates":
        return "certificates"
    if parts[0] != "trainer":
        return None
    named = parts[1] if len(parts) > 1 else ""
    return named if (root / "trainer" / named).is_dir() or (root / "trainer" / f"{named}.py").is_file() else "trainer"


def wrong_arrows(root: Path) -> list[str]:
    """Every import that goes up, or to the right, or out of the library; and rooms that the picture does not show."""
    found = []
    for path in sorted([*(root / "trainer").rglob("*.py"), *(root / "certificates").rglob("*.py")]):
        room, name = room_of(path, root), path.relative_to(root).as_posix()
        if room not in PLACE:
            found.append(f"{name}: the picture has no room {room}")
            continue
        for module in modules_named(ast.parse(path.read_text(encoding="utf-8"))):
            target = room_named(module, root)
            if target is None:
                if room == "certificates" and module.split(".")[0].startswith(FOREIGN):
                    found.append(f"{name}: the library imports {module}")
            elif target != room and not allowed(room, target):
                found.append(f"{name}: {room} imports {module}")
    return found


def allowed(room: str, target: str) -> bool:
    """Whether a room may use another one: a lower floor, or a room to its left."""
    if target not in PLACE or room == "certificates":
        return False
    return PLACE[target][0] < PLACE[room][0] or (
        PLACE[target][0] == PLACE[room][0] and PLACE[target][1] < PLACE[room][1]
    )


def test_every_arrow_goes_down_or_to_the_left() -> None:
    assert wrong_arrows(ROOT) == []


@pytest.mark.parametrize(
    ("place", "line", "named"),
    [
        ("trainer/registration/models.py", "def f():\n    from trainer.verification.views import find", "verification"),
        ("trainer/attendance/marks.py", "import trainer.surveys.answers", "surveys"),
        ("trainer/accounts/views.py", "from trainer import seminars", "seminars"),
        ("trainer/web/forms.py", "if True:\n    from trainer.accounts.models import User", "accounts"),
        ("trainer/people/models.py", "from trainer import create_app", "create_app"),
        ("trainer/base.py", "from trainer.language import dates", "language"),
        ("trainer/web/forms.py", "from certificates import render", "certificates"),
        ("certificates/facts.py", "def f():\n    from flask import current_app", "flask"),
        ("certificates/facts.py", "import sqlalchemy.orm", "sqlalchemy"),
        ("certificates/facts.py", "from trainer.clock import now", "clock"),
        ("certificates/facts.py", "import flask_babel", "flask_babel"),
        ("trainer/parking/models.py", "", "parking"),
    ],
)
def test_a_wrong_arrow_is_found(tmp_path: Path, place: str, line: str, named: str) -> None:
    for room in ("verification", "surveys", "seminars", "accounts", "language"):
        (tmp_path / "trainer" / room).mkdir(parents=True)
    (tmp_path / "trainer" / "clock.py").touch()
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(line)
    [found] = wrong_arrows(tmp_path)
    assert found.startswith(f"{place}: ")
    assert named in found


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("trainer/surveys/answers.py", "from trainer.attendance.marks import attended"),
        ("trainer/issuing/facts.py", "from certificates import Certificate\nfrom trainer.surveys import answers"),
        ("trainer/registration/models.py", "import flask\nfrom trainer.registration import places"),
        ("trainer/cli/copy.py", "from trainer import create_app"),
        ("certificates/paper.py", "import reportlab\nfrom certificates.facts import Certificate"),
    ],
)
def test_a_right_arrow_is_let_pass(tmp_path: Path, place: str, line: str) -> None:
    for each in ("attendance", "surveys", "registration", "issuing", "cli"):
        (tmp_path / "trainer" / each).mkdir(parents=True)
    (tmp_path / "certificates").mkdir()
    (tmp_path / place).write_text(line)
    assert wrong_arrows(tmp_path) == []


def test_the_whole_house_is_looked_at() -> None:
    rooms = {room_of(path, ROOT) for path in (ROOT / "trainer").rglob("*.py")}
    assert {"registration", "cli", "trainer", "web", "language", "settings"} <= rooms


def test_only_the_clock_asks_for_the_time_and_only_settings_for_the_environment() -> None:
    asked = {"datetime.now", "date.today", "time.time", "datetime.utcnow", "os.environ", "os.getenv"}
    may = {"trainer/clock.py": "datetime.now", "trainer/settings.py": "os.environ", "trainer/paths.py": "os.environ"}
    may |= {"trainer/cli/doctor.py": "os.environ"}  # the doctor says where a setting came from
    for path in [*(ROOT / "trainer").rglob("*.py"), *(ROOT / "certificates").rglob("*.py")]:
        name = path.relative_to(ROOT).as_posix()
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        used = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)} & asked
        assert used <= {may.get(name, "")}, name

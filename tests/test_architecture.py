"""The layers of docs/development.md hold: a package imports lower layers, and on its own layer only packages to its left."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import certificates
import certificates.drawing
from trainer.paths import PACKAGE_FOLDER

ROOT = PACKAGE_FOLDER.parent
# From the bottom up, each layer from left to right; imports inside functions count too.
LAYERS = [
    [
        "paths",
        "storage_address",
        "settings",
        "clock",
        "fingerprint",
        "extensions",
        "schema",
        "base",
        "sqlite_transactions",
        "raw_queries",
        "serving",
        "language",
        "storage",
        "fetching",
    ],
    ["tasks", "web", "certificates", "documents"],
    ["audit", "accounts", "passkeys", "projects", "people", "messages", "account_mail", "seminars", "colleagues"],
    ["registration"],
    ["attendance", "surveys"],
    ["evidence"],
    ["issuing"],
    ["monitoring"],
    ["portal", "desk", "verification", "example"],
    ["trainer", "cli", "__main__", "migrations"],
]
# The modules and sub-packages inside a package, from left to right; one imports only what stands to its left.
PARTS = {
    "trainer.storage": "errors folder bucket content",
    "trainer.projects": "models ownership current_project vocabulary wording plan_validation plan annex guesses spreadsheet "
    "editing importing logos forms scopes views",
    "trainer.registration": "models consent seats form notifications announcements "
    "public self_service desk imports messaging to_do scopes",
    "trainer.attendance": "models scopes merges locking ledger segments summary tally mark_history unlisted conflicts wording tablet "
    "lists sheets desk",
    "trainer.surveys": "models questions deduplication catalogue segments schedule scores responses participation answers desk "
    "postgres_log anonymity answering paper checklists results downloads builder xlsform",
    "trainer.issuing": "models scopes segments logos register eligibility readiness reserved_words wording downloads files holder_views "
    "notifications issuance revocation badges names desk",
    "trainer.evidence": "models kinds media_types items links copies consents wording processing uploads inbox publications registers "
    "distribution withdrawals scopes desk",
    "trainer.monitoring": "models scope facts kinds parts figures entered_figures wording splits overview missing periods charts "
    "reminders to_do desk",
    "certificates": "errors words characters code facts verdict texts sealing fonts drawing design layout_items layout pdf printing",
}
VAGUE_VERBS = ("Give ", "Gives ", "Let ", "Lets ", "Say ", "Says ", "Tell ", "Tells ")
MOST_MODULES = 14  # that lie flat in one folder
MOST_TEST_LINES = 450  # of a test module
RESTRICTED = {
    "trainer.raw_queries": {
        "trainer/__init__.py",
        "trainer/attendance/ledger.py",
        "trainer/attendance/tally.py",
        "trainer/issuing/readiness.py",
        "trainer/issuing/register.py",
        "trainer/monitoring/facts/people.py",
        "trainer/registration/seats/participants.py",
        "trainer/registration/seats/enrolment.py",
        "trainer/surveys/participation.py",
        "trainer/surveys/responses.py",
        "trainer/surveys/results/response_rate.py",
        "trainer/tasks.py",
        "trainer/verification/lookup.py",
        "trainer/verification/views.py",
        "trainer/web/rate_limits/database_storage.py",
    },
    "trainer.web.page_cache": {"trainer/verification/views.py"},
}
"""Modules that trade readability for speed, and who may import them: only where the gain was measured."""
POSITION = {package: (layer, place) for layer, row in enumerate(LAYERS) for place, package in enumerate(row)}
WEB_AND_DATABASE = ("flask", "sqlalchemy", "wtforms", "jinja2", "werkzeug", "babel", "alembic")


def get_package(path: Path, root: Path) -> str:
    """Return the package of `LAYERS` that a file belongs to."""
    parts = path.relative_to(root).with_suffix("").parts
    if parts[0] == "certificates":
        return "certificates"
    return "trainer" if parts[1:] == ("__init__",) else parts[1]


def list_imports(tree: ast.AST) -> Iterator[str]:
    """Yield every name that a file imports, anywhere in the file; `from trainer import x` yields trainer.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def find_imported_package(module: str, root: Path) -> str | None:
    """Return the package that an import leads to; None for a library of others."""
    parts = module.split(".")
    if parts[0] == "certificates":
        return "certificates"
    if parts[0] != "trainer":
        return None
    name = parts[1] if len(parts) > 1 else ""
    return name if (root / "trainer" / name).is_dir() or (root / "trainer" / f"{name}.py").is_file() else "trainer"


def list_modules(root: Path) -> list[Path]:
    """Return all modules of the product, sorted."""
    return sorted([*(root / "trainer").rglob("*.py"), *(root / "certificates").rglob("*.py")])


def list_wrong_imports(root: Path) -> list[str]:
    """Return every import that goes up, to the right, or out of the library; and packages that `LAYERS` does not name."""
    wrong = []
    for path in list_modules(root):
        package, name = get_package(path, root), path.relative_to(root).as_posix()
        if package not in POSITION:
            wrong.append(f"{name}: LAYERS has no package {package}")
            continue
        for module in list_imports(ast.parse(path.read_text(encoding="utf-8"))):
            target = find_imported_package(module, root)
            if target is None:
                if package == "certificates" and module.split(".")[0].startswith(WEB_AND_DATABASE):
                    wrong.append(f"{name}: the library imports {module}")
            elif target != package and not is_allowed(package, target):
                wrong.append(f"{name}: {package} imports {module}")
    return wrong


def is_allowed(package: str, target: str) -> bool:
    """Return whether a package may import another one: from a lower layer, or to its left."""
    if target not in POSITION or package == "certificates":
        return False
    return POSITION[target] < POSITION[package]


def list_wrong_imports_inside(root: Path, package: str, parts: list[str]) -> list[str]:
    """Return every import inside a package that goes to the right, and parts that `PARTS` does not name."""
    wrong = []
    folder = root / package.replace(".", "/")
    for path in sorted(folder.rglob("*.py")):
        part = path.relative_to(folder).with_suffix("").parts[0]
        if part == "__init__":  # assembles the package
            continue
        if part not in parts:
            wrong.append(f"{package}: PARTS has no {part}")
            continue
        for module in list_imports(ast.parse(path.read_text(encoding="utf-8"))):
            target = module.removeprefix(f"{package}.").split(".")[0]
            if module.startswith(f"{package}.") and target in parts and parts.index(target) > parts.index(part):
                wrong.append(f"{path.relative_to(root).as_posix()} imports {module}")
    return wrong


def list_private_imports(root: Path) -> list[str]:
    """Return every import of `trainer` from the certificates library that the library does not export."""
    public = {
        *(f"certificates.{name}" for name in certificates.__all__),
        *(f"certificates.drawing.{name}" for name in certificates.drawing.__all__),
    }
    return [
        f"{path.relative_to(root).as_posix()} imports {module}"
        for path in list_modules(root)
        if get_package(path, root) != "certificates"
        for module in list_imports(ast.parse(path.read_text(encoding="utf-8")))
        if module.split(".")[0] == "certificates" and module not in public
    ]


def test_the_application_uses_the_public_names_of_the_certificates_library_alone() -> None:
    assert list_private_imports(ROOT) == []


def test_an_inner_module_of_the_certificates_library_is_private(tmp_path: Path) -> None:
    path = tmp_path / "trainer/web/forms.py"
    path.parent.mkdir(parents=True)
    path.write_text("from certificates import render\nfrom certificates.drawing.qr import build_qr_symbol\n")
    assert list_private_imports(tmp_path) == ["trainer/web/forms.py imports certificates.drawing.qr.build_qr_symbol"]


def test_every_import_goes_down_or_to_the_left() -> None:
    assert list_wrong_imports(ROOT) == []


@pytest.mark.parametrize("package", PARTS)
def test_every_import_inside_a_package_goes_to_the_left(package: str) -> None:
    assert list_wrong_imports_inside(ROOT, package, PARTS[package].split()) == []


@pytest.mark.parametrize("restricted", RESTRICTED)
def test_shortcuts_for_speed_are_imported_only_where_they_were_measured(restricted: str) -> None:
    importers = {
        path.relative_to(ROOT).as_posix()
        for path in list_modules(ROOT)
        for module in list_imports(ast.parse(path.read_text(encoding="utf-8")))
        if module == restricted or module.startswith(f"{restricted}.")
    }
    assert importers == RESTRICTED[restricted]


def list_vague_docstrings(path: Path) -> list[str]:
    """Return the docstrings of a module that begin with a word that tells nothing."""
    nodes = (ast.Module, ast.ClassDef, ast.FunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    docstrings = [ast.get_docstring(node) or "" for node in ast.walk(tree) if isinstance(node, nodes)]
    return [docstring for docstring in docstrings if docstring.startswith(VAGUE_VERBS)]


def test_docstrings_begin_with_what_is_done() -> None:
    modules = [*list_modules(ROOT), *(ROOT / "tests").rglob("*.py")]
    assert [docstring for path in modules for docstring in list_vague_docstrings(path)] == []


def test_no_folder_holds_more_than_fourteen_modules() -> None:
    folders = {path.parent for path in list_modules(ROOT) if "migrations" not in path.parts}
    counts = {folder: sum(path.name != "__init__.py" for path in folder.glob("*.py")) for folder in folders}
    assert {str(folder): count for folder, count in counts.items() if count > MOST_MODULES} == {}


def list_imports_of_test_modules(root: Path) -> list[str]:
    """Return every import from a test module below `tests`; what several tests need belongs in a module of helpers."""
    return [
        f"{path.relative_to(root).as_posix()} imports {module}"
        for path in sorted((root / "tests").rglob("*.py"))
        for module in list_imports(ast.parse(path.read_text(encoding="utf-8")))
        if module.startswith("tests.") and any(part.startswith("test_") for part in module.split(".")[1:])
    ]


def list_long_test_modules(root: Path) -> list[str]:
    """Return the test modules with more than MOST_TEST_LINES lines, each with their number."""
    counts = {
        path.relative_to(root).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sorted((root / "tests").rglob("test_*.py"))
    }
    return [f"{name}: {count}" for name, count in counts.items() if count > MOST_TEST_LINES]


def test_no_test_imports_from_a_test_module_and_none_is_too_long() -> None:
    assert list_imports_of_test_modules(ROOT) == []
    assert list_long_test_modules(ROOT) == []


def test_an_import_from_a_test_module_and_a_long_one_are_found(tmp_path: Path) -> None:
    (tmp_path / "tests/surveys").mkdir(parents=True)
    (tmp_path / "tests/surveys/test_one.py").write_text("\n" * (MOST_TEST_LINES + 1))
    (tmp_path / "tests/helper.py").write_text("def f():\n    from tests.surveys.test_one import NOON\n")
    assert list_imports_of_test_modules(tmp_path) == ["tests/helper.py imports tests.surveys.test_one.NOON"]
    assert list_long_test_modules(tmp_path) == [f"tests/surveys/test_one.py: {MOST_TEST_LINES + 1}"]


@pytest.mark.parametrize(
    ("place", "line", "module"),
    [
        ("trainer/registration/models.py", "def f():\n    from trainer.verification.views import find", "verification"),
        ("trainer/attendance/ledger.py", "import trainer.surveys.responses", "surveys"),
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
def test_a_wrong_import_is_found(tmp_path: Path, place: str, line: str, module: str) -> None:
    for package in ("verification", "surveys", "seminars", "accounts", "language"):
        (tmp_path / "trainer" / package).mkdir(parents=True)
    (tmp_path / "trainer" / "clock.py").touch()
    (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / place).write_text(line)
    [wrong] = list_wrong_imports(tmp_path)
    assert wrong.startswith(f"{place}: ")
    assert module in wrong


def test_a_wrong_import_inside_a_package_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "trainer" / "surveys"
    (folder / "answering").mkdir(parents=True)
    (folder / "models.py").write_text("def f():\n    from trainer.surveys.answering import views")
    (folder / "answering" / "views.py").write_text("from trainer.surveys.models import Survey\nimport trainer.seminars")
    (folder / "oddments.py").touch()
    assert list_wrong_imports_inside(tmp_path, "trainer.surveys", ["models", "answering"]) == [
        "trainer/surveys/models.py imports trainer.surveys.answering.views",
        "trainer.surveys: PARTS has no oddments",
    ]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("trainer/surveys/responses.py", "from trainer.attendance.ledger import AttendanceSummary"),
        ("trainer/issuing/facts.py", "from certificates import Certificate\nfrom trainer.surveys import responses"),
        ("trainer/registration/models.py", "import flask\nfrom trainer.registration import seats"),
        ("trainer/cli/context.py", "from trainer import create_app"),
        ("certificates/printing.py", "import reportlab\nfrom certificates.facts import Certificate"),
    ],
)
def test_a_right_import_passes(tmp_path: Path, place: str, line: str) -> None:
    for package in ("attendance", "surveys", "registration", "issuing", "cli"):
        (tmp_path / "trainer" / package).mkdir(parents=True)
    (tmp_path / "certificates").mkdir()
    (tmp_path / place).write_text(line)
    assert list_wrong_imports(tmp_path) == []


def test_the_layers_name_no_package_that_is_not_there() -> None:
    packages = {get_package(path, ROOT) for path in list_modules(ROOT)}
    assert packages == set(POSITION)


def test_the_documentation_shows_the_layers() -> None:
    text = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
    rows = [line.split() for line in text.splitlines() if line[:1].isdigit() and line[1:4] == "   "]
    assert rows == [[str(number), *row] for number, row in reversed(list(enumerate(LAYERS)))]


def test_only_the_clock_asks_for_the_time_and_only_settings_for_the_environment() -> None:
    sources = {"datetime.now", "date.today", "time.time", "datetime.utcnow", "os.environ", "os.getenv"}
    allowed = {
        "trainer/clock.py": "datetime.now",
        "trainer/settings.py": "os.environ",
        "trainer/paths.py": "os.environ",
    }
    allowed |= {"trainer/cli/doctor.py": "os.environ"}  # the doctor says where a setting came from
    for path in list_modules(ROOT):
        name = path.relative_to(ROOT).as_posix()
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        used = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)} & sources
        assert used <= {allowed.get(name, "")}, name

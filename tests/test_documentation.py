"""The documentation names every setting, command, make target and package, and none that does not exist; its links lead somewhere."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from trainer.cli import main
from trainer.paths import PACKAGE_FOLDER
from trainer.settings import SETTING_FIELDS

ROOT = PACKAGE_FOLDER.parent
DOCUMENTS = (
    "README.md",
    "SECURITY.md",
    "CHANGELOG.md",
    "instance/README.md",
    "docs/operations.md",
    "docs/development.md",
)
DEFAULT_INSTANCE = "`instance/`"
FENCED = re.compile(r"^```\w*\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE_CODE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|(?: ([^|]*) \|)?", re.MULTILINE)
TRAINER_COMMAND = re.compile(r"^(?:\w+=\S* )*(?:\S*python -m )?trainer (\S.*)$")
MAKE_COMMAND = re.compile(r"(?:^|\s)make (\S+)")


def read_document(name: str) -> str:
    """Return the text of a document of the checkout."""
    return (ROOT / name).read_text(encoding="utf-8")


def get_section(text: str, heading: str) -> str:
    """Return the text under a heading of the second or third level. Raises IndexError if there is none."""
    return re.split(
        r"^##+ ", re.split(rf"^##+ {re.escape(heading)}$", text, flags=re.MULTILINE)[1], flags=re.MULTILINE
    )[0]


def read_table(section: str) -> dict[str, str]:
    """Return the first two columns of a section's table whose first column is code."""
    return {first: second.strip() for first, second in FIRST_CELL.findall(section)}


def list_commands(group: click.Group, prefix: str = "trainer") -> Iterator[str]:
    """Yield the full name of every command of a group, without the groups themselves and what only trainer itself runs."""
    for name, command in group.commands.items():
        if command.hidden:
            continue
        if isinstance(command, click.Group):
            yield from list_commands(command, f"{prefix} {name}")
        else:
            yield f"{prefix} {name}"


def format_default(name: str) -> str:
    """Return how the table of settings writes the default of a setting."""
    if name == "INSTANCE":
        return DEFAULT_INSTANCE
    default = SETTING_FIELDS[name].default
    return f"`{default}`" if default != "" else "empty"


def list_code_lines(text: str) -> list[str]:
    """Return the lines of a document's code blocks, without comments, and its inline code."""
    blocks = [re.split(r"\s#\s", line)[0].strip() for block in FENCED.findall(text) for line in block.splitlines()]
    return blocks + INLINE_CODE.findall(FENCED.sub("", text))


def find_command_problem(words: list[str]) -> str | None:
    """Return what is wrong with the words after `trainer`: an unknown command or option; None if nothing is."""
    command: click.Command = main
    for position, word in enumerate(words):
        if not isinstance(command, click.Group) or word.startswith("-"):
            options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
            unknown = [word for word in words[position:] if word.startswith("-") and word not in options]
            return f"unknown option {unknown[0]}" if unknown else None
        if word not in command.commands:
            return f"unknown command {word}"
        command = command.commands[word]
    return None


def list_command_problems(text: str) -> list[str]:
    """Return the `trainer` commands in a document's code that do not exist or have unknown options."""
    problems = []
    for line in list_code_lines(text):
        match = TRAINER_COMMAND.search(line)
        if match and (problem := find_command_problem(shlex.split(match[1]))):
            problems.append(f"{line}: {problem}")
    return problems


def list_make_targets() -> set[str]:
    """Return the targets of the Makefile that are not files."""
    return set(re.findall(r"^\.PHONY: (.+)$", read_document("Makefile"), re.MULTILINE)[0].split())


def list_unknown_targets(text: str) -> set[str]:
    """Return the targets that a document's code gives to make and that the Makefile does not have."""
    rules = list_make_targets() | set(re.findall(r"^([\w./]+):", read_document("Makefile"), re.MULTILINE))
    named = {target for line in list_code_lines(text) for target in MAKE_COMMAND.findall(line)}
    return named - rules


def build_anchor(heading: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def list_dead_links(name: str, text: str) -> list[str]:
    """Return the relative links of a document that lead to no file or heading of the checkout."""
    dead = []
    for link in LINK.findall(text):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = (ROOT / name).parent / path if path else ROOT / name
        content = (
            text
            if not path
            else target.read_text(encoding="utf-8")
            if target.suffix == ".md" and target.exists()
            else ""
        )
        if not target.exists() or (anchor and anchor not in map(build_anchor, HEADING.findall(content))):
            dead.append(link)
    return dead


def list_packages() -> set[str]:
    """Return the packages of the application."""
    return {path.parent.name for path in PACKAGE_FOLDER.glob("*/__init__.py")} | {"migrations"}


def test_the_table_of_settings_is_complete() -> None:
    table = read_table(get_section(read_document("docs/operations.md"), "Settings"))
    assert table == {name: format_default(name) for name in SETTING_FIELDS}


def test_the_table_of_commands_is_complete() -> None:
    table = read_table(get_section(read_document("docs/operations.md"), "Commands"))
    assert set(table) == set(list_commands(main))


def test_the_table_of_make_targets_is_complete() -> None:
    table = read_table(get_section(read_document("docs/development.md"), "Run, test, debug"))
    assert set(table) == {f"make {target}" for target in list_make_targets()}


def test_the_table_of_packages_is_complete() -> None:
    assert set(read_table(get_section(read_document("docs/development.md"), "Architecture"))) == list_packages()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_in_a_document_exists(name: str) -> None:
    assert list_command_problems(read_document(name)) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_in_a_document_exists(name: str) -> None:
    assert list_unknown_targets(read_document(name)) == set()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_relative_link_leads_somewhere(name: str) -> None:
    assert list_dead_links(name, read_document(name)) == []


def test_every_document_is_checked() -> None:
    guides = {path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]}
    assert guides <= set(DOCUMENTS)


@pytest.mark.parametrize(
    "command",
    [
        "trainer fly",
        "trainer keys list --loud",
        ".venv/bin/python -m trainer user delete x",
        "trainer jobs --twice",
    ],
)
def test_a_wrong_command_is_found(command: str) -> None:
    assert len(list_command_problems(f"Text\n\n```\n{command}   # a comment\n```\nRun `{command}`.")) == 2


def test_a_right_command_passes() -> None:
    text = "```\n.venv/bin/python -m trainer user add a@example.org --name 'A B'  # one\n```\n`trainer keys list` and `trainer`"
    assert list_command_problems(text) == []
    assert len(list_code_lines(text)) == 3


def test_an_unknown_make_target_is_found() -> None:
    assert list_unknown_targets("`make fly` and `make run`\n```\nPORT=1 make swim\n```\n") == {"fly", "swim"}


@pytest.mark.parametrize("link", ["missing.md", "README.md#no-such-heading", "#nowhere", "docs/missing.png"])
def test_a_dead_link_is_found(link: str) -> None:
    assert list_dead_links(
        "README.md", f"## Here\n[a]({link}) [b](#here) ![c](docs/certificate.png) [d](https://example.org)"
    ) == [link]


def test_a_table_with_a_missing_row_differs() -> None:
    section = get_section("## A\n| `x` | 1 | y |\n| `z` | `2` | y |\n## B\n| `w` | 1 | y |\n", "A")
    assert read_table(section) == {"x": "1", "z": "`2`"}

"""Texts of the import: roles of columns, outcomes of rows, and reasons why rows are not imported."""

from collections.abc import Sequence

from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.imports.headings import ColumnRole
from trainer.registration.imports.preview import PreviewRow, RowOutcome
from trainer.registration.imports.rows import LeftOutReason

ROLE_NAMES = {
    ColumnRole.FULL_NAME: _l("Full name, surname first"),
    ColumnRole.GIVEN_NAME_FIRST: _l("Full name, given name first"),
    ColumnRole.SURNAME: _l("Surname"),
    ColumnRole.GIVEN_NAME: _l("Given name"),
    ColumnRole.PATRONYMIC: _l("Patronymic"),
    ColumnRole.PHONE: _l("Phone number"),
    ColumnRole.EMAIL: _l("Email"),
    ColumnRole.WORKPLACE: _l("Workplace"),
    ColumnRole.POSITION: _l("Position"),
    ColumnRole.LANGUAGE: _l("Language"),
}
SEPARATOR_NAMES = {";": _l("semicolon"), "\t": _l("tab"), ",": _l("comma")}
OUTCOME_NAMES = {
    RowOutcome.NEW: _l("New"),
    RowOutcome.LIKELY_DUPLICATE: _l("Possible duplicate"),
    RowOutcome.LISTED: _l("Already on the list"),
    RowOutcome.REPEATED: _l("Repeated"),
    RowOutcome.INVALID: _l("To correct"),
    RowOutcome.LEFT_OUT: _l("Left out"),
}
OUTCOME_TONES = {
    **dict.fromkeys(RowOutcome, "soft"),
    RowOutcome.NEW: "good",
    RowOutcome.LIKELY_DUPLICATE: "warn",
    RowOutcome.INVALID: "bad",
    RowOutcome.LEFT_OUT: "warn",
}
LEFT_OUT_NAMES = {
    LeftOutReason.HIDDEN: _l("hidden in the file"),
    LeftOutReason.NO_PERSON: _l("a heading or a total"),
}


def list_rest_cells(unimported_rows: Sequence[PreviewRow]) -> list[list[str]]:
    """Return rows that are not imported as they stand in the file, each after the reason."""
    return [[format_rest_reason(row), *row.row.all_cells] for row in unimported_rows]


def format_rest_reason(row: PreviewRow) -> str:
    """Return why a row is not imported."""
    if row.row.left_out_reason is not None:
        return str(LEFT_OUT_NAMES[row.row.left_out_reason])
    return " ".join(f"{ROLE_NAMES[ColumnRole(name)]}: {message}" for name, message in (row.errors or {}).items())


def list_column_problems(roles: Sequence[str]) -> list[str]:
    """Return what is wrong with the roles chosen for the columns, in the order of the columns; nothing if they will do."""
    chosen = [ColumnRole(role) for role in roles if role]
    problems = [
        _("“%(name)s” is chosen for several columns. Choose it for one.", name=ROLE_NAMES[role])
        for role in ColumnRole
        if chosen.count(role) > 1
    ]
    full_names = {ColumnRole.FULL_NAME, ColumnRole.GIVEN_NAME_FIRST} & set(chosen)
    name_parts = {ColumnRole.SURNAME, ColumnRole.GIVEN_NAME} & set(chosen)
    if len(full_names) == 2 or (full_names and name_parts):
        problems.append(_("Choose either the full name, or surname and given name."))
    if not full_names and not name_parts:
        problems.append(_("Choose the column with the names."))
    if ColumnRole.PHONE not in chosen:
        problems.append(_("Choose the column with the phone numbers."))
    return problems

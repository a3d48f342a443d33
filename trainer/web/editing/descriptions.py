"""What a form field holds, in words of the page's language: for showing two values beside each other."""

from datetime import date, datetime, time
from typing import Any

from wtforms import BooleanField, Field, FieldList, FileField, FormField, HiddenField

from trainer.language import LANGUAGE_NAMES
from trainer.language.choice import get_page_language
from trainer.language.dates import format_long_date
from trainer.language.translate import gettext as _
from trainer.web.forms import PhoneField, TranslatedField
from trainer.web.phones import format_phone


def describe_field(field: Field) -> list[str]:
    """Return the lines that describe the value of a field; none if it is empty."""
    if isinstance(field, TranslatedField):
        parts = [(part.short_name, part.data) for part in field.form if part.data]
        return [f"{LANGUAGE_NAMES[language]}: {text}" for language, text in parts]
    if isinstance(field, FieldList):
        return [line for entry in field for line in describe_row(entry)]
    if isinstance(field, FormField):
        return describe_row(field)
    if isinstance(field, FileField):
        return [_("File")] if field.data else []
    if isinstance(field, BooleanField):
        return [_("Yes") if field.data else _("No")]
    if hasattr(field, "iter_choices") and field.choices:
        return describe_choices(field)
    text = format_value(field, field.data)
    return [text] if text else []


def describe_row(field: Field) -> list[str]:
    """Return one line for a row of fields, with what is hidden or unticked left out."""
    if not isinstance(field, FormField):
        return describe_field(field)
    parts = [part for part in field.form if part.data and not isinstance(part, HiddenField) and part.label.text]
    texts = [
        part.label.text if isinstance(part, BooleanField) else ", ".join(describe_field(part))
        for part in parts
        if part.type != "CSRFTokenField"
    ]
    return [", ".join(str(text) for text in texts if text)] if any(texts) else []


def describe_choices(field: Any) -> list[str]:
    """Return the labels of the choices that are selected."""
    selected = {str(value) for value in (field.data if isinstance(field.data, list | tuple) else [field.data])}
    return [str(choice.label) for choice in field.choices if str(choice.value) in selected]


def format_value(field: Field, value: Any) -> str:
    """Return a single value as text."""
    if isinstance(value, datetime):
        return f"{format_long_date(value.date(), get_page_language())}, {value:%H:%M}"
    if isinstance(value, date):
        return format_long_date(value, get_page_language())
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(field, PhoneField) and str(value or "").startswith("+"):
        return format_phone(value)
    return "" if value is None else str(value)

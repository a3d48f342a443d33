"""Base classes of forms, fields that clean their input, and validators with messages for the user."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from babel.support import NullTranslations, Translations
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from wtforms import Field, FormField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.i18n import messages_path
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, Input, core

from trainer.language import LANGUAGES
from trainer.language.choice import find_pressed_language, get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.web import phones, text

Validator = Callable[[Any, Any], None]
MAX_SHOWN_EXCESS = 200  # characters beyond the limit that are shown again, so that the user sees what was too long


@cache
def load_library_sentences(language: str) -> NullTranslations:
    """Return the sentences of WTForms in a language. Flask-WTF reads their file for every form."""
    return Translations.load(messages_path(), [language], domain="wtforms")


class BaseForm(FlaskForm):  # type: ignore[misc]
    """Base class of every form."""

    class Meta:
        def get_translations(self, _form: Any) -> NullTranslations:
            return load_library_sentences(get_page_language())

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Return whether the form was submitted to be saved and is valid.

        A submission by a language button only re-renders the form in another language, so it returns False.
        """
        return find_pressed_language() is None and bool(super().validate_on_submit(extra_validators))


def format_attributes(**attributes: Any) -> Markup:
    """Return HTML attributes as `wtforms.widgets.html_params` does, in a third of its time.

    A registration form has a hundred of them: the function of the library takes a quarter of the time of the page.
    """
    parts = []
    for name, value in sorted(attributes.items()):
        if value is True:
            parts.append(core.clean_key(name))
        elif value is not False:
            quoted = str.replace(escape(value), '"', "&quot;")  # only markup still has quotation marks
            parts.append(f'{core.clean_key(name)}="{quoted}"')
    return Markup(" ".join(parts))  # noqa: S704  # names are ours, values are escaped


core.html_params = format_attributes
Input.html_params = staticmethod(format_attributes)


def render_control(field: Field, hint: str = "") -> Markup:
    """Return the HTML of a field's control, described by the field's hint, if it has one, and its error."""
    attributes: dict[str, Any] = {}
    described_by = [f"{field.id}-{part}" for part, exists in (("hint", hint), ("error", field.errors)) if exists]
    if described_by:
        attributes["aria-describedby"] = " ".join(described_by)
    if field.errors:
        attributes["aria-invalid"] = "true"
    if hasattr(field, "max_length"):
        attributes["maxlength"] = field.max_length + MAX_SHOWN_EXCESS
    control: Markup = field(**attributes)
    return control


class TickField(SelectMultipleField):  # type: ignore[misc]
    """Checkboxes, of which any number can be ticked."""

    option_widget = CheckboxInput()


def validate_printable(_form: Any, field: Field) -> None:
    """Reject characters that no document can print, and text that looks like HTML."""
    typed_text = field.data or ""
    unprintable = text.find_unprintable_characters(typed_text)
    if unprintable:
        visible = [character for character in unprintable if character.isprintable()]
        if not visible:
            raise ValidationError(
                _("This contains characters that can’t be seen. Type it again instead of pasting it.")
            )
        raise ValidationError(_("Remove these characters: %(odd)s", odd=" ".join(visible[:5])))
    if text.has_html_tag(typed_text):
        raise ValidationError(_("Use plain text, without tags such as <b>."))


def validate_single_line(_form: Any, field: Field) -> None:
    """Reject a line break in a single-line field."""
    if "\n" in (field.data or ""):
        raise ValidationError(_("Write this on one line."))


def validate_no_iin(_form: Any, field: Field) -> None:
    """Reject an individual identification number (IIN): no form needs one."""
    if text.has_iin(field.data or ""):
        raise ValidationError(_("Do not enter an IIN: it is not needed and will not be saved."))


def validate_name_letters(_form: Any, field: Field) -> None:
    """Reject characters that no personal name contains, and words that mix Cyrillic and Latin letters."""
    invalid = text.find_characters_not_in_names(field.data or "")
    if invalid:
        raise ValidationError(
            _("A name must contain only letters, hyphens or apostrophes. Remove: %(odd)s", odd=" ".join(invalid[:5]))
        )
    if not any(character.isalpha() for character in field.data or "x"):
        raise ValidationError(_("Enter the name in letters."))
    mixed_word = text.find_mixed_alphabet_word(field.data or "")
    if mixed_word:
        raise ValidationError(
            _("The word “%(word)s” mixes Cyrillic and Latin letters. Type it in one alphabet.", word=mixed_word)
        )


class CleanTextMixin:
    """Text field that cleans its input and then applies the checks that every text must pass."""

    own_validators: tuple[Validator, ...] = ()
    text_validators: tuple[Validator, ...] = (validate_printable, validate_no_iin)
    clean: Callable[[str], str] = staticmethod(text.clean_text)
    make_showable: Callable[[str], str] = staticmethod(text.remove_unshowable_characters)

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Validator] = (),
        max_length: int = 200,
        required: bool = False,
        presence: Validator | None = None,
        **options: Any,
    ):
        checks = [
            presence or (DataRequired() if required else Optional()),  # applied after cleaning
            *self.own_validators,
            Length(max=max_length),
            *self.text_validators,
            *validators,
        ]
        super().__init__(label, checks, filters=[self.clean_input], **options)  # type: ignore[call-arg]  # defined by the WTForms field class
        self.max_length = max_length

    def _value(self) -> str:
        value: str = super()._value()  # type: ignore[misc]
        return self.make_showable(value[: self.max_length + MAX_SHOWN_EXCESS])

    def clean_input(self, value: str | None) -> str | None:
        """Return the cleaned text; None if the field was not submitted."""
        return None if value is None else self.clean(value)


class FreeTextMixin(CleanTextMixin):
    """Text field for what people say in their own words. It refuses no character: what can't be stored is removed."""

    text_validators: tuple[Validator, ...] = (validate_no_iin,)
    clean: Callable[[str], str] = staticmethod(text.clean_free_text)
    make_showable: Callable[[str], str] = staticmethod(text.clean_free_text)


class CleanField(CleanTextMixin, StringField):  # type: ignore[misc]
    """Single-line text field."""

    own_validators: tuple[Validator, ...] = (validate_single_line,)


class CleanTextArea(CleanTextMixin, TextAreaField):  # type: ignore[misc]
    """Multi-line text field."""


class FreeTextField(FreeTextMixin, StringField):  # type: ignore[misc]
    """Single-line text field for people's own words."""

    own_validators: tuple[Validator, ...] = (validate_single_line,)


class FreeTextArea(FreeTextMixin, TextAreaField):  # type: ignore[misc]
    """Multi-line text field for people's own words."""


class PhoneField(CleanField):
    """Telephone number field. Its data is E.164 once valid, and the typed text until then."""

    def __init__(self, label: Any = None, **options: Any):
        options.setdefault("render_kw", {"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        super().__init__(label, [validate_phone_number], max_length=30, **options)

    def _value(self) -> str:
        return (
            phones.format_phone(self.data)
            if self.data and self.data.startswith("+") and not self.errors
            else super()._value()
        )


def validate_phone_number(_form: Any, field: Field) -> None:
    """Convert the field to E.164, or explain the expected format."""
    try:
        field.data = phones.normalise_phone(field.data)
    except phones.PhoneInvalid as refused:
        raise ValidationError(_("Check the phone number: 8 7xx xxx xx xx or +7 7xx xxx xx xx")) from refused


class NumberField(IntegerField):  # type: ignore[misc]
    """Integer field of at most nine digits, so that the value fits into every float and integer column."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > 9:
            raise ValueError(_("Enter a whole number."))
        super().process_formdata(valuelist)

    def _value(self) -> str:
        return text.remove_unshowable_characters(str(super()._value())[:MAX_SHOWN_EXCESS])


class EmailField(CleanField):
    """E-mail address field: lower-cased, with an ASCII local part so that every mail server can deliver to it."""

    data: str | None

    def __init__(self, label: Any = None, **options: Any):
        options.setdefault("render_kw", {"type": "email", "autocomplete": "email", "inputmode": "email"})
        super().__init__(label, [validate_ascii_mailbox, Email()], max_length=254, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = self.data.casefold() if self.data else self.data


def validate_ascii_mailbox(_form: Any, field: Field) -> None:
    """Reject a local part in Cyrillic letters: many servers can't deliver to it."""
    if not (field.data or "").split("@")[0].isascii():
        raise ValidationError(_("The part before @ must be in Latin letters."))


class TranslatedPartsForm(PlainForm):  # type: ignore[misc]
    """Subform with one field for each language of a text."""

    language_names = LANGUAGES


def build_parts_form(
    max_length: int, is_multiline: bool, part_validators: Sequence[Validator], is_free_text: bool = False
) -> type[TranslatedPartsForm]:
    """Return a subform class with one text field per language."""
    single_line, multiline = (FreeTextField, FreeTextArea) if is_free_text else (CleanField, CleanTextArea)
    kind: Any = multiline if is_multiline else single_line
    fields = {language: kind(language, part_validators, max_length=max_length) for language in LANGUAGES}
    return type("Parts", (TranslatedPartsForm,), fields)


class TranslatedField(FormField):  # type: ignore[misc]
    """A text in Kazakh, Russian and English, one field each. `part_validators` check every language.

    `is_free_text` allows characters that no document can print, as in messages.
    """

    def __init__(
        self,
        label: Any = None,
        max_length: int = 300,
        required: bool = False,
        is_multiline: bool = False,
        part_validators: Sequence[Validator] = (),
        is_free_text: bool = False,
        **options: Any,
    ):
        super().__init__(build_parts_form(max_length, is_multiline, part_validators, is_free_text), label, **options)
        self.required, self.is_multiline, self.max_length = required, is_multiline, max_length

    @property
    def value(self) -> Translated:
        """Return the submitted texts as a Translated."""
        return Translated.from_mapping(self.data)

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        valid = super().validate(form, extra_validators)
        if valid and self.required and not (self.value.kk or self.value.ru):
            self.form.kk.errors = [_("Enter this in Kazakh or Russian at least.")]
            valid = False
        return bool(valid)

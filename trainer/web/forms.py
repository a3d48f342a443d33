"""The base of every form, and fields that clean what is typed and say what is wrong with it."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, FormField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms import Form as PlainForm
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from trainer.language import LANGUAGES
from trainer.language.choice import pressed
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.web import phones, text

Validator = Callable[[Any, Any], None]
SPARE = 200  # characters beyond the longest that a field lets one type, so that nothing is cut off unsaid


class Form(FlaskForm):  # type: ignore[misc]
    """A form of trainer."""

    def validate_on_submit(self, extra_validators: Any = None) -> bool:
        """Whether it was sent to be kept, and is right; a button of the page's languages only asks to see it in another one."""
        return pressed() is None and bool(super().validate_on_submit(extra_validators))


class EditForm(Form):
    """A form filled with what is kept; it notices when somebody else has changed that before it is sent."""

    seen = HiddenField()
    overtaken = False

    def fill_from(self, kept: Any) -> None:
        """Note what the form shows, and whether what it showed when it was opened is kept no more; sent once more, it is meant."""
        filled_with, self.seen.data = self.seen.data, hashlib.sha256(repr(kept).encode()).hexdigest()[:16]
        self.overtaken = self.is_submitted() and filled_with != self.seen.data


def printable(_form: Any, field: Field) -> None:
    """Refuse characters that no document can show, and what looks like HTML."""
    typed = field.data or ""
    odd = text.unprintable(typed)
    if odd:
        shown = " ".join(each if each.isprintable() else f"U+{ord(each):04X}" for each in odd[:5])
        raise ValidationError(_("Please remove these characters: %(odd)s", odd=shown))
    if text.has_tag(typed):
        raise ValidationError(_("Please write plain text, without tags such as <b>."))


def single_line(_form: Any, field: Field) -> None:
    """Refuse a line break in a field of one line."""
    if "\n" in (field.data or ""):
        raise ValidationError(_("Please write this in one line."))


def no_iin(_form: Any, field: Field) -> None:
    """Refuse an individual identification number, which nothing here needs."""
    if text.holds_iin(field.data or ""):
        raise ValidationError(_("Please do not enter an IIN: it is not needed and will not be kept."))


def name_letters(_form: Any, field: Field) -> None:
    """Refuse what no person's name holds, and words that mix two alphabets."""
    odd = text.not_of_names(field.data or "")
    if odd:
        raise ValidationError(
            _("A name has only letters, a hyphen or an apostrophe. Please remove: %(odd)s", odd=" ".join(odd[:5]))
        )
    if not any(character.isalpha() for character in field.data or "x"):
        raise ValidationError(_("Please enter the name in letters."))
    mixed = text.mixed_word(field.data or "")
    if mixed:
        raise ValidationError(
            _("The word “%(word)s” mixes Cyrillic and Latin letters. Please type it in one alphabet.", word=mixed)
        )


class Cleaned:
    """What is typed as text: cleaned before it is looked at, then held to what every text is held to."""

    own_checks: tuple[Validator, ...] = ()

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Validator] = (),
        longest: int = 200,
        required: bool = False,
        **more: Any,
    ):
        presence: Validator = DataRequired() if required else Optional()  # of what cleaning leaves
        checks = [presence, *self.own_checks, Length(max=longest), printable, no_iin, *validators]
        super().__init__(label, checks, filters=[cleaned], **more)  # type: ignore[call-arg]  # the field's own
        self.longest = longest

    def _value(self) -> str:
        shown: str = super()._value()  # type: ignore[misc]
        return text.showable(shown[: self.longest + SPARE])


class CleanField(Cleaned, StringField):  # type: ignore[misc]
    """A line of text."""

    own_checks: tuple[Validator, ...] = (single_line,)


class CleanArea(Cleaned, TextAreaField):  # type: ignore[misc]
    """A text of several lines."""


def cleaned(typed: str | None) -> str | None:
    """Clean what was typed; what was not sent stays None."""
    return None if typed is None else text.clean(typed)


class PhoneField(CleanField):
    """A telephone number; its data is E.164 once it is valid, what was typed until then."""

    def __init__(self, label: Any = None, **more: Any):
        more.setdefault("render_kw", {"type": "tel", "autocomplete": "tel", "inputmode": "tel"})
        super().__init__(label, [callable_number], longest=30, **more)

    def _value(self) -> str:
        return (
            phones.shown(self.data) if self.data and self.data.startswith("+") and not self.errors else super()._value()
        )


def callable_number(_form: Any, field: Field) -> None:
    """Turn the number into E.164, or say how to write it."""
    try:
        field.data = phones.normalise(field.data)
    except phones.PhoneRefused as refused:
        raise ValidationError(_("Check the phone number: 8 7xx xxx xx xx or +7 7xx xxx xx xx")) from refused


class NumberField(IntegerField):  # type: ignore[misc]
    """A whole number of at most nine digits; a longer one is no number of anything here, and breaks floats and columns."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and len(valuelist[0].strip()) > 9:
            raise ValueError(_("Please enter a whole number."))
        super().process_formdata(valuelist)

    def _value(self) -> str:
        return text.showable(str(super()._value())[:SPARE])


class EmailField(CleanField):
    """An e-mail address in small letters, with an ASCII form so that every server can deliver to it."""

    data: str | None

    def __init__(self, label: Any = None, **more: Any):
        more.setdefault("render_kw", {"type": "email", "autocomplete": "email", "inputmode": "email"})
        super().__init__(label, [ascii_mailbox, Email()], longest=254, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = self.data.casefold() if self.data else self.data


def ascii_mailbox(_form: Any, field: Field) -> None:
    """Refuse a mailbox in Cyrillic letters: many servers can't deliver to it."""
    if not (field.data or "").split("@")[0].isascii():
        raise ValidationError(_("The part before @ must be in Latin letters."))


class TranslatedParts(PlainForm):  # type: ignore[misc]
    """The three languages of one text."""

    language_names = LANGUAGES


def parts_form(longest: int, area: bool, checks: Sequence[Validator]) -> type[TranslatedParts]:
    """Make the form of a text in three languages."""
    kind: Any = CleanArea if area else CleanField
    fields = {language: kind(language, checks, longest=longest) for language in LANGUAGES}
    return type("Parts", (TranslatedParts,), fields)


class TranslatedField(FormField):  # type: ignore[misc]
    """A text in Kazakh, Russian and English, side by side; its `value` is a Translated. `checks` look at each language."""

    def __init__(
        self,
        label: Any = None,
        longest: int = 300,
        required: bool = False,
        area: bool = False,
        checks: Sequence[Validator] = (),
        **more: Any,
    ):
        super().__init__(parts_form(longest, area, checks), label, **more)
        self.required, self.area, self.longest = required, area, longest

    @property
    def value(self) -> Translated:
        """What was typed, as one text."""
        return Translated.of(self.data)

    def validate(self, form: Any, extra_validators: Sequence[Any] = ()) -> bool:
        valid = super().validate(form, extra_validators)
        if valid and self.required and not (self.value.kk or self.value.ru):
            self.form.kk.errors = [_("Please write this in Kazakh or in Russian at least.")]
            valid = False
        return bool(valid)

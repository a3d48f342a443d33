"""Forms that check a password: each attempt is counted first, and refused during a delay."""

from collections.abc import Callable

from flask import Response, after_this_request, request
from flask_security import current_user
from flask_security.forms import ChangePasswordForm, LoginForm, VerifyForm
from flask_wtf import FlaskForm

from trainer.accounts.known_browsers import find_known_browser
from trainer.accounts.password_attempts import (
    AttemptKeys,
    PasswordsDelayed,
    count_attempt,
    normalise_account,
    take_back_attempt,
)
from trainer.clock import now
from trainer.extensions import db
from trainer.settings import get_settings
from trainer.web.errors import describe_wait


class CountedSignInForm(LoginForm):
    """Sign-in with an e-mail address and a password."""

    def validate(self, **options: object) -> bool:
        """Check the fields, then count the attempt, then check the password."""
        if not super(LoginForm, self).validate(**options):
            return False
        return check_counted(self, str(self.email.data), lambda: super(CountedSignInForm, self).validate(**options))


class CountedVerifyForm(VerifyForm):
    """The password once more, for somebody who is signed in."""

    def validate(self, **options: object) -> bool:
        """Count the attempt, then check the password."""
        if not super(VerifyForm, self).validate(**options):
            return False
        return check_counted(self, current_user.email, lambda: super(CountedVerifyForm, self).validate(**options))


class CountedChangePasswordForm(ChangePasswordForm):
    """The current password, if there is one, and a new one twice."""

    def validate(self, **options: object) -> bool:
        """Check the fields, then count the attempt at the current password, then check it and the new one."""
        if not current_user.password:
            return bool(super().validate(**options))
        if not super(ChangePasswordForm, self).validate(**options):
            return False
        return check_counted(
            self, current_user.email, lambda: super(CountedChangePasswordForm, self).validate(**options)
        )


def check_counted(form: FlaskForm, email: str, check: Callable[[], bool]) -> bool:
    """Return whether a form's password or code is right; commit the count of the attempt first.

    During a delay nothing is checked: the form gets a sentence with the time to wait, and the response status 429.
    """
    secret = get_settings().secret_key
    known_browser = find_known_browser(request, secret, normalise_account(email))
    keys = AttemptKeys.build(secret, email, request.remote_addr or "", known_browser)
    try:
        count_attempt(db.session(), keys, now())
    except PasswordsDelayed as delayed:
        db.session.rollback()
        seconds = delayed.count_seconds(now())
        form.form_errors.append(describe_wait(seconds))
        after_this_request(lambda response: mark_as_delayed(response, seconds))
        return False
    db.session.commit()
    if not check():
        return False
    take_back_attempt(db.session(), keys, now())
    db.session.commit()  # not every view commits: after a password, the second step is still to come
    return True


def mark_as_delayed(response: Response, seconds: int) -> Response:
    """Set the status and the header that tell a program to wait."""
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response

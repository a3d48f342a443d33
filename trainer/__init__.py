"""Trainer: seminars from the registration link to a certificate that anyone can verify. `create_app` assembles the packages."""

from flask import Flask, request
from flask_security import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from trainer import (
    account_mail,
    accounts,
    attendance,
    colleagues,
    desk,
    evidence,
    example,
    issuing,
    messages,
    monitoring,
    passkeys,
    paths,
    portal,
    projects,
    registration,
    seminars,
    surveys,
    verification,
    web,
)
from trainer.accounts.passwords import configure_password_login
from trainer.extensions import (
    CookieSessionInterface,
    Utf8JsonProvider,
    babel,
    configure_postgresql_connections,
    csrf,
    db,
    limiter,
)
from trainer.language.choice import choose_locale, register_language_cookie
from trainer.language.translate import load_catalogues
from trainer.raw_queries import AUTOCOMMIT_BIND, AUTOCOMMIT_ENGINE_OPTIONS
from trainer.seminars import wording
from trainer.seminars.status import STATUS_NAMES, STATUS_TONES
from trainer.settings import Settings, read_settings
from trainer.sqlite_transactions import configure_sqlite_connections, configure_sqlite_transactions
from trainer.tasks import Job
from trainer.web.addresses import register_url_converters
from trainer.web.copied_addresses import register_address_cleaning
from trainer.web.errors import register_error_pages
from trainer.web.headers import register_security_headers
from trainer.web.rate_limits.database_storage import (
    COUNTER_FILE_BIND,
    build_counter_file_url,
    configure_counter_file,
)
from trainer.web.templating import TemplateEnvironment, configure_templates

WITH_PAGES = (
    web,
    accounts,
    passkeys,
    account_mail,
    projects,
    seminars,
    colleagues,
    registration,
    attendance,
    surveys,
    evidence,
    issuing,
    monitoring,
    verification,
    portal,
    desk,
    example,
)
WITH_JOBS = (
    web,
    accounts,
    passkeys,
    account_mail,
    registration,
    surveys,
    evidence,
    issuing,
    monitoring,
    messages,
    portal,
)
WITH_SEGMENTS = (registration, attendance, surveys, issuing)
WITH_OBJECTS = (projects, seminars, colleagues, registration, attendance, evidence, issuing, monitoring)
WITH_MESSAGES = (registration, surveys, issuing)
WITH_ACCOUNT_LETTERS = (account_mail, colleagues, monitoring)
MAX_REQUEST_BYTES = 4 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Create the Flask application from the given settings, or from the environment and `instance/trainer.cfg`.

    Raises SettingInvalid when a setting can't be read.
    """
    settings = settings or read_settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "trainer",
        template_folder=str(paths.TEMPLATES_FOLDER),
        static_folder=str(paths.PACKAGE_FOLDER / "static"),
        instance_path=str(settings.instance),
    )
    app.jinja_environment = TemplateEnvironment
    app.extensions["settings"] = settings
    app.extensions["message_templates"] = {
        kind: template for package in WITH_MESSAGES for kind, template in package.message_templates.items()
    }
    app.extensions["standard_letters"] = {
        letter.kind: letter for package in WITH_MESSAGES for letter in package.standard_letters
    }
    app.extensions["account_letters"] = {
        kind: writer for package in WITH_ACCOUNT_LETTERS for kind, writer in package.account_letters.items()
    }
    app.extensions["segments"] = {segment.key: segment for package in WITH_SEGMENTS for segment in package.segments}
    app.extensions["access_scopes"] = {
        parameter: function for package in WITH_OBJECTS for parameter, function in package.access_scopes.items()
    }
    app.session_interface = CookieSessionInterface()
    app.json = Utf8JsonProvider(app)
    register_url_converters(app)
    configure_app(app, settings)
    bind_extensions(app, settings)
    for package in WITH_PAGES:
        for blueprint in package.blueprints:
            app.register_blueprint(blueprint)
    configure_templates(app)
    app.jinja_env.globals.update(
        SEMINAR_KIND_NAMES=wording.SEMINAR_KIND_NAMES,
        STATUS_NAMES=STATUS_NAMES,
        STATUS_TONES=STATUS_TONES,
        format_audience=wording.format_audience,
        current_user=current_user,
    )
    app.get_send_file_max_age = get_static_max_age  # type: ignore[method-assign, assignment]
    register_error_pages(app)
    register_address_cleaning(app)
    register_security_headers(app)
    register_language_cookie(app)
    return app


def get_static_max_age(_filename: str | None) -> int:
    """Return the browser cache lifetime of a static file in seconds: one year if the URL carries a version, else 0."""
    return 31536000 if "v" in request.args else 0


def configure_app(app: Flask, settings: Settings) -> None:
    """Copy the settings into the configuration of Flask and its extensions."""
    engine_options = {
        "pool_size": settings.threads,  # one connection per thread; connections beyond the pool are closed after use
        "hide_parameters": True,  # keep personal data out of logged errors
        "pool_pre_ping": not settings.uses_sqlite,  # a file does not drop connections
    }
    autocommit_options = {**engine_options, **AUTOCOMMIT_ENGINE_OPTIONS}
    binds = {AUTOCOMMIT_BIND: {"url": settings.sqlalchemy_url, **autocommit_options}}
    if settings.uses_sqlite:
        binds[COUNTER_FILE_BIND] = {"url": build_counter_file_url(settings.sqlalchemy_url), **autocommit_options}
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options,
        SQLALCHEMY_BINDS=binds,
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.has_public_address,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.has_public_address,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open on a phone for hours
        WTF_CSRF_SSL_STRICT=False,  # personal pages send no referrer; token and SameSite cookies protect the forms
        BABEL_DEFAULT_LOCALE="kk",
        BABEL_TRANSLATION_DIRECTORIES=str(settings.instance / "translations"),
        RATELIMIT_STORAGE_URI=settings.ratelimit_url,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def bind_extensions(app: Flask, settings: Settings) -> None:
    """Initialise every Flask extension and load the message catalogues."""
    db.init_app(app)
    with app.app_context():
        if settings.uses_sqlite:
            configure_sqlite_connections(db.engine)
            configure_sqlite_connections(db.engines[AUTOCOMMIT_BIND])
            configure_sqlite_transactions(db.engine)
            configure_counter_file(db.engines[COUNTER_FILE_BIND])
        else:
            configure_postgresql_connections(db.engine)
            configure_postgresql_connections(db.engines[AUTOCOMMIT_BIND])
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_locale)
    load_catalogues(
        app, settings.instance / "translations"
    )  # after Flask-Babel, whose functions it replaces in templates
    limiter.init_app(app)
    configure_password_login(app, settings.instance / "translations")


def build_jobs(settings: Settings) -> tuple[Job, ...]:
    """Return the background jobs in run order: status changes, notifications about them, recalls, and e-mail last."""
    return (
        *(job for package in WITH_JOBS for job in package.jobs),
        account_mail.build_letter_job(settings),
        messages.build_mail_job(settings),
    )

"""trainer runs seminars from the registration link to the certificate that anyone can check. create_app joins the parts."""

from flask import Flask, request
from flask_security import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from trainer import (
    accounts,
    attendance,
    desk,
    issuing,
    messages,
    paths,
    portal,
    projects,
    registration,
    seminars,
    surveys,
    verification,
    web,
)
from trainer.accounts.passwords import set_up_passwords
from trainer.attendance import conflicts
from trainer.extensions import (
    babel,
    begin_as_needed,
    csrf,
    db,
    limiter,
    migrate,
    prepare_sqlite,
)
from trainer.language.catalogues import compile_catalogues
from trainer.language.choice import choose_locale, remember_choice
from trainer.raw_queries import LOOKING, STANDING_ALONE
from trainer.seminars import wording
from trainer.settings import Settings, read_settings
from trainer.surveys.answering import wording as survey_words
from trainer.tasks import Job
from trainer.web.addresses import limit_addresses
from trainer.web.errors import register_error_pages
from trainer.web.headers import set_headers
from trainer.web.sessions import Sessions
from trainer.web.templating import percent, prepare_templates

WITH_PAGES = (web, accounts, projects, seminars, registration, attendance, surveys, issuing, verification, portal, desk)
WITH_JOBS = (registration, surveys, issuing, messages)
LARGEST_REQUEST = 4 * 1024 * 1024  # bytes


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application of a running copy."""
    settings = settings or read_settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "trainer",
        template_folder=str(paths.TEMPLATES),
        static_folder=str(paths.HERE / "static"),
        instance_path=str(settings.instance),
    )
    app.extensions["settings"] = settings
    app.session_interface = Sessions()
    limit_addresses(app)
    configure(app, settings)
    bind_extensions(app, settings)
    for package in WITH_PAGES:
        for blueprint in package.blueprints:
            app.register_blueprint(blueprint)
    prepare_templates(app)
    app.jinja_env.globals.update(
        KINDS=wording.KINDS,
        FORMATS=wording.FORMATS,
        audience_name=wording.audience_name,
        survey_words=survey_words,
        current_user=current_user,
        percent=percent,
        open_questions=lambda seminar: conflicts.open_questions(db.session(), seminar),
    )
    app.get_send_file_max_age = max_age  # type: ignore[method-assign, assignment]
    register_error_pages(app)
    set_headers(app)
    remember_choice(app)
    return app


def max_age(_filename: str | None) -> int:
    """Say how long a browser may keep a static file, in seconds: for a year under an address that names its version."""
    return 31536000 if "v" in request.args else 0


def configure(app: Flask, settings: Settings) -> None:
    """Hand the settings to Flask and its extensions."""
    engine_options = {
        "pool_size": settings.threads,  # one for each: beyond it they are made and closed
        "hide_parameters": True,  # an error that is logged tells nothing of people
    }
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options,
        SQLALCHEMY_BINDS={LOOKING: {"url": settings.database, **engine_options, **STANDING_ALONE}},
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.public,
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open on a phone for hours
        WTF_CSRF_SSL_STRICT=False,  # personal pages send no referrer; the token and SameSite cookies protect the forms
        BABEL_DEFAULT_LOCALE="kk",
        BABEL_TRANSLATION_DIRECTORIES=str(settings.instance / "translations"),
        RATELIMIT_STORAGE_URI=settings.ratelimit_storage,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def bind_extensions(app: Flask, settings: Settings) -> None:
    """Bind every extension to the application."""
    compile_catalogues(settings.instance / "translations")
    db.init_app(app)
    with app.app_context():
        if settings.sqlite:
            prepare_sqlite(db.engine)
            prepare_sqlite(db.engines[LOOKING])
            begin_as_needed(db.engine)
    migrate.init_app(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_locale)
    limiter.init_app(app)
    set_up_passwords(app, settings.instance / "translations")


def jobs_of(settings: Settings) -> tuple[Job, ...]:
    """Return the background jobs in run order: state changes, notifications about them, recalls, and the mail last."""
    return (*(job for package in WITH_JOBS for job in package.jobs), messages.build_mail_job(settings))

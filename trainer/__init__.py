"""trainer runs seminars from the registration link to the certificate that anyone can check. create_app joins the parts."""

from flask import Flask
from flask_security import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from trainer import paths
from trainer.accounts import views as accounts
from trainer.accounts.passwords import set_up_passwords
from trainer.attendance import views as attendance
from trainer.desk import views as desk
from trainer.extensions import babel, csrf, db, limiter, migrate, prepare_sqlite
from trainer.issuing import views as issuing
from trainer.language.catalogues import compile_catalogues
from trainer.language.choice import choose_language, remember_choice
from trainer.portal import views as portal
from trainer.projects import views as projects
from trainer.registration import views as registration
from trainer.seminars import views as seminars
from trainer.seminars import wording
from trainer.settings import Settings, read_settings
from trainer.surveys import views as surveys
from trainer.verification import views as verification
from trainer.web import health
from trainer.web.addresses import limit_addresses
from trainer.web.errors import register_error_pages
from trainer.web.headers import set_headers
from trainer.web.templating import percent, prepare_templates

BLUEPRINTS = (
    health.blueprint,
    accounts.blueprint,
    accounts.desk,
    projects.desk,
    seminars.blueprint,
    seminars.desk,
    registration.blueprint,
    registration.desk,
    attendance.desk,
    surveys.blueprint,
    surveys.desk,
    issuing.blueprint,
    issuing.desk,
    verification.blueprint,
    portal.blueprint,
    desk.blueprint,
)
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
    limit_addresses(app)
    configure(app, settings)
    bind_extensions(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    prepare_templates(app)
    app.jinja_env.globals.update(
        KINDS=wording.KINDS,
        FORMATS=wording.FORMATS,
        audience_name=wording.audience_name,
        current_user=current_user,
        percent=percent,
    )
    register_error_pages(app)
    set_headers(app)
    remember_choice(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Hand the settings to Flask and its extensions."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database,
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
        SEND_FILE_MAX_AGE_DEFAULT=31536000,
    )
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]


def bind_extensions(app: Flask, settings: Settings) -> None:
    """Bind every extension to the application."""
    compile_catalogues(settings.instance / "translations")
    db.init_app(app)
    if settings.sqlite:
        with app.app_context():
            prepare_sqlite(db.engine)
    migrate.init_app(app, db, directory=str(paths.MIGRATIONS), render_as_batch=True, compare_type=True)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=choose_language)
    limiter.init_app(app)
    set_up_passwords(app, settings.instance / "translations")

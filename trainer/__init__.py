"""trainer runs seminars from the registration link to the certificate that anyone can check. create_app joins the parts."""

from flask import Flask, request
from flask_security import current_user
from werkzeug.middleware.proxy_fix import ProxyFix

from trainer import paths
from trainer.accounts import views as accounts
from trainer.accounts.passwords import set_up_passwords
from trainer.attendance import api as tablet_api
from trainer.attendance import conflict_views as conflicts
from trainer.attendance import device_views as devices
from trainer.attendance import document_views, scan_views, settling
from trainer.attendance import tablet_views as tablet
from trainer.attendance import views as attendance
from trainer.desk import views as desk
from trainer.extensions import (
    babel,
    begin_as_needed,
    csrf,
    db,
    limiter,
    migrate,
    prepare_sqlite,
)
from trainer.issuing import holder
from trainer.issuing import notices as certificate_notices
from trainer.issuing import views as issuing
from trainer.language.catalogues import compile_catalogues
from trainer.language.choice import choose_locale, remember_choice
from trainer.looks import LOOKING, STANDING_ALONE
from trainer.messages import delivery, hand, outbox
from trainer.messages.mail import MailServer
from trainer.portal import details, lost, moves, passes, privacy
from trainer.portal import views as portal
from trainer.projects import views as projects
from trainer.registration import (
    access_needs,
    duplicate_views,
    import_views,
    list_views,
    message_views,
    notices,
    person_views,
    question_views,
    waiting,
)
from trainer.registration import public_views as public
from trainer.registration import views as registration
from trainer.seminars import views as seminars
from trainer.seminars import wording
from trainer.settings import Settings, read_settings
from trainer.surveys import (
    anonymity,
    editing_views,
    hall_views,
    keying_views,
    making_views,
    skills_views,
    xlsform_views,
)
from trainer.surveys import documents_views as survey_documents
from trainer.surveys import notices as survey_notices
from trainer.surveys import results_views as survey_results
from trainer.surveys import views as surveys
from trainer.surveys import wording as survey_words
from trainer.tasks import Job, one_by_one
from trainer.verification import offline, published
from trainer.verification import views as verification
from trainer.web import (
    counters,  # noqa: F401  # known to the limiter by being imported
    health,
)
from trainer.web.addresses import limit_addresses
from trainer.web.errors import register_error_pages
from trainer.web.headers import set_headers
from trainer.web.sessions import Sessions
from trainer.web.templating import percent, prepare_templates

BLUEPRINTS = (
    health.blueprint,
    accounts.blueprint,
    accounts.desk,
    projects.desk,
    seminars.desk,
    public.blueprint,
    public.desk,
    registration.blueprint,
    question_views.desk,
    message_views.desk,
    list_views.desk,
    duplicate_views.desk,
    person_views.desk,
    import_views.desk,
    attendance.desk,
    tablet.blueprint,
    tablet_api.blueprint,
    devices.desk,
    conflicts.desk,
    document_views.desk,
    scan_views.desk,
    surveys.blueprint,
    surveys.desk,
    making_views.desk,
    editing_views.desk,
    xlsform_views.desk,
    hall_views.blueprint,
    hall_views.desk,
    keying_views.desk,
    skills_views.desk,
    survey_results.desk,
    survey_documents.desk,
    holder.blueprint,
    issuing.desk,
    verification.blueprint,
    offline.blueprint,
    published.blueprint,
    portal.blueprint,
    moves.blueprint,
    passes.blueprint,
    details.blueprint,
    privacy.blueprint,
    lost.blueprint,
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
    app.session_interface = Sessions()
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
        survey_words=survey_words,
        current_user=current_user,
        percent=percent,
        open_questions=lambda seminar: settling.open_questions(db.session(), seminar),
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
    """What the worker of a copy does, in this order: what happens by itself, what is told of it, what holds no longer, the mail."""
    return (
        Job("offers", one_by_one(waiting.seminars_in_motion, waiting.lapse_offers)),
        Job("outdated letters", one_by_one(notices.outdated, notices.recall)),
        Job("letters about the state", one_by_one(notices.untold, notices.tell)),
        Job("reminders", one_by_one(notices.to_remind, notices.remind), every=30),
        Job("surveys over", one_by_one(anonymity.to_close, anonymity.close), every=30),
        Job("anonymous surveys closed", one_by_one(anonymity.to_seal, anonymity.seal), every=30),
        Job("surveys due", one_by_one(survey_notices.to_ask, survey_notices.ask), every=30),
        Job("surveys answered", one_by_one(survey_notices.outdated, outbox.recall), every=30),
        Job("certificates", one_by_one(certificate_notices.untold, certificate_notices.tell), every=10),
        Job("certificates withdrawn", one_by_one(certificate_notices.outdated, outbox.recall), every=10),
        Job("needs of people", one_by_one(access_needs.to_forget, access_needs.forget), every=600),
        Job("people erased", one_by_one(outbox.to_erased_people, outbox.recall), every=10),
        mail_job(settings),
    )


def mail_job(settings: Settings) -> Job:
    """Send what is queued, or leave it to the organizer where there is no mail server."""
    if not settings.smtp_url:
        return Job("mail", one_by_one(delivery.queued_letters, hand.leave_to_organizer))
    server, host = MailServer.of(settings.smtp_url), settings.host_name.partition(":")[0]
    postman = delivery.Postman(server, lambda session: settings.mail_from or delivery.usual_sender(session), host)
    return Job("mail", postman.deliver)

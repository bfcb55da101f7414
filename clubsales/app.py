"""The application: the only list of blueprints, texts and wiring."""

from inspect import iscoroutinefunction
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from sqlalchemy.engine import make_url
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

import clubsales.models
from clubsales import i18n, web
from clubsales.auth import setup as auth
from clubsales.auth import texts as auth_texts
from clubsales.auth.views import bp as auth_views
from clubsales.consultants import texts as consultants_texts
from clubsales.consultants.assessment import texts as assessment_texts
from clubsales.consultants.assessment.views import bp as assessment_views
from clubsales.consultants.awards import texts as awards_texts
from clubsales.consultants.awards.views import bp as awards_views
from clubsales.consultants.checklists import texts as checklists_texts
from clubsales.consultants.checklists.views import bp as checklists_views
from clubsales.consultants.commission import texts as commission_texts
from clubsales.consultants.commission.views import bp as commission_views
from clubsales.consultants.credits import texts as credits_texts
from clubsales.consultants.credits.views import bp as credits_views
from clubsales.consultants.leave import texts as leave_texts
from clubsales.consultants.leave.views import bp as leave_views
from clubsales.consultants.notices import texts as notices_texts
from clubsales.consultants.notices.views import bp as notices_views
from clubsales.consultants.reviews import texts as reviews_texts
from clubsales.consultants.reviews.views import bp as reviews_views
from clubsales.consultants.roster import texts as roster_texts
from clubsales.consultants.roster.views import bp as roster_views
from clubsales.consultants.statements import texts as statements_texts
from clubsales.consultants.statements import words as statements_words
from clubsales.consultants.statements.views import bp as statements_views
from clubsales.consultants.targets import texts as targets_texts
from clubsales.consultants.targets.views import bp as targets_views
from clubsales.db import db, migrations, prepare_engine
from clubsales.frontdesk import texts as frontdesk_texts
from clubsales.frontdesk.alerts import texts as alerts_texts
from clubsales.frontdesk.alerts.views import bp as alerts_views
from clubsales.frontdesk.checkin import texts as checkin_texts
from clubsales.frontdesk.checkin.views import bp as checkin_views
from clubsales.frontdesk.fairness import texts as fairness_texts
from clubsales.frontdesk.fairness.views import bp as fairness_views
from clubsales.frontdesk.posts import texts as posts_texts
from clubsales.frontdesk.posts.views import bp as posts_views
from clubsales.frontdesk.reception.views import bp as reception_views
from clubsales.frontdesk.takings import texts as takings_texts
from clubsales.frontdesk.takings.views import bp as takings_views
from clubsales.leads import texts as leads_texts
from clubsales.leads.appointments import texts as appointments_texts
from clubsales.leads.appointments.views import bp as appointments_views
from clubsales.leads.attribution import texts as attribution_texts
from clubsales.leads.attribution.views import bp as attribution_views
from clubsales.leads.claims import texts as claims_texts
from clubsales.leads.claims.views import bp as claims_views
from clubsales.leads.details.views import bp as details_views
from clubsales.leads.disclosures import texts as disclosures_texts
from clubsales.leads.disclosures.views import bp as disclosures_views
from clubsales.leads.disputes import texts as disputes_texts
from clubsales.leads.disputes import words as disputes_words
from clubsales.leads.disputes.views import bp as disputes_views
from clubsales.leads.followups import texts as followups_texts
from clubsales.leads.followups.views import bp as followups_views
from clubsales.leads.funnel import texts as funnel_texts
from clubsales.leads.funnel.views import bp as funnel_views
from clubsales.leads.handovers import texts as handovers_texts
from clubsales.leads.handovers.views import bp as handovers_views
from clubsales.leads.intake.views import bp as intake_views
from clubsales.leads.lists import texts as lists_texts
from clubsales.leads.lists.views import bp as lists_views
from clubsales.leads.matches import texts as matches_texts
from clubsales.leads.matches.views import bp as matches_views
from clubsales.leads.passes import texts as passes_texts
from clubsales.leads.passes.views import bp as passes_views
from clubsales.leads.people import texts as people_texts
from clubsales.leads.reminders.views import bp as reminders_views
from clubsales.leads.scripts import texts as scripts_texts
from clubsales.leads.scripts.views import bp as scripts_views
from clubsales.leads.sources import texts as sources_texts
from clubsales.leads.sources.views import bp as sources_views
from clubsales.membership import texts as membership_texts
from clubsales.membership.approvals import texts as approvals_texts
from clubsales.membership.cards import texts as cards_texts
from clubsales.membership.cards.views import bp as cards_views
from clubsales.membership.catalogue import texts as catalogue_texts
from clubsales.membership.catalogue.views import bp as catalogue_views
from clubsales.membership.contracts import texts as contracts_texts
from clubsales.membership.contracts.views import bp as contracts_views
from clubsales.membership.discounts import texts as discounts_texts
from clubsales.membership.discounts.views import bp as discounts_views
from clubsales.membership.documents import texts as documents_texts
from clubsales.membership.documents.views import bp as documents_views
from clubsales.membership.prepaid import texts as prepaid_texts
from clubsales.membership.receivables import texts as receivables_texts
from clubsales.membership.receivables.views import bp as receivables_views
from clubsales.membership.reservations import texts as reservations_texts
from clubsales.membership.reservations.views import bp as reservations_views
from clubsales.membership.returns import texts as returns_texts
from clubsales.membership.returns.views import bp as returns_views
from clubsales.membership.sales import texts as sales_texts
from clubsales.membership.sales.guest_views import bp as payments_views
from clubsales.membership.sales.views import bp as sales_views
from clubsales.membership.sales.webhooks import bp as webhooks
from clubsales.membership.sales.website_views import bp as website_views
from clubsales.membership.services import texts as services_texts
from clubsales.membership.services.views import bp as services_views
from clubsales.office import texts as office_texts
from clubsales.office.backtest import texts as backtest_texts
from clubsales.office.backtest.views import bp as backtest_views
from clubsales.office.closing import texts as closing_texts
from clubsales.office.closing.payout_views import bp as closing_views
from clubsales.office.day.views import bp as day_views
from clubsales.office.home.views import bp as home_views
from clubsales.office.home.views import surroundings
from clubsales.office.privacy import texts as privacy_texts
from clubsales.office.privacy.views import bp as privacy_views
from clubsales.office.staff.views import bp as staff_views
from clubsales.settings import Settings

BLUEPRINTS = (
    home_views,
    auth_views,
    posts_views,
    reception_views,
    intake_views,
    sales_views,
    payments_views,
    webhooks,
    website_views,
    cards_views,
    contracts_views,
    documents_views,
    checkin_views,
    day_views,
    staff_views,
    catalogue_views,
    reservations_views,
    receivables_views,
    discounts_views,
    returns_views,
    services_views,
    roster_views,
    leave_views,
    checklists_views,
    notices_views,
    commission_views,
    targets_views,
    assessment_views,
    awards_views,
    reviews_views,
    credits_views,
    statements_views,
    appointments_views,
    reminders_views,
    funnel_views,
    passes_views,
    claims_views,
    details_views,
    matches_views,
    handovers_views,
    lists_views,
    disclosures_views,
    attribution_views,
    disputes_views,
    privacy_views,
    followups_views,
    scripts_views,
    sources_views,
    takings_views,
    alerts_views,
    fairness_views,
    backtest_views,
    closing_views,
)
TEXTS = (
    auth_texts,
    consultants_texts,
    leads_texts,
    membership_texts,
    sales_texts,
    approvals_texts,
    reservations_texts,
    receivables_texts,
    returns_texts,
    services_texts,
    cards_texts,
    contracts_texts,
    documents_texts,
    discounts_texts,
    catalogue_texts,
    prepaid_texts,
    frontdesk_texts,
    checkin_texts,
    office_texts,
    roster_texts,
    leave_texts,
    checklists_texts,
    notices_texts,
    commission_texts,
    targets_texts,
    assessment_texts,
    awards_texts,
    statements_texts,
    statements_words,
    reviews_texts,
    credits_texts,
    appointments_texts,
    attribution_texts,
    funnel_texts,
    passes_texts,
    claims_texts,
    people_texts,
    matches_texts,
    handovers_texts,
    lists_texts,
    disclosures_texts,
    privacy_texts,
    followups_texts,
    disputes_texts,
    disputes_words,
    scripts_texts,
    sources_texts,
    takings_texts,
    posts_texts,
    alerts_texts,
    fairness_texts,
    backtest_texts,
    closing_texts,
)
LARGEST_REQUEST = 1024 * 1024  # bytes


def create_app(settings: Settings) -> Flask:
    """The whole application for these settings."""
    app = Flask(
        "clubsales",
        root_path=str(web.PACKAGE),
        template_folder=str(web.TEMPLATES),
        static_folder=str(web.STATIC),
        static_url_path="/static",
    )
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SQLALCHEMY_ENGINES={"default": _engine_options(settings)},
        ALEMBIC={"script_location": str(web.PACKAGE / "migrations")},
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,  # a tablet's form may stay open all day; the session bounds it
        RATELIMIT_STORAGE_URI="memory://",
    )
    app.extensions["clubsales_settings"] = settings
    app.jinja_env.undefined = StrictUndefined
    db.init_app(app)
    _drop_async_teardown(app)
    with app.app_context():
        prepare_engine(db.engine)
    migrations.init_app(app)
    i18n.init_app(
        app,
        refusals={code: text for package in TEXTS for code, text in package.REFUSALS.items()},
        reasons={code: text for package in TEXTS for code, text in package.REASONS.items()},
    )
    web.init_app(app, settings)
    auth.init_app(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.context_processor(surroundings)
    _serve(app, settings)
    return app


def _drop_async_teardown(app: Flask) -> None:
    """We have no async sessions, and closing none of them would start a thread on every request."""
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if not iscoroutinefunction(function)
    ]


def _serve(app: Flask, settings: Settings) -> None:
    files = WhiteNoise(app.wsgi_app, max_age=60)
    if (web.STATIC / "dist").is_dir():
        files.add_files(str(web.STATIC), prefix="static/")
    files.immutable_file_test = _has_hash  # type: ignore[method-assign]
    app.wsgi_app = files  # type: ignore[method-assign]
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app,
            x_for=settings.trusted_proxies,
            x_proto=settings.trusted_proxies,
            x_host=settings.trusted_proxies,
        )


def _has_hash(_path: str, url: str) -> bool:
    """Built files carry their content's hash in their name: they never change."""
    return url.startswith("/static/dist/") and not url.endswith("manifest.json")


def _engine_options(settings: Settings) -> dict[str, Any]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        return {"url": url, "connect_args": {"timeout": 10, "check_same_thread": False}}
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    # The connection used last has its statements prepared.
    return {"url": url, "pool_size": 10, "max_overflow": 5, "pool_use_lifo": True}


metadata = clubsales.models.metadata

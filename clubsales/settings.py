"""Settings come from the environment (`CLUBSALES_*`), with defaults that run the demo."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_SECRET = "demo-secret-not-for-production"  # noqa: S105  refused in production
DEMO_STRIPE_KEY = "sk_test_demo_peer"
DEMO_WEBHOOK_SECRET = "whsec_demo_peer"  # noqa: S105  the built-in peer's


class MissingSettings(RuntimeError):
    """Production was asked for, and these settings are missing or still the demo's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between two installations.

    `stripe_api_base` empty means Stripe itself; the demo points it at the built-in peer. `one_processor` is for
    processes that serve: see `server.keep_to_one_processor`.
    """

    database_url: str
    secret_key: str
    production: bool = False
    public_url: str = ""
    stripe_secret_key: str = DEMO_STRIPE_KEY
    stripe_webhook_secret: str = DEMO_WEBHOOK_SECRET
    stripe_api_base: str = ""
    stripe_peer: bool = True
    card_key: str = ""
    data_folder: Path = ROOT / "var"
    testing: bool = False
    trusted_proxies: int = 0
    rate_limits: bool = True
    run_jobs: bool = False
    one_processor: bool = False
    smtp_url: str = ""  # "smtp://user:password@host:587" or "smtps://..."; empty: no mail is sent
    smtp_from: str = ""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; raises MissingSettings, naming all of them at once."""
        production = environ.get("CLUBSALES_ENV", "demo") == "production"
        data_folder = Path(environ.get("CLUBSALES_DATA", str(ROOT / "var"))).absolute()
        stripe_key = environ.get("CLUBSALES_STRIPE_SECRET_KEY", "")
        settings = cls(
            database_url=environ.get("CLUBSALES_DATABASE_URL", f"sqlite:///{data_folder / 'clubsales.db'}"),
            secret_key=environ.get("CLUBSALES_SECRET_KEY", DEMO_SECRET),
            production=production,
            public_url=environ.get("CLUBSALES_PUBLIC_URL", "").rstrip("/"),
            stripe_secret_key=stripe_key or DEMO_STRIPE_KEY,
            stripe_webhook_secret=environ.get("CLUBSALES_STRIPE_WEBHOOK_SECRET", DEMO_WEBHOOK_SECRET),
            stripe_api_base=environ.get("CLUBSALES_STRIPE_API_BASE", ""),
            stripe_peer=not stripe_key and not production,
            card_key=environ.get("CLUBSALES_CARD_KEY", ""),
            data_folder=data_folder,
            trusted_proxies=int(environ.get("CLUBSALES_TRUSTED_PROXIES", "0")),
            run_jobs=environ.get("CLUBSALES_RUN_JOBS", "") == "1",
            one_processor=environ.get("CLUBSALES_ONE_PROCESSOR", "1") == "1",
            smtp_url=environ.get("CLUBSALES_SMTP_URL", ""),
            smtp_from=environ.get("CLUBSALES_SMTP_FROM", ""),
        )
        if production:
            settings._refuse_demo_values(environ)
        return settings

    @property
    def takes_money_online(self) -> bool:
        """Whether a payment provider stands behind this: an account of one's own, or the built-in peer."""
        return bool(self.stripe_api_base) or self.stripe_secret_key != DEMO_STRIPE_KEY

    @property
    def sends_mail(self) -> bool:
        """Whether papers go out by mail."""
        return bool(self.smtp_url and self.smtp_from)

    def _refuse_demo_values(self, environ: Mapping[str, str]) -> None:
        needed = [
            "CLUBSALES_DATABASE_URL",
            "CLUBSALES_SECRET_KEY",
            "CLUBSALES_PUBLIC_URL",
            "CLUBSALES_CARD_KEY",
            "CLUBSALES_STRIPE_SECRET_KEY",
            "CLUBSALES_STRIPE_WEBHOOK_SECRET",
        ]
        missing = [name for name in needed if not environ.get(name)]
        if self.secret_key == DEMO_SECRET and "CLUBSALES_SECRET_KEY" not in missing:
            missing.append("CLUBSALES_SECRET_KEY (still the demo's)")
        if missing:
            raise MissingSettings("Production needs these settings: " + ", ".join(missing))

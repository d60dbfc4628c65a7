"""Settings of the whole project, read from the environment."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from celery.schedules import crontab
from django.utils.translation import gettext_lazy as _

from aidtracker import environment
from aidtracker.local.broker import broker_url

# Lets fields, querysets and admin classes be written with their type in brackets.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
# Everything the program writes on this machine: embedded servers, key, prepared files, logs.
VAR_DIR = environment.folder("VAR_DIR", BASE_DIR / "var")
# There while the one-command start loads its demonstration; the site is not ready before.
DEMONSTRATION_LOADING: Path = VAR_DIR / "run" / "demonstration-loading"

DEBUG = environment.flag("DEBUG")
SECRET_KEY = environment.text("SECRET_KEY") or environment.kept_secret(VAR_DIR / "secret-key")

# The public address. With https:// the cookies, redirects and headers of a TLS site follow.
SITE_URL = environment.origin("SITE_URL")
TLS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
if SITE_URL:
    ALLOWED_HOSTS.append(urlsplit(SITE_URL).hostname or "")
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "aidtracker",
    "text",
    "accounts",
    "regions",
    "shipments",
    "aidtracker.apps.AidAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.forms",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
]
MIDDLEWARE = [
    "aidtracker.middleware.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "aidtracker.middleware.private_answers",
    "aidtracker.middleware.text_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "aidtracker.unsent.kept_until_logged_in",
    "aidtracker.middleware.refusals_on_a_page",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "aidtracker.urls"
WSGI_APPLICATION = "aidtracker.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
# Forms are drawn by templates/django/forms, so that none needs markup of its own.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


# Database. `default` is the application role, which owns nothing; `owner` migrates.
DATABASE_URL = environment.text("DATABASE_URL")
DATABASE_OWNER_URL = environment.text("DATABASE_OWNER_URL", DATABASE_URL)
EMBEDDED_DATABASE = not DATABASE_URL
KEPT_CONNECTION = {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}


def embedded_database(user: str) -> dict[str, Any]:
    """Describe the PostgreSQL of this checkout, which the first connection starts."""
    return {
        "ENGINE": "aidtracker.local.engine",
        "NAME": "aidtracker",
        "USER": user,
        "CLUSTER": str(VAR_DIR / "postgresql"),
    }


if EMBEDDED_DATABASE:
    DATABASES = {
        "default": embedded_database("aidtracker") | KEPT_CONNECTION,
        "owner": embedded_database("aidtracker_owner"),
    }
else:
    DATABASES = {
        "default": environment.database("DATABASE_URL", DATABASE_URL) | KEPT_CONNECTION,
        "owner": environment.database("DATABASE_OWNER_URL", DATABASE_OWNER_URL),
    }
# What the application role may take at most; `prepare_database` writes it into the role.
DATABASE_LIMITS = {
    "statement_timeout": f"{environment.number('STATEMENT_TIMEOUT', 30, least=1)}s",
    "lock_timeout": f"{environment.number('LOCK_TIMEOUT', 5, least=1)}s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_isolation": "read committed",
    # One request, one core: parallel workers make one page fast and twenty slow.
    "max_parallel_workers_per_gather": "0",
    # Questions are many and short: compiling one takes longer than answering it.
    "jit": "off",
    # Statements that are planned once, the guards' among them, all look rows up by index.
    "plan_cache_mode": "force_generic_plan",
}
# Only for throw-away data: web and worker otherwise refuse a server that may forget a commit.
ALLOW_UNSAFE_DATABASE = environment.flag("ALLOW_UNSAFE_DATABASE")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# Broker and tasks. The rows in PostgreSQL are the truth, a message only wakes the worker.
REDIS_URL = environment.redis_url("REDIS_URL", broker_url(VAR_DIR))
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or a second worker would start it again meanwhile.
    "visibility_timeout": 6 * 60 * 60,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # No request waits for an absent broker: the sweep sends what was not sent.
    "socket_connect_timeout": 1,
    "socket_timeout": 1.5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "connect_retries_timeout": 1,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 5 * 60 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# A task goes on without its broker: what it does stands in PostgreSQL.
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    # A sweep that had to wait is not worth making up for.
    "sweep": {"task": "shipments.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "overdue": {"task": "shipments.tasks.detect_overdue", "schedule": crontab(minute="7")},
    "tidy": {"task": "shipments.tasks.tidy_exports", "schedule": crontab(minute="37")},
}


# People.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "regions.api.authentication.PersonWithGrants",
    "regions.rights.AdminPermissions",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
# Guessing is counted by account, so that it does not help to come from many addresses.
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "accounts.views.too_many_attempts"
AXES_DISABLE_ACCESS_LOG = True


# Headers and cookies.
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = TLS
# The health checks of a container come without TLS, from inside.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = environment.flag("HSTS_INCLUDE_SUBDOMAINS")
SECURE_HSTS_PRELOAD = False
SILENCED_SYSTEM_CHECKS = [
    # Other hosts of the same domain are not ours to decide about.
    "security.W005",
    "security.W021",
    # Failures are counted by account alone: a whole office comes from one address.
    "axes.W006",
]
if environment.flag("BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_ENGINE = "aidtracker.sessions"
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
SESSION_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "aidtracker.unsent.form_expired"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        # Photos are shown before they are sent; Swagger UI draws its arrows from data: addresses.
        "img-src": ["'self'", "data:", "blob:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
# What a request may weigh: a photo or a workbook goes to a file, the rest stays in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000


# Languages.
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", _("English")),
    ("ru", _("Russian")),
    ("hy", _("Armenian")),
    ("az", _("Azerbaijani")),
    ("fr", _("French")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["text.formats"]
TIME_ZONE = "UTC"
USE_TZ = True


# Files.
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = environment.folder("STATIC_ROOT", VAR_DIR / "static")
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Plain: compressing thousands of files of the admin and Swagger belongs into the image build.
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False


# API.
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "regions.api.authentication.TokenWithGrants",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_THROTTLE_CLASSES": ["aidtracker.api.throttles.MinuteThrottle"],
    "DEFAULT_PARSER_CLASSES": ["aidtracker.api.parsing.StrictJsonParser"],
    # One renderer for each file format; which a list has is said where it is declared.
    "DEFAULT_RENDERER_CLASSES": [
        "aidtracker.files.JsonRenderer",
        "aidtracker.files.CsvRenderer",
        "aidtracker.files.XlsxRenderer",
        "aidtracker.files.NdjsonRenderer",
        "aidtracker.files.GeoJsonRenderer",
        "aidtracker.files.ParquetRenderer",
        "aidtracker.files.HxlRenderer",
        "aidtracker.files.SvgRenderer",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "aidtracker.api.negotiation.FormatNegotiation",
    "DEFAULT_PAGINATION_CLASS": "aidtracker.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "aidtracker.api.schema.ApiSchema",
    "EXCEPTION_HANDLER": "aidtracker.api.errors.answer_exception",
    "NUM_PROXIES": 1 if environment.flag("BEHIND_PROXY") else 0,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Aid tracker",
    "DESCRIPTION": "What was sent, what arrived, what was damaged or lost, what is missing.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": True, "validatorUrl": None},
    "PREPROCESSING_HOOKS": ["aidtracker.api.schema.documented_addresses"],
    "POSTPROCESSING_HOOKS": ["aidtracker.api.schema.name_components"],
}
# For each web process: a guard against programs that run wild, not a quota.
API_REQUESTS_A_MINUTE = environment.number("API_REQUESTS_A_MINUTE", 12_000, least=1)
API_ANONYMOUS_REQUESTS_A_MINUTE = environment.number(
    "API_ANONYMOUS_REQUESTS_A_MINUTE", 1_200, least=1
)
# Rows of a file that the web process writes itself; the worker makes larger ones.
LARGEST_DIRECT_FILE = 50_000


# Log: one JSON object a line.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "aidtracker.middleware.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": environment.one_of("LOG_LEVEL", ["DEBUG", "INFO", "WARNING", "ERROR"], "INFO"),
    },
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # A page that is not there is in the request log already; this is for what broke.
        "django.request": {"level": "ERROR"},
        # Two lines for every sweep would hide the rest.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # Whoever knocks with an odd host name gets his 400; the log is not his to fill.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
    },
}

"""All settings of the panel: the only reader of the environment. What is missing is closed, never open."""

import logging
from pathlib import Path

import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from connexcs.embedded import LOGIN, NAME, OWNER, Server

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("CONNEXCS_DEMO", default=False)  # set by `manage.py demo` for its children: plain-http cookies
TESTING = env.bool("CONNEXCS_TESTING", default=False)  # set by the test plugin
LOCAL = DEBUG or DEMO or TESTING
SERVER = Server()
DATA_DIR = SERVER.home.parent

SECRET_KEY = env.str("SECRET_KEY", default="")
if TESTING and not SECRET_KEY:
    SECRET_KEY = "tests-only-" + "0123456789abcdef" * 4
if not LOCAL and SECRET_KEY and len(set(SECRET_KEY)) < 10:
    raise ImproperlyConfigured("SECRET_KEY is too weak: use at least 50 random characters.")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"] if LOCAL else [])

# -- database: the login role for requests and jobs, the owner role for migrations, backup and seeding ----------------


def embedded(role: str) -> dict:
    return {"ENGINE": "django.db.backends.postgresql", "NAME": NAME, "USER": role, "HOST": str(SERVER.run)}


def database(variable: str, role: str) -> dict:
    """One alias: from the environment or the embedded server. Time limits hang on the roles; cursors of the server would
    outlive their transaction behind a pooler."""
    settings = env.db_url(variable) if env.str(variable, default="") else embedded(role)
    age = None if role == LOGIN else 0
    return settings | {"CONN_MAX_AGE": age, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": True}


if bool(env.str("DATABASE_URL", default="")) != bool(env.str("DATABASE_OWNER_URL", default="")):
    raise ImproperlyConfigured("DATABASE_URL (login role) and DATABASE_OWNER_URL (owner role) must be set together.")
EXTERNAL_DATABASE = bool(env.str("DATABASE_URL", default=""))
DATABASES = {"default": database("DATABASE_URL", LOGIN), "owner": database("DATABASE_OWNER_URL", OWNER)}
LOGIN_ROLE = DATABASES["default"]["USER"]  # row security names it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "resellers",
    "ratecards",
    "connexcs",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",  # so that templates of widgets are found by our renderer
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "django_tasks",
    "django_tasks_db",
    "bootstrap",
    "django_htmx",
    "django_tables2",
    "django_filters",
    "crispy_forms",
    "crispy_bootstrap5",
    "template_partials",
    "csp",
    "health_check",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "accounts.middleware.headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.request_log.RequestLog",
    "django_htmx.middleware.HtmxMiddleware",
    "accounts.viewing.ViewAs",
    "accounts.middleware.UnitOfWork",  # last: everything above it writes as the login role, outside the unit
]

ROOT_URLCONF = "connexcs.urls"
WSGI_APPLICATION = "connexcs.wsgi.application"
MENU = "connexcs.menu.MENU"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "django_tables2/panel.html"

# -- people: e-mail is the login, sign-up is closed, the second factor is allauth's -----------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.IdentityBackend", "accounts.backends.CatalogueBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name"), "max_similarity": 0.6},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian would create an active account of that name
GUARDIAN_MONKEY_PATCH_USER = False
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "accounts.adapters.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation proves the address
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/login/"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_CHANGE_EMAIL = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Not allauth's own generator: it files the address as a second, unverified one, which then forbids a second factor.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
PASSWORD_RESET_TIMEOUT = 3600
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "http" if LOCAL else "https"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "connexcs"
MFA_TOTP_TOLERANCE = 1  # the code before and after as well: clocks differ, and people type across the border
USERSESSIONS_TRACK_ACTIVITY = False  # it would cost every page five statements; sessions are listed all the same
INVITATION_HOURS = 72

# -- sessions, cookies, headers ---------------------------------------------------------------------------------------

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "sid" if LOCAL else "__Host-sid"
CSRF_COOKIE_NAME = "csrf" if LOCAL else "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not LOCAL
SECURE_HSTS_SECONDS = 0 if LOCAL else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
CSRF_FAILURE_VIEW = "accounts.views.errors.csrf_failure"

# -- cache (identity screens only), tasks, jobs, files ----------------------------------------------------------------

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "connexcs_cache"}}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=30)
JOB_STALL_SECONDS = env.int("JOB_STALL_SECONDS", default=1200)  # without progress; one statement may take half of it
JOB_ATTEMPTS = 3
UPLOAD_DIR = DATA_DIR / "uploads"
UPLOAD_LIMIT = 200 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "accounts.uploads.UploadLimit",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
OUTBOX_DIR = DATA_DIR / "outbox" if DEMO or DEBUG else None
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
if OUTBOX_DIR and not env.str("EMAIL_URL", default=""):
    EMAIL_BACKEND, EMAIL_FILE_PATH = "django.core.mail.backends.filebased.EmailBackend", OUTBOX_DIR
EMAIL_TIMEOUT = 10  # seconds: a dead mail server must not hold a request
PUBLIC_URL = env.str("PUBLIC_URL", default="")  # for links in mails that no request sends
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", default="connexcs@localhost")

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True  # no collecting step: the files are few and come with the packages
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": UPLOAD_DIR}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # the login name is unique by Lower(email), a constraint Django does not recognise
    "guardian.W001",  # object rights are asked through accounts/access.py, not through has_perm
    "security.W004", "security.W008", "security.W012", "security.W016", "security.W021",  # on outside demo and tests
] if LOCAL else ["auth.W004", "guardian.W001"]  # fmt: skip

# Production: one JSON line an event on stderr. Demo and tests: only what went wrong.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django_structlog": {"level": "WARNING" if LOCAL else "INFO"}},
}
logging.captureWarnings(True)

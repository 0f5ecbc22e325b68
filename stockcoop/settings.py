"""Django's settings, all derived from `ENV`. What each variable means: docs/configuration.md."""

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import django_stubs_ext
from csp.constants import NONE, SELF, UNSAFE_INLINE

from stockcoop import postgres
from stockcoop import storages as files
from stockcoop.env import Env
from stockcoop.kernel import jobs, logs

django_stubs_ext.monkeypatch()

ENV = Env.read(os.environ)

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = list(ENV.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(ENV.trusted_origins)
ROOT_URLCONF = "stockcoop.urls"
WSGI_APPLICATION = "stockcoop.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "en"
TIME_ZONE = ENV.time_zone
USE_TZ = True
CURRENCY = ENV.currency
COOP_NAME = ENV.coop_name
BASE_URL = ENV.base_url

INSTALLED_APPS = [
    "stockcoop",
    "members",
    "governance",
    "ledger",
    "media",
    "royalties",
    "invoicing",
    "teams",
    "search",
    "licensing",
    "operation",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "stockcoop.kernel.requests.RequestMiddleware",
    "stockcoop.kernel.requests.ProbesMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "stockcoop.kernel.web.NulMiddleware",
    "stockcoop.kernel.access.AudienceMiddleware",
    "stockcoop.kernel.web.RefusedMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stockcoop.context.site",
            ],
        },
    },
]

_database = ENV.database or postgres.embedded(ENV.var / "postgres")
DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.name,
        "USER": _database.user,
        "PASSWORD": _database.password,
        "HOST": _database.host,
        "PORT": _database.port,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # `kernel.prepared` prepares at once; models bind values on this side, and never do.
        "OPTIONS": {"connect_timeout": 5, "prepare_threshold": 0},
    },
}

FORM_RENDERER = "stockcoop.forms.FormRenderer"

# Accounts
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "members.forms.SignUpDetails"
ACCOUNT_ADAPTER = "members.adapters.sign_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Files: originals are private, renditions are public and cached for ever.
STORAGES = {
    **(files.in_buckets(ENV.s3) if ENV.s3 else files.on_disk(ENV.var)),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
MAX_PHOTO_BYTES = ENV.max_photo_bytes
MAX_VIDEO_BYTES = ENV.max_video_bytes
MAX_MEGAPIXELS = ENV.max_megapixels
MAX_CLIP_SECONDS = ENV.max_clip_seconds
DECODER_MEGABYTES = ENV.decoder_megabytes
DECODER_SECONDS = ENV.decoder_seconds
WATERMARK_TEXT = ENV.watermark_text or COOP_NAME
WATERMARK_OPACITY = ENV.watermark_opacity
WATERMARK_LOGO = ENV.watermark_logo
TRACE_DELIVERIES = ENV.trace_deliveries
TRACE_KEY = ENV.trace_key or SECRET_KEY
ENCODINGS_KEPT_DAYS = ENV.encodings_kept_days
SIZES_AT_ONCE = ENV.sizes_at_once
SIZES_PER_MINUTE = ENV.sizes_per_minute
DATA_MINING = ENV.data_mining
CREDENTIALS = ENV.credentials
CERTIFICATE_KEYS = ENV.certificate_keys or ENV.var / "licence-keys"
# Only a folder that nobody else provides is given its first key by the site itself.
FIRST_CERTIFICATE_KEY_MADE = ENV.certificate_keys is None
STATIC_URL = "/static/"
STATIC_ROOT = ENV.var / "static"
WHITENOISE_USE_FINDERS = DEBUG

# Background work lives in the database, so a job is enqueued in the transaction that needs it.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
PROCRASTINATE_WORKER_DEFAULTS = {
    "delete_jobs": "successful",
    "concurrency": 2,
    "worker_middleware": [jobs.tell],
}

# None: PostgreSQL searches.
ELASTICSEARCH = ENV.elasticsearch

# Payments
PAYMENT_GATEWAY = ENV.payment_gateway
PRACTICE_GATEWAY_ALLOWED = ENV.practice_allowed
STRIPE = ENV.stripe
EVENTS_KEPT_DAYS = ENV.events_kept_days

# Mail
_mail = urlsplit(ENV.email_url)
DEFAULT_FROM_EMAIL = ENV.mail_from
EMAIL_BACKEND = {
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
}.get(_mail.scheme, "django.core.mail.backends.smtp.EmailBackend")
EMAIL_FILE_PATH = _mail.path
EMAIL_HOST = _mail.hostname or ""
EMAIL_PORT = _mail.port or 587
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_TLS = _mail.scheme == "smtp"
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_TIMEOUT = 20

# Security
SECURE_SSL_REDIRECT = ENV.https
SECURE_HSTS_SECONDS = 31_536_000 if ENV.https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.https
SECURE_HSTS_PRELOAD = ENV.https
# Behind a proxy that ends TLS; believed only where HTTPS is on, since a client can send it too.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SESSION_COOKIE_SECURE = ENV.https
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = ENV.https
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:", *files.picture_origins(ENV.s3)],
        "media-src": [SELF, "blob:", *files.picture_origins(ENV.s3)],
        "connect-src": [SELF, *files.original_origins(ENV.s3)],
        "script-src": [SELF],
        "style-src": [SELF],
        # Placeholder colours and aspect ratios of pictures are style attributes.
        "style-src-attr": [UNSAFE_INLINE],
        "object-src": [NONE],
        "base-uri": [SELF],
        # A form that begins a payment, a member's set-up or a download is answered by a redirect
        # to these.
        "form-action": [
            SELF,
            *(STRIPE.pages if STRIPE else ()),
            *files.original_origins(ENV.s3),
        ],
        "frame-ancestors": [NONE],
    }
}

LOGGING = logs.config(ENV.log_format)

# Figures for Prometheus
METRICS_TOKEN = ENV.metrics_token
METERS = ENV.meters

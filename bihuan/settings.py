"""Django settings. Everything that differs between machines comes from the environment.

``BIHUAN_VAR``    folder of the embedded database, keys, files and mail (default ``var`` beside the package)
``DATABASE_URL``  any PostgreSQL >= 15; without it the command line starts the embedded server
``BIHUAN_SMTP_URL``  ``smtp://user:password@host:587?tls=1``; without it mail is kept in ``BIHUAN_VAR/mail``
"""

import os
import secrets
from pathlib import Path

from bihuan.runtime.environment import database_settings, email_settings, variable_folder

BASE_DIR = Path(__file__).resolve().parent
VAR_DIR = variable_folder()

DEBUG = os.environ.get("BIHUAN_DEBUG") == "1"
SECRET_KEY = os.environ.get("BIHUAN_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("BIHUAN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("BIHUAN_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    # its page of the API stands on its own files, not on somebody else's server
    "ninja",
    "procrastinate.contrib.django",
    "bihuan.crypto",
    "bihuan.foundation",
    "bihuan.exports",
    "bihuan.journal",
    "bihuan.calendar",
    "bihuan.language",
    "bihuan.organization",
    "bihuan.clearance",
    "bihuan.customers",
    "bihuan.accounts",
    "bihuan.carriers",
    "bihuan.parcels",
    "bihuan.tariffs",
    "bihuan.safekeeping",
    "bihuan.intake",
    "bihuan.promises",
    "bihuan.cases",
    "bihuan.incidents",
    "bihuan.privacy",
    "bihuan.retention",
    "bihuan.sharing",
    "bihuan.breaches",
    "bihuan.rights",
    "bihuan.api",
    "bihuan.web",
    "bihuan.desk",
    "bihuan.dossier",
    "bihuan.portal",
    "bihuan.demo",
    "bihuan.simulator",
    "bihuan.bench",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "bihuan.web.serving.StaticFilesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bihuan.organization.middleware.IdleTimeoutMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bihuan.organization.middleware.ActorMiddleware",
    "bihuan.web.middleware.NulMiddleware",
    "bihuan.web.middleware.LivePositionMiddleware",
    "bihuan.web.middleware.RefusalMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "bihuan.urls"
ASGI_APPLICATION = "bihuan.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # before the templates of installed packages, so that allauth's pages have our look
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bihuan.web.context.shell",
            ],
        },
    },
]

DATABASES = {"default": database_settings()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organization.Staff"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "bihuan.organization.passwords.CharacterClassValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "bihuan.organization.adapter.StaffAccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "staff_no"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
# axes counts failed sign-ins, for all processes together
ACCOUNT_RATE_LIMITS = {"login_failed": None}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Bihuan"
# MLPS level 3, usual assessed values: lock after 5 failures for 15 minutes, idle timeout 15 minutes.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# what allauth calls the staff number; with another name axes would count everybody behind one address together
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_TEMPLATE = "organization/locked.html"
AXES_ENABLE_ADMIN = False
SESSION_COOKIE_AGE = int(os.environ.get("BIHUAN_IDLE_SECONDS", str(15 * 60)))
# ``IdleTimeoutMiddleware`` renews a session once a minute: saving at every request would cost a durable write each
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "bihuan_session"
CSRF_COOKIE_NAME = "bihuan_csrf"

# BIHUAN_HTTPS=1 behind a TLS proxy: secure cookies, HSTS and redirects.
HTTPS = os.environ.get("BIHUAN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("BIHUAN_STATIC", VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

FILES_DIR = VAR_DIR / "files"
KEYS_DIR = VAR_DIR / "keys"
MAIL_DIR = VAR_DIR / "mail"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

EMAIL_BACKEND, EMAIL_SETTINGS = email_settings()
EMAIL_HOST = EMAIL_SETTINGS.get("host", "localhost")
EMAIL_PORT = EMAIL_SETTINGS.get("port", 25)
EMAIL_HOST_USER = EMAIL_SETTINGS.get("user", "")
EMAIL_HOST_PASSWORD = EMAIL_SETTINGS.get("password", "")
EMAIL_USE_TLS = EMAIL_SETTINGS.get("tls", False)
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = MAIL_DIR / "sent"
DEFAULT_FROM_EMAIL = os.environ.get("BIHUAN_MAIL_FROM", "service@bihuan.example")
PUBLIC_URL = os.environ.get("BIHUAN_PUBLIC_URL", "http://127.0.0.1:8000")
COMPANY_NAME = os.environ.get("BIHUAN_COMPANY", "远禾速运")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "bihuan": {"level": os.environ.get("BIHUAN_LOG_LEVEL", "INFO")},
        "procrastinate": {"level": "WARNING"},
    },
}

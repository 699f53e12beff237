"""Every setting, from the environment. A missing or unsafe one stops the process, saying why."""

from pathlib import Path
from urllib.parse import urlsplit

import pghistory
import structlog
from django.core.exceptions import ImproperlyConfigured

from scheduler import installed, logs
from scheduler.environment import BASE_DIR, env, is_loopback, mail_settings, on, required

# --- Where it runs ---------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = required("SECRET_KEY", "use 50 random characters.")
LINK_KEYS = [key.strip() for key in env.list("LINK_KEYS", default=[]) if key.strip()]
if not LINK_KEYS or min(map(len, LINK_KEYS)) < 32:
    raise ImproperlyConfigured(
        "LINK_KEYS needs one or more comma-separated random keys of at least 32 characters; "
        "the first signs, all of them are accepted."
    )
PUBLIC_URL = required("PUBLIC_URL", "the address patients see, such as https://book.example.org.")
PUBLIC_URL = PUBLIC_URL.rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname or _public.path:
    raise ImproperlyConfigured("PUBLIC_URL must look like https://host or https://host:port.")
LINK_HOST = env.str("LINK_HOST", default=_public.netloc)
if len(LINK_HOST) > 32:
    raise ImproperlyConfigured(
        "LINK_HOST (by default the host of PUBLIC_URL) may have 32 characters at most, "
        "or links would not fit into one text."
    )
LINK_URL = f"{_public.scheme}://{LINK_HOST}"
LOCAL = DEBUG or is_loopback(_public.hostname)
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / ".data"))).resolve()
ALLOWED_HOSTS = list(
    dict.fromkeys(
        [_public.hostname, LINK_HOST.split(":")[0], *env.list("ALLOWED_HOSTS", default=[])]
        + (["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
    )
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "scheduler.pages.errors.csrf_failure"
NUM_PROXIES = env.int("NUM_PROXIES", default=0)
HEALTH_TOKEN = env.str("HEALTH_TOKEN", default="")

# --- Switches that are safe only on a developer's machine --------------------------------------
API_THROTTLE = on("API_THROTTLE")
BOOKING_VERIFICATION = on("BOOKING_VERIFICATION")
DEMO = env.bool("DEMO", default=False)
TWILIO_API_BASE = env.str("TWILIO_API_BASE", default="")

# --- Transports ------------------------------------------------------------------------------
TWILIO_ACCOUNT_SID = env.str("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env.str("TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env.str("TWILIO_FROM", default="")
TWILIO_MESSAGING_SERVICE_SID = env.str("TWILIO_MESSAGING_SERVICE_SID", default="")
# A US long code carries about one text a second; the carrier queues or drops what is faster.
SMS_PER_SECOND = env.float("SMS_PER_SECOND", default=1.0)
# In dollars; 0 shows segments and no cost.
SMS_SEGMENT_PRICE = env.float("SMS_SEGMENT_PRICE", default=0.0)
# "name:password", which a mail service gives with what it tells of our mails.
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", default="")
if MAIL_WEBHOOK_SECRET and ":" not in MAIL_WEBHOOK_SECRET:
    raise ImproperlyConfigured("MAIL_WEBHOOK_SECRET must look like name:password.")
EMAIL_URL = env.str("EMAIL_URL", default="")


def _transport(configured: str, real: str) -> str:
    if not configured:
        return "outbox"
    return "off" if configured == "off" else real


SMS_TRANSPORT = _transport(TWILIO_ACCOUNT_SID, "twilio")
EMAIL_TRANSPORT = _transport(EMAIL_URL, "email")
OUTBOX = "outbox" in {SMS_TRANSPORT, EMAIL_TRANSPORT}
if SMS_TRANSPORT == "twilio" and not (
    TWILIO_AUTH_TOKEN and (TWILIO_FROM or TWILIO_MESSAGING_SERVICE_SID)
):
    raise ImproperlyConfigured(
        "TWILIO_ACCOUNT_SID is set, so TWILIO_AUTH_TOKEN and one of TWILIO_FROM and "
        "TWILIO_MESSAGING_SERVICE_SID are needed too."
    )
EMAIL_TIMEOUT = 15
if EMAIL_TRANSPORT == "email":
    vars().update(mail_settings(EMAIL_URL, timeout=EMAIL_TIMEOUT))

if not LOCAL:
    _unsafe = {
        "API_THROTTLE=off": not API_THROTTLE,
        "BOOKING_VERIFICATION=off": not BOOKING_VERIFICATION,
        "TWILIO_API_BASE": bool(TWILIO_API_BASE),
        "DEMO": DEMO,
        "the outbox for texts (set TWILIO_ACCOUNT_SID, or name it 'off')": SMS_TRANSPORT
        == "outbox",
        "the outbox for mail (set EMAIL_URL, or name it 'off')": EMAIL_TRANSPORT == "outbox",
    }
    for _switch, _used in _unsafe.items():
        if _used:
            raise ImproperlyConfigured(
                f"{_switch} is for a developer's machine only: it needs DEBUG=on or a PUBLIC_URL "
                "on the loopback address."
            )

# --- The clinic: these seed its row once; afterwards the admin edits it -------------------------
CLINIC = {
    "name": env.str("CLINIC_NAME", default="Pain Management Group, Findlay"),
    "sms_name": env.str("CLINIC_SMS_NAME", default="PMG Findlay"),
    "street": env.str("CLINIC_STREET", default="229 West Main Cross St."),
    "suite": env.str("CLINIC_SUITE", default="Suite 58"),
    "city": env.str("CLINIC_CITY", default="Findlay"),
    "state": env.str("CLINIC_STATE", default="OH"),
    "postal_code": env.str("CLINIC_POSTAL_CODE", default="45840"),
    "email": env.str("CLINIC_EMAIL", default="contact@painmgmtgroup.com"),
    "phone": env.str("CLINIC_PHONE", default="+14197216358"),
    "time_zone": env.str("CLINIC_TIME_ZONE", default="America/New_York"),
}
EMAIL_FROM = env.str("EMAIL_FROM", default=CLINIC["email"])
DEFAULT_FROM_EMAIL = EMAIL_FROM
# Who is mailed when sending goes wrong: by default the managers who have an address.
ALARM_EMAIL = [one.strip() for one in env.list("ALARM_EMAIL", default=[]) if one.strip()]

# --- Django ----------------------------------------------------------------------------------
INSTALLED_APPS = installed.APPS
MIDDLEWARE = installed.MIDDLEWARE
TEMPLATES = installed.TEMPLATES
CONTENT_SECURITY_POLICY = installed.CONTENT_SECURITY_POLICY
ROOT_URLCONF = "scheduler.urls"
WSGI_APPLICATION = "scheduler.wsgi.application"
DATABASES = {
    "default": {
        **env.db_url_config(required("DATABASE_URL", "postgresql://user:password@host/name.")),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }
}
# A server that takes no connections is away like one that answers nothing; how long a connection
# then waits for locks and statements is in `scheduler.transactions.timeouts`.
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
# Taking locks in another order than everybody else stops a developer and a test, not a patient.
STRICT_LOCK_ORDER = DEBUG
REDIS_URL = required("REDIS_URL", "redis://host:6379/0, or unix:///path for a socket.")
# Redis only throttles and wakes workers: a slow one must never hold up a booking.
REDIS_TIMEOUT = 0.2
CACHES = {
    # What keeps people from guessing passwords must not be forgotten with Redis.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "scheduler_cache",
    },
    "throttle": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "socket_timeout": REDIS_TIMEOUT,
            "socket_connect_timeout": REDIS_TIMEOUT,
        },
    },
}
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
# --- Staff: how they sign in -------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "scheduler.accounts.role_backend.RoleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/staff/"
# Outside a developer's machine nobody sees a patient with a password alone.
STAFF_MFA_REQUIRED = not DEBUG
ACCOUNT_ADAPTER = "scheduler.pages.staff.adapter.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/staff/"
# Wrong passwords: by address, and by the name they were tried for.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = NUM_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL
MFA_TOTP_ISSUER = CLINIC["sms_name"]
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "scheduler" / "locale"]
TIME_ZONE = CLINIC["time_zone"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PHONENUMBER_DEFAULT_REGION = "US"
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
)

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "scheduler" / "pages" / "static"]
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Security --------------------------------------------------------------------------------
_https = _public.scheme == "https"
SECURE_SSL_REDIRECT = _https and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NUM_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SECURE_HSTS_PRELOAD = _https
# Pages behind a link set no-referrer themselves; with it everywhere browsers post forms with
# "Origin: null", which the CSRF check refuses.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_COOKIE_HTTPONLY = True
# What a page says of the step before it may name a patient: no cookie holds it.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LANGUAGE_COOKIE_SECURE = _https
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024

# --- Metrics: seconds that a person would tell apart --------------------------------------------
PROMETHEUS_LATENCY_BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, float("inf"))

# --- API -------------------------------------------------------------------------------------
# None would make ninja trust X-Forwarded-For from anybody.
NINJA_NUM_PROXIES = NUM_PROXIES

# --- Logs: one JSON object a line, without personal data, tokens or paths -----------------------
LOGGING = logs.logging_config(json=not DEBUG)
structlog.configure(**logs.structlog_config())

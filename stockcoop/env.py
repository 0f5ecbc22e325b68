"""The environment, read once into a frozen value. Nothing else reads `os.environ`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from stockcoop import parse

T = TypeVar("T")

ROOT = Path(__file__).resolve().parent.parent
DATA_MINING = (
    *("unspecified", "allowed", "no-ai-training", "no-generative-ai-training"),
    *("search-engines-only", "prohibited"),
)
_STRIPE_PAGES = ("https://checkout.stripe.com", "https://connect.stripe.com")


class BadEnvironment(Exception):
    """The environment cannot be used; the message lists every fault in it."""


@dataclass(frozen=True, slots=True)
class Database:
    """Where PostgreSQL answers. `host` may be the folder of a socket."""

    name: str
    user: str
    password: str = field(repr=False)
    host: str
    port: str

    @classmethod
    def from_url(cls, url: str) -> Database:
        """From `postgresql://user:password@host:port/name[?host=/socket/folder]`."""
        parts = urlsplit(url)
        if parts.scheme not in {"postgres", "postgresql"}:
            raise ValueError("it must start with postgresql://")
        options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return cls(
            name=unquote(parts.path.lstrip("/")) or "postgres",
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            host=unquote(options.get("host", parts.hostname or "")),
            port=str(parts.port or ""),
        )


@dataclass(frozen=True, slots=True)
class Elasticsearch:
    """Where Elasticsearch answers; `index` is the alias that the site searches in."""

    url: str = field(repr=False)
    index: str


@dataclass(frozen=True, slots=True)
class S3:
    """The two buckets. An empty `endpoint` is AWS; empty keys leave it to boto3 to find some.

    `public_url` is where renditions are served from, a CDN perhaps; empty: the bucket itself.
    """

    originals: str
    renditions: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)
    public_url: str


@dataclass(frozen=True, slots=True)
class Stripe:
    """Stripe's keys; `api` is another address than Stripe's own, for a stand-in.

    `webhook_secret` may hold several, separated by commas: each webhook endpoint has its own.
    """

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    api: str

    @property
    def webhook_secrets(self) -> tuple[str, ...]:
        """The secret of each endpoint: the co-op's own events, and those of members' accounts."""
        return parse.words(self.webhook_secret)

    @property
    def pages(self) -> tuple[str, ...]:
        """The origins of the pages that people are sent to: to pay, and to be paid."""
        return (self.api,) if self.api else _STRIPE_PAGES


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs content credentials: a certificate with its chain, and its key, as PEM.

    `time_stamps` is the address of an authority that dates signatures (RFC 3161); empty: none.
    """

    certificate: str
    key: str = field(repr=False)
    time_stamps: str


@dataclass(frozen=True, slots=True)
class Env:
    """Everything the program takes from its environment. Documented in docs/configuration.md."""

    debug: bool
    secret_key: str = field(repr=False)
    allowed_hosts: tuple[str, ...]
    trusted_origins: tuple[str, ...]
    https: bool
    var: Path
    database: Database | None
    elasticsearch: Elasticsearch | None
    s3: S3 | None
    stripe: Stripe | None
    time_zone: str
    currency: str
    coop_name: str
    base_url: str
    payment_gateway: str
    practice_allowed: bool
    events_kept_days: int
    email_url: str = field(repr=False)
    mail_from: str
    max_photo_bytes: int
    max_video_bytes: int
    max_megapixels: int
    max_clip_seconds: int
    decoder_megabytes: int
    decoder_seconds: int
    watermark_text: str
    watermark_opacity: int
    watermark_logo: Path | None
    trace_deliveries: bool
    trace_key: str = field(repr=False)
    encodings_kept_days: int
    sizes_at_once: int
    sizes_per_minute: int
    data_mining: str
    credentials: Credentials | None
    certificate_keys: Path | None
    log_format: str
    metrics_token: str = field(repr=False)
    meters: Path | None

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Env:
        """The environment as a value. Raises BadEnvironment with all faults together."""
        reader = _Reader(environ)
        debug = reader.get("DEBUG", parse.flag, default=False)
        env = cls(
            debug=debug,
            secret_key=reader.get(
                "SECRET_KEY", parse.secret, default="unsafe-" * 8 if debug else None
            ),
            allowed_hosts=reader.get(
                "ALLOWED_HOSTS", parse.words, default=("localhost", "127.0.0.1", "[::1]")
            ),
            trusted_origins=reader.get("TRUSTED_ORIGINS", parse.words, default=()),
            https=reader.get("HTTPS", parse.flag, default=not debug),
            var=reader.get("VAR", Path, default=ROOT / "var"),
            database=reader.get("DATABASE_URL", Database.from_url, default=_NOTHING),
            elasticsearch=_elasticsearch(reader),
            s3=_s3(reader),
            stripe=_stripe(reader),
            time_zone=reader.get("TIME_ZONE", parse.time_zone, default="UTC"),
            currency=reader.get("CURRENCY", parse.currency, default="USD"),
            coop_name=reader.get("COOP_NAME", str, default="stockcoop"),
            base_url=reader.get("BASE_URL", parse.base_url, default="http://localhost:8000"),
            payment_gateway=reader.get(
                "PAYMENT_GATEWAY", parse.one_of("practice", "stripe"), default="practice"
            ),
            practice_allowed=reader.get("PRACTICE_GATEWAY_ALLOWED", parse.flag, default=debug),
            events_kept_days=reader.get("EVENTS_KEPT_DAYS", parse.count, default=400),
            email_url=reader.get("EMAIL_URL", parse.email_url, default="console:"),
            mail_from=reader.get("MAIL_FROM", str, default="stockcoop@localhost"),
            max_photo_bytes=reader.get("MAX_PHOTO_BYTES", parse.count, default=500 * 10**6),
            max_video_bytes=reader.get("MAX_VIDEO_BYTES", parse.count, default=10 * 10**9),
            max_megapixels=reader.get("MAX_MEGAPIXELS", parse.count, default=250),
            max_clip_seconds=reader.get("MAX_CLIP_SECONDS", parse.count, default=600),
            decoder_megabytes=reader.get("DECODER_MEGABYTES", parse.count, default=640),
            decoder_seconds=reader.get("DECODER_SECONDS", parse.count, default=30),
            watermark_text=reader.get("WATERMARK_TEXT", str, default=""),
            watermark_opacity=reader.get("WATERMARK_OPACITY", parse.percent, default=28),
            watermark_logo=reader.get("WATERMARK_LOGO", parse.file, default=_NOTHING),
            trace_deliveries=reader.get("TRACE_DELIVERIES", parse.flag, default=True),
            trace_key=reader.get("TRACE_KEY", parse.secret, default=""),
            encodings_kept_days=reader.get("ENCODINGS_KEPT_DAYS", parse.count, default=90),
            sizes_at_once=reader.get("SIZES_AT_ONCE", parse.count, default=2),
            sizes_per_minute=reader.get("SIZES_PER_MINUTE", parse.count, default=30),
            data_mining=reader.get(
                "DATA_MINING", parse.one_of(*DATA_MINING), default="no-ai-training"
            ),
            credentials=_credentials(reader),
            certificate_keys=reader.get("CERTIFICATE_KEYS", Path, default=_NOTHING),
            log_format=reader.get("LOG_FORMAT", parse.one_of("plain", "json"), default="plain"),
            metrics_token=reader.get("METRICS_TOKEN", parse.secret, default=""),
            meters=reader.get("PROMETHEUS_MULTIPROC_DIR", Path, default=_NOTHING),
        )
        if env.payment_gateway == "stripe":
            reader.needed("STRIPE_SECRET_KEY", by="PAYMENT_GATEWAY", there=env.stripe is not None)
        reader.finish()
        return env


class _Nothing:
    """Stands for an absent value where None says "must be set"."""


_NOTHING = _Nothing()


class _Reader:
    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._faults: list[str] = []

    def get(self, name: str, read: Callable[[str], T], *, default: T | _Nothing | None) -> T:
        text = self._environ.get(name, "").strip()
        if not text:
            if default is None:
                self._faults.append(f"{name} must be set")
            return None if isinstance(default, _Nothing) else default  # type: ignore[return-value]
        try:
            return read(text)
        except ValueError as error:
            # The value is not repeated: it may be a secret.
            self._faults.append(f"{name}: {error}")
            return None  # type: ignore[return-value]

    def together(self, names: str, *values: str) -> None:
        if any(values) and not all(values):
            self._faults.append(f"{names} must be set together")

    def needed(self, names: str, *, by: str, there: bool) -> None:
        if not there:
            self._faults.append(f"{names} must be set: {by} asks for it")

    def finish(self) -> None:
        if self._faults:
            raise BadEnvironment("The environment cannot be used:\n  " + "\n  ".join(self._faults))


def _elasticsearch(reader: _Reader) -> Elasticsearch | None:
    url = reader.get("ELASTICSEARCH_URL", parse.base_url, default=_NOTHING)
    index = reader.get("ELASTICSEARCH_INDEX", parse.index_name, default="works")
    return Elasticsearch(url, index) if url else None


def _s3(reader: _Reader) -> S3 | None:
    originals = reader.get("S3_ORIGINALS", parse.bucket, default="")
    renditions = reader.get("S3_RENDITIONS", parse.bucket, default="")
    reader.together("S3_ORIGINALS and S3_RENDITIONS", originals, renditions)
    access_key = reader.get("S3_ACCESS_KEY", str, default="")
    secret_key = reader.get("S3_SECRET_KEY", str, default="")
    reader.together("S3_ACCESS_KEY and S3_SECRET_KEY", access_key, secret_key)
    s3 = S3(
        originals=originals,
        renditions=renditions,
        endpoint=reader.get("S3_ENDPOINT", parse.base_url, default=""),
        region=reader.get("S3_REGION", str, default="us-east-1"),
        access_key=access_key,
        secret_key=secret_key,
        public_url=reader.get("S3_PUBLIC_URL", parse.base_url, default=""),
    )
    return s3 if originals and renditions else None


def _stripe(reader: _Reader) -> Stripe | None:
    secret_key = reader.get("STRIPE_SECRET_KEY", str, default="")
    webhook_secret = reader.get("STRIPE_WEBHOOK_SECRET", str, default="")
    reader.together("STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET", secret_key, webhook_secret)
    api = reader.get("STRIPE_API", parse.base_url, default="")
    return Stripe(secret_key, webhook_secret, api) if secret_key else None


def _credentials(reader: _Reader) -> Credentials | None:
    certificate = reader.get("C2PA_CERTIFICATE", parse.pem, default="")
    key = reader.get("C2PA_KEY", parse.pem, default="")
    time_stamps = reader.get("C2PA_TIME_STAMPS", parse.base_url, default="")
    reader.together("C2PA_CERTIFICATE and C2PA_KEY", certificate, key)
    return Credentials(certificate, key, time_stamps) if certificate and key else None

"""What an operator may decide, read once from the environment into one frozen object."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coterie.kit.errors import Invalid

PREFIX = "COTERIE_"
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server that takes what we send."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. Secrets stay out of its `repr`, so that it can be logged."""

    data: Path
    public_url: str
    secret: str = field(repr=False)
    database_url: str | None = field(default=None, repr=False)
    smtp: Smtp | None = None
    forwarded_allow_ips: str | None = None
    log_level: str = "info"

    @property
    def embedded(self) -> bool:
        """Whether we run the database ourselves."""
        return self.database_url is None


def read_settings(
    environment: Mapping[str, str] = os.environ,
    *,
    data: Path | None = None,
    public_url: str = "http://127.0.0.1:8000",
) -> Settings:
    """Read `COTERIE_...`, and the file that `COTERIE_..._FILE` names where a value is a secret."""
    folder = data or Path(environment.get(PREFIX + "DATA") or default_data(environment))
    folder = folder.expanduser().absolute()
    return Settings(
        data=folder,
        public_url=read_url(environment, public_url),
        secret=read_secret(environment, "SECRET") or kept_secret(folder),
        database_url=read_secret(environment, "DATABASE_URL"),
        smtp=read_smtp(environment),
        forwarded_allow_ips=environment.get(PREFIX + "FORWARDED_ALLOW_IPS") or None,
        log_level=read_log_level(environment),
    )


def default_data(environment: Mapping[str, str]) -> Path:
    """The user's data folder, as the XDG base directory specification places it; root's is the system's."""
    home = environment.get("XDG_DATA_HOME")
    if not home and os.geteuid() == 0:
        return Path("/var/lib/coterie")
    return Path(home or "~/.local/share") / "coterie"


def read_url(environment: Mapping[str, str], default: str) -> str:
    url = (environment.get(PREFIX + "PUBLIC_URL") or default).rstrip("/")
    if not url.startswith(("http://", "https://")):
        raise Invalid(f"COTERIE_PUBLIC_URL must begin with http:// or https://, not {url!r}.")
    return url


def read_log_level(environment: Mapping[str, str]) -> str:
    level = (environment.get(PREFIX + "LOG_LEVEL") or "info").lower()
    if level not in LOG_LEVELS:
        raise Invalid(f"COTERIE_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}, not {level!r}.")
    return level


def read_smtp(environment: Mapping[str, str]) -> Smtp | None:
    host = environment.get(PREFIX + "SMTP_HOST")
    if not host:
        return None
    port = environment.get(PREFIX + "SMTP_PORT", "25")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise Invalid(f"COTERIE_SMTP_PORT must be a port number, not {port!r}.")
    return Smtp(
        host=host,
        port=int(port),
        sender=environment.get(PREFIX + "SMTP_FROM", f"coterie@{host}"),
        user=environment.get(PREFIX + "SMTP_USER") or None,
        password=read_secret(environment, "SMTP_PASSWORD"),
    )


def read_secret(environment: Mapping[str, str], name: str) -> str | None:
    """A secret from its variable or from the file that `..._FILE` names; the two exclude each other."""
    given, path = environment.get(PREFIX + name), environment.get(f"{PREFIX}{name}_FILE")
    if given and path:
        raise Invalid(f"Set either {PREFIX}{name} or {PREFIX}{name}_FILE, not both.")
    if not path:
        return given or None
    try:
        return Path(path).read_text().strip() or None
    except OSError as error:
        raise Invalid(
            f"{PREFIX}{name}_FILE names {path}, which can't be read: {error.strerror}."
        ) from error


def kept_secret(folder: Path) -> str:
    """The secret in the data folder, made at the first start and readable by its owner alone."""
    path = folder / "secret.key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            keep_new_secret(path)
        return path.read_text().strip()
    except OSError as error:
        raise Invalid(f"The data folder {folder} can't be used: {error.strerror}.") from error


def keep_new_secret(path: Path) -> None:
    """Write a whole file beside it and link it into place: of two that start at once, one wins."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()

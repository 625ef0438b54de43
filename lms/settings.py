"""Every setting once: name, default, kind, and what it is for.

Read in this order, later ones win: the defaults below, ``lms.toml`` in the instance folder, environment
variables ``BARAZA_<NAME>``, and what a test passes.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PREFIX = "BARAZA_"
LANGUAGES = ("en", "fr", "ar")


@dataclass(frozen=True, slots=True)
class Setting:
    """One thing that a site may vary. `kind` is text, number, list (separated by commas) or secret."""

    name: str
    default: Any
    kind: str
    help: str


SETTINGS = (
    Setting(
        "INSTANCE", "instance", "text", "Folder of the site's own files: database, key, exports."
    ),
    Setting("DATABASE_URL", "", "text", "Database; empty means SQLite in the instance folder."),
    Setting("SECRET_KEY", "", "secret", "Signs cookies; made at first start and kept in a file."),
    Setting("SITE_NAME", "Baraza", "text", "Name shown at the top of each page."),
    Setting(
        "PUBLIC_URL",
        "",
        "text",
        "Address under which people reach the site, for QR codes and links.",
    ),
    Setting(
        "PROXIES",
        0,
        "number",
        "Proxies that stand in front of the site, each of which adds from where it was asked.",
    ),
    Setting("LANGUAGE", "en", "text", "Language of people who have not chosen: en, fr or ar."),
    Setting("TIME_ZONE", "UTC", "text", "Zone in which times are shown, such as Africa/Nairobi."),
    Setting("CURRICULA_DIRS", (), "list", "More folders with courses."),
    Setting(
        "ASSESSMENTS_DIRS",
        (),
        "list",
        "More folders with banks, frameworks, templates, methodologies.",
    ),
    Setting("PLUGINS_DISABLED", (), "list", "Names of plugins to leave out."),
    Setting(
        "BOUNDARIES",
        "",
        "text",
        "GeoJSON file with a P-code for each area, for the capacity map; without it"
        " boundaries.geojson in the folder of the instance, or no map.",
    ),
)
MOST_PROXIES = 9
BY_NAME = {setting.name: setting for setting in SETTINGS}


class SettingsError(Exception):
    """One or more settings are wrong; `problems` names each with its place and the remedy."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Value:
    """A setting as it holds: `origin` says where it came from."""

    setting: Setting
    value: Any
    origin: str


def _converted(setting: Setting, raw: Any, origin: str, problems: list[str]) -> Any:
    if setting.kind == "list":
        if isinstance(raw, str):
            return tuple(part.strip() for part in raw.split(",") if part.strip())
        if isinstance(raw, list | tuple) and all(isinstance(part, str) for part in raw):
            return tuple(raw)
        problems.append(f"{origin}: {setting.name}: expected a list of texts")
        return setting.default
    if setting.kind == "number":
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.strip().isdecimal():
            return int(raw)
        problems.append(f"{origin}: {setting.name}: expected a whole number, found {raw!r}")
        return setting.default
    if not isinstance(raw, str):
        problems.append(
            f"{origin}: {setting.name}: expected a text, found {raw!r}; put it in quotes"
        )
        return setting.default
    return raw


def _from_file(path: Path, problems: list[str]) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path}: {error}; mend the line or remove it")
        return {}


def read_settings(
    given: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None
) -> dict[str, Value]:
    """Return every setting with where it came from, by name.

    Raises:
        SettingsError: all faults at once.
    """
    environ = os.environ if environ is None else environ
    given = given or {}
    problems: list[str] = []
    instance = (
        given.get("INSTANCE") or environ.get(f"{PREFIX}INSTANCE") or BY_NAME["INSTANCE"].default
    )
    path = Path(instance) / "lms.toml"
    filed = _from_file(path, problems)
    for name in filed:
        if name.upper() not in BY_NAME:
            problems.append(f"{path}: {name}: no such setting; 'lms settings' lists them")
    values = {}
    for setting in SETTINGS:
        value, origin = setting.default, "default"
        for name in (setting.name, setting.name.lower()):
            if name in filed:
                value, origin = _converted(setting, filed[name], str(path), problems), str(path)
        variable = PREFIX + setting.name
        if variable in environ:
            origin = f"environment {variable}"
            value = _converted(setting, environ[variable], origin, problems)
        if setting.name in given:
            value, origin = given[setting.name], "given"
        values[setting.name] = Value(setting, value, origin)
    problems += check(values)
    if problems:
        raise SettingsError(problems)
    return values


def check(values: Mapping[str, Value]) -> list[str]:
    """Return what is wrong with the values, a sentence each."""
    problems = []
    language = values["LANGUAGE"]
    if language.value not in LANGUAGES:
        problems.append(
            f"{language.origin}: LANGUAGE: {language.value!r} is not one of {', '.join(LANGUAGES)}"
        )
    zone = values["TIME_ZONE"]
    try:
        ZoneInfo(zone.value)
    except (ZoneInfoNotFoundError, ValueError):
        problems.append(
            f"{zone.origin}: TIME_ZONE: {zone.value!r} is no time zone; write for instance Africa/Nairobi"
        )
    url = values["DATABASE_URL"]
    if url.value and not url.value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:")):
        problems.append(
            f"{url.origin}: DATABASE_URL: expected an address that begins with sqlite: or postgresql:"
        )
    public = values["PUBLIC_URL"]
    if public.value and not public.value.startswith(("http://", "https://")):
        problems.append(
            f"{public.origin}: PUBLIC_URL: expected http:// or https:// at the beginning"
        )
    proxies = values["PROXIES"]
    if not 0 <= proxies.value <= MOST_PROXIES:
        problems.append(
            f"{proxies.origin}: PROXIES: expected 0 to {MOST_PROXIES}, found {proxies.value}"
        )
    for name in ("CURRICULA_DIRS", "ASSESSMENTS_DIRS"):
        problems += [
            f"{values[name].origin}: {name}: there is no folder {folder}"
            for folder in values[name].value
            if not Path(folder).is_dir()
        ]
    return problems


def secret_key(instance: Path) -> str:
    """Return the site's key; the first call makes it, readable by its owner alone."""
    path = instance / "secret_key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text()

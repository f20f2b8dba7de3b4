"""What a configuration file says, checked as a whole before anything of it is kept."""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import cattrs
from cattrs.errors import ForbiddenExtraKeysError
from cattrs.v import format_exception

from psabridge.clients.address import is_loopback, server_of
from psabridge.rules.exemptions import mistakes as exemption_mistakes
from psabridge.rules.items.catalogue import Catalogue
from psabridge.rules.settings import DatingPolicy, Measure, PairingSettings, ServiceMapping, TwoWay
from psabridge.rules.tickets.deciding import mistakes as ticket_mistakes
from psabridge.rules.wanted.meters import mistakes
from psabridge.store.codec import from_plain
from psabridge.store.models import ConnectionKind
from psabridge.store.pairings import in_order
from psabridge.wiring.config_document import AGAIN, ConfigWrong, document_of, mapping
from psabridge.wiring.config_shape import misfits

REQUIRED = {"kind", "address", "identity"}
CONNECTION_KEYS = REQUIRED | {"billing_zone", "clock_url"}
SECRET_SOURCES = {"secret", "secret_file", "secret_env"}
SECRET_KEYS = SECRET_SOURCES | {"tracking_identifier"}
ROLES = {"platform": ConnectionKind.ACRONIS, "psa": ConnectionKind.AUTOTASK}
LAST_START_DAY = 28


@dataclass(frozen=True, slots=True, repr=False)
class ConnectionWanted:
    """`fields` are complete: what the file leaves out is back at its preset. Secrets None: as they are."""

    name: str
    fields: Mapping[str, str]
    secret: str | None
    tracking: str | None


@dataclass(frozen=True, slots=True)
class PairingWanted:
    name: str
    platform: str
    psa: str
    plain: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    connections: tuple[ConnectionWanted, ...]
    pairings: tuple[PairingWanted, ...]


def read_config(text: str) -> Wanted:
    document = document_of(text)
    connections = {
        name: _connection(_named("connection", name), plain)
        for name, plain in document["connections"].items()
    }
    pairings = [
        _pairing(_named("pairing", name), plain, connections) for name, plain in document["pairings"].items()
    ]
    return Wanted(tuple(connections.values()), tuple(pairings))


def settings_of(name: str, plain: Mapping[str, Any]) -> PairingSettings:
    """The settings a file's words mean; ConfigWrong names every place that cannot be read."""
    unusable = [*_nameless(plain)] or [*misfits(plain, PairingSettings)]
    if unusable:
        raise _unreadable(name, unusable)
    try:
        settings = in_order(from_plain(_with_two_way_presets(plain), PairingSettings))
    except cattrs.BaseValidationError as error:
        told = cattrs.transform_error(error, format_exception=_told)
        raise _unreadable(name, map(_placed, told)) from error
    except (ValueError, TypeError) as error:
        raise _unreadable(name, [str(error)]) from error
    problems = [
        *_out_of_range(settings),
        *_clouds_wrong(settings),
        *_nothing_wrong(settings),
        *_two_way_wrong(settings.two_way),
        *ticket_mistakes(settings.tickets),
        *exemption_mistakes(settings.exempt_items),
        *_told_twice(settings),
    ]
    if problems:
        raise _unreadable(name, problems)
    return settings


def _nameless(plain: object, place: str = "") -> Iterator[str]:
    """YAML reads on, off, yes and no as True and False, and digits as numbers."""
    if isinstance(plain, Mapping):
        for key, value in plain.items():
            if not isinstance(key, str):
                yield f"{place}{key!r} is no name of a setting: if it is meant, put it in quotes"
            yield from _nameless(value, f"{place}{key}.")
    elif isinstance(plain, list):
        for part in plain:
            yield from _nameless(part, place)


def _named(what: str, name: object) -> str:
    if not isinstance(name, str) or not name.strip():
        raise ConfigWrong(f"{what} {name!r}", "has a name that is no text", "Put the name in quotes")
    return name


# ---- connections


def _connection(name: str, plain: object) -> ConnectionWanted:
    subject = f"connection {name}"
    told = mapping(subject, plain)
    unknown, missing = sorted(set(told) - CONNECTION_KEYS - SECRET_KEYS), sorted(REQUIRED - set(told))
    if unknown or missing:
        problems = ["has unknown settings " + ", ".join(map(str, unknown))] * bool(unknown)
        problems += ["lacks " + ", ".join(missing)] * bool(missing)
        raise ConfigWrong(subject, " and ".join(problems), AGAIN)
    _check_texts(subject, told)
    fields = {
        "billing_zone": "UTC",
        "clock_url": "",
        **{key: told[key] for key in CONNECTION_KEYS & set(told)},
    }
    _check_fields(subject, fields)
    secret, tracking = _secret(subject, told), told.get("tracking_identifier")
    _check_pasted(subject, {"identity": told["identity"], "secret": secret, "tracking_identifier": tracking})
    return ConnectionWanted(name, {"name": name, **fields}, secret, tracking)


def _check_pasted(subject: str, told: Mapping[str, str | None]) -> None:
    """What is sent as it stands: a blank or a line break that was copied with it would be sent too."""
    for key, value in told.items():
        if value is not None and (value != value.strip() or not value.isprintable()):
            problem = f"has a blank at an end of its {key}, or a sign in it that cannot be printed"
            raise ConfigWrong(subject, problem, "Copy it again, without what stands around it")


def _check_texts(subject: str, told: Mapping[str, object]) -> None:
    no_text = sorted(key for key, value in told.items() if value is not None and not isinstance(value, str))
    if no_text:
        problem = f"says something else than a text for {', '.join(no_text)}"
        raise ConfigWrong(subject, problem, "Put it in quotes")
    empty = sorted(key for key, value in told.items() if not str(value or "").strip())
    if empty:
        raise ConfigWrong(subject, f"says nothing for {', '.join(empty)}", "Give it a value, or take it out")


def _check_fields(subject: str, fields: Mapping[str, str]) -> None:
    if fields["kind"] not in ConnectionKind.values:
        known = " or ".join(ConnectionKind.values)
        raise ConfigWrong(subject, f"is of the unknown kind {fields['kind']}", f"Say {known}")
    try:
        server_of(fields["address"])
    except ValueError as error:
        raise ConfigWrong(subject, f"has an address that cannot be used: {error}", AGAIN) from error
    if fields["clock_url"] and not is_loopback(fields["clock_url"]):
        raise ConfigWrong(subject, "takes its clock from another machine", "Take clock_url out")
    try:
        ZoneInfo(fields["billing_zone"])
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        problem = f"names the unknown time zone {fields['billing_zone']}"
        raise ConfigWrong(subject, problem, "Use a name such as Europe/Berlin") from error


def _secret(subject: str, told: Mapping[str, str]) -> str | None:
    sources = sorted(SECRET_SOURCES & set(told))
    if len(sources) > 1:
        raise ConfigWrong(subject, f"has more than one secret: {', '.join(sources)}", "Leave one of them")
    if "secret_file" in told:
        return _secret_in(subject, Path(told["secret_file"]))
    if "secret_env" in told:
        if not os.environ.get(told["secret_env"]):
            raise ConfigWrong(subject, f"wants the variable {told['secret_env']}, which is not set", "Set it")
        return os.environ[told["secret_env"]]
    return told.get("secret")


def _secret_in(subject: str, place: Path) -> str:
    try:
        secret = place.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        problem = f"wants the secret in {place}, which cannot be read"
        raise ConfigWrong(subject, problem, "Put the secret there, readable by this user") from error
    if not secret:
        raise ConfigWrong(subject, f"wants the secret in {place}, which is empty", "Put the secret there")
    return secret


# ---- pairings


def _pairing(name: str, plain: object, connections: Mapping[str, ConnectionWanted]) -> PairingWanted:
    told = dict(mapping(f"pairing {name}", plain))
    chosen = {role: _chosen(name, role, told.pop(role, None), connections) for role in ROLES}
    zone = chosen["psa"].fields["billing_zone"]
    settings_of(name, {**told, "pairing": 0, "name": name, "version": 0, "zone": zone})
    return PairingWanted(name, chosen["platform"].name, chosen["psa"].name, told)


def _chosen(
    name: str, role: str, connection: object, connections: Mapping[str, ConnectionWanted]
) -> ConnectionWanted:
    found = connections.get(connection) if isinstance(connection, str) else None
    if found is None or found.fields["kind"] != ROLES[role]:
        problem = f"names no {role} among the {ROLES[role]} connections of the file"
        raise ConfigWrong(f"pairing {name}", problem, "Name one of them")
    return found


def _unreadable(name: str, problems: Iterable[str]) -> ConfigWrong:
    return ConfigWrong(f"pairing {name}", f"cannot be read: {'; '.join(problems)}", AGAIN)


def _placed(told: str) -> str:
    """The library counts from 0 and puts the place last; a reader looks for the place first."""
    problem, _, path = told.rpartition(" @ $")
    place = re.sub(r"\[(\d+)\]", lambda found: f", entry {int(found[1]) + 1}", path.lstrip("."))
    return f"{place}: {problem}" if place else problem


def _told(error: BaseException, kind: type | None) -> str:
    """Our own words where there are some; the library's name the place alone."""
    words = [one for one in (kind, *get_args(kind)) if isinstance(one, type) and issubclass(one, Enum)]
    if isinstance(error, ValueError) and words:
        said = str(error).partition(" is not a valid")[0]
        return f"{said} is none of {', '.join(str(one.value) for one in words[0])}"
    if str(error).startswith("invalid literal for int"):
        return f"{str(error).rpartition(': ')[2]} is not a whole number"
    if isinstance(error, ForbiddenExtraKeysError):
        return f"has unknown settings: {', '.join(sorted(error.extra_fields))}"
    if isinstance(error, KeyError):
        return "is missing"
    own = isinstance(error, ValueError | TypeError) and str(error)
    return own or format_exception(error, kind)


def _out_of_range(settings: PairingSettings) -> Iterable[str]:
    """Values of the right type that mean nothing."""
    for row in settings.services:
        yield from _out_of_range_in_row(row, settings.policy)
    yield from _reporting_mistakes(settings)
    if settings.close_day < 1:
        yield f"close_day is {settings.close_day}, at least 1 is possible"
    if settings.bounds.lines < 0:
        yield f"the bound of lines is {settings.bounds.lines}"
    if settings.bounds.new_customers < 0:
        yield f"the bound of new customers is {settings.bounds.new_customers}"
    for share in (settings.bounds.share_of_lines, settings.bounds.share_of_customer_units):
        if not 0 <= share <= Decimal(1):
            yield f"a bound is the share {share}, which is not between 0 and 1"
    yield from _leaving_problems(settings)
    if settings.keep_snapshots.total_seconds() <= 0:
        yield "keep_snapshots keeps nothing"
    if settings.full_read_every.total_seconds() < 0:
        yield "full_read_every lies before now"


def _out_of_range_in_row(row: ServiceMapping, policy: DatingPolicy) -> Iterable[str]:
    least = {
        "unit_size": (row.unit_size, 1),
        "ignore_below": (row.ignore_below, 0),
        "overage": (row.overage, 0),
    }
    for key, (value, floor) in least.items():
        if value < floor:
            yield f"{key} of the row {row.key} is {value}, at least {floor} is possible"
    if row.free and (row.counts_only or Catalogue.standard().counts_only(row.item)):
        yield f"the row {row.key} is free, but what is only counted has no Free box (ACR-MAP-04)"
    for mistake in mistakes(row, policy):
        yield f"the meter of the row {row.key} cannot be used: {mistake}"


def _reporting_mistakes(settings: PairingSettings) -> Iterable[str]:
    """Range items are reported by the month, and dated by nothing else (LIM-09, R17)."""
    day = settings.usage_reporting.start_day
    if not 1 <= day <= LAST_START_DAY:
        possible = f"1 to {LAST_START_DAY} is possible, a day that every month has (LIM-09)"
        yield f"start_day of usage_reporting is {day}, {possible}"
    for row in settings.services:
        if row.is_range and row.policy is not None:
            why = "what starts again each month is never prorated, usage_reporting says when it counts (R17)"
            yield f"policy of the row {row.key} is {row.policy}: {why}"
        if row.is_range and row.meter is not None and (row.meter.plus or row.meter.minus):
            yield f"the meter of the row {row.key} counts other items: a range item counts alone (ACR-USE-06)"
        if row.sum_of_months and not row.is_range:
            yield f"sum_of_months of the row {row.key} needs is_range"


def _leaving_problems(settings: PairingSettings) -> Iterable[str]:
    leaving = settings.leaving
    if leaving.disable_after < 1:
        yield f"disable_after is {leaving.disable_after}, at least 1 is possible"
    if leaving.delete_after < 1:
        yield f"delete_after is {leaving.delete_after}, at least 1 is possible"
    if leaving.disables and leaving.deletes and leaving.delete_after <= leaving.disable_after:
        least = leaving.disable_after + 1
        yield f"delete_after is {leaving.delete_after}, at least {least} is possible: disable_after + 1 (R37)"
    for exemption in settings.exempt_customers:
        if not exemption.reason.strip():
            yield f"the exemption of company {exemption.company} says no reason"


def _clouds_wrong(settings: PairingSettings) -> Iterable[str]:
    for row in settings.services:
        if row.cloud is not None and row.cloud not in settings.clouds.values():
            known = ", ".join(sorted(set(settings.clouds.values())))
            yield f"the row {row.key} names the cloud {row.cloud}, none of {known}"
        if row.cloud is not None and (row.measure is not Measure.PUBLIC_CLOUD or row.storage is not None):
            yield f"the row {row.key} names a cloud: that goes with the measure public cloud and no storage"
        if row.measure is Measure.PUBLIC_CLOUD and row.free:
            yield f"the row {row.key} is free, but nothing is given in a public cloud (ACR-STO-16)"


def _nothing_wrong(settings: PairingSettings) -> Iterable[str]:
    """A storage without any option is off, so its row says nothing else (ACR-STO-01)."""
    for row in settings.services:
        if row.measure is not Measure.NOTHING:
            continue
        if row.storage is None or row.service is not None or row.free or row.meter is not None:
            yield f"the row {row.key} switches a storage off: it names the storage, and nothing but it"
        same = [one for one in settings.services if (one.item, one.storage) == (row.item, row.storage)]
        if len(same) > 1:
            yield f"the row {row.key} switches a storage off that other rows report"
        if row.storage is not None and row.storage == settings.new_customers.default_storage:
            yield f"the row {row.key} switches off the default storage of new customers"


def _two_way_wrong(two_way: TwoWay) -> Iterable[str]:
    """Autotask makes no service without an allocation code and a period type (LIM-11)."""
    wanted = {"billing_code": two_way.billing_code, "period_type": two_way.period_type}
    lacking = [key for key, value in wanted.items() if value is None]
    if two_way.is_on and lacking:
        yield f"two_way is on without {' and '.join(lacking)}, which the services it creates need (LIM-11)"


def _with_two_way_presets(plain: Mapping[str, Any]) -> dict[str, Any]:
    """A service to create takes code and period type of two_way, where that is on (ACR-TWO-03)."""
    two_way, rows = plain.get("two_way"), plain.get("services")
    if not isinstance(two_way, dict) or two_way.get("is_on") is not True or not isinstance(rows, list):
        return dict(plain)
    presets = {key: two_way[key] for key in ("billing_code", "period_type") if two_way.get(key) is not None}
    filled = [
        {**row, "service": {**presets, **row["service"]}}
        if isinstance(row, dict) and isinstance(row.get("service"), dict)
        else row
        for row in rows
    ]
    return {**plain, "services": filled}


def _told_twice(settings: PairingSettings) -> Iterable[str]:
    """One tenant has one company (R31), one row one service (R3)."""
    told = Counter(f"tenant {customer.tenant}" for customer in settings.customers)
    told.update(f"row {row.key}" for row in settings.services)
    told.update(f"exemption of company {exemption.company}" for exemption in settings.exempt_customers)
    return (f"the {name} is there more than once" for name, times in told.items() if times > 1)

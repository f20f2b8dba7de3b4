"""The vendor's two ways to write a time, and the calendar of trials and months."""

from datetime import UTC, datetime, timedelta


def plain(moment: datetime) -> str:
    """Account management: seconds, no zone, meant as UTC (acronis-api.md 1)."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def plain_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else plain(moment)


def zulu(nanoseconds: int) -> str:
    """Alerts: nine digits of fraction and a final Z (acronis-api.md 8.1)."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"


def nanoseconds(moment: datetime) -> int:
    whole = int(moment.timestamp())
    return whole * 1_000_000_000 + moment.microsecond * 1000


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000 + moment.microsecond // 1000


def read(text: str) -> datetime:
    """RFC 3339 with optional fraction and zone; raises ValueError."""
    moment = datetime.fromisoformat(text.replace(" ", "+"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def month_start(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(moment: datetime) -> datetime:
    return month_start(month_start(moment) + timedelta(days=32))


def trial_end(created_at: datetime) -> datetime:
    """The moment a trial turns into production by itself (acronis-api.md 3.3).

    Its last day is the last of the month after creation, or of the same month when created on the 1st.
    """
    first_month_after = next_month(created_at)
    return first_month_after if created_at.day == 1 else next_month(first_month_after)

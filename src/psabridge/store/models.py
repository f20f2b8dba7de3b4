"""Tables. Room for several MSPs and several platforms per PSA from the first migration (design section 5)."""

from django.db import models
from django.db.models import Q

from psabridge.store.leased import Leased
from psabridge.store.ticket_models import AlertRecord, ErrandRecord, StoryRecord, TicketWatch

# Django finds tables in this room only.
__all__ = ["AlertRecord", "ErrandRecord", "StoryRecord", "TicketWatch"]


class Partner(models.Model):
    """An MSP. A default installation has one and never shows the word."""

    name = models.CharField(max_length=200, unique=True)


class ConnectionKind(models.TextChoices):
    AUTOTASK = "autotask"
    ACRONIS = "acronis"


class Connection(Leased):
    """One set of credentials for one vendor. The write lease hangs on the Autotask connection (R27)."""

    partner = models.ForeignKey(Partner, models.PROTECT)
    kind = models.CharField(max_length=20, choices=ConnectionKind)
    name = models.CharField(max_length=100, unique=True)
    address = models.URLField()
    identity = models.CharField(max_length=200)  # user name or client id, shown in clear
    sealed_secret = models.BinaryField()
    sealed_tracking_identifier = models.BinaryField(default=b"")
    zone_url = models.CharField(max_length=200, default="", blank=True)
    zone_name = models.CharField(max_length=100, default="", blank=True)
    database_id = models.CharField(max_length=40, default="", blank=True)
    billing_zone = models.CharField(max_length=64, default="UTC")
    clock_url = models.CharField(max_length=200, default="", blank=True)  # emulators on loopback only
    canary_passed_at = models.DateTimeField(null=True)


class Pairing(models.Model):
    """One platform connection with one Autotask connection: the unit of work and of modes."""

    name = models.CharField(max_length=100, unique=True)
    platform = models.ForeignKey(Connection, models.PROTECT, related_name="+")
    psa = models.ForeignKey(Connection, models.PROTECT, related_name="+")
    settings = models.JSONField(default=dict)  # PairingSettings without its mappings, by codec
    version = models.PositiveBigIntegerField(default=1)
    arrivals_asked_at = models.DateTimeField(null=True)  # when the list of ACR-PRV-04 was made


class CustomerRow(models.Model):
    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="customer_rows")
    tenant = models.CharField(max_length=64)
    company = models.BigIntegerField()
    receives_quotas = models.BooleanField(default=True)
    partner = models.CharField(max_length=64, default="", blank=True)  # empty: not read yet (ACR-ORG-08)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "tenant"], name="one_company_per_tenant"),  # R31
        ]


class ServiceRow(models.Model):
    pairing = models.ForeignKey(Pairing, models.CASCADE, related_name="service_rows")
    key = models.CharField(max_length=300)  # item, storage and measure
    row = models.JSONField()  # ServiceMapping, by codec

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "key"], name="one_service_per_row"),  # R3
        ]


class SnapshotRecord(models.Model):
    """Both sides as one read found them, kept so that a number can be explained later."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    read_at = models.DateTimeField()
    day = models.DateField(db_index=True)
    psa = models.BinaryField()
    platform = models.BinaryField()
    settings = models.BinaryField()


class PlanRecord(models.Model):
    pairing = models.ForeignKey(Pairing, models.CASCADE)
    snapshot = models.ForeignKey(SnapshotRecord, models.SET_NULL, null=True)
    made_at = models.DateTimeField()
    body = models.BinaryField()
    steps = models.PositiveIntegerField()


class StepRecord(models.Model):
    """What became of a step."""

    plan = models.ForeignKey(PlanRecord, models.CASCADE)
    step = models.CharField(max_length=80)
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=500)
    outcome = models.CharField(max_length=30)
    text = models.TextField(blank=True, default="")
    at = models.DateTimeField()


class IntentRecord(models.Model):
    """An intent of the protocol. One open intent per line, held by the database too (I2)."""

    connection = models.ForeignKey(Connection, models.PROTECT)
    pairing = models.ForeignKey(Pairing, models.PROTECT)
    plan = models.ForeignKey(PlanRecord, models.DO_NOTHING, db_constraint=False)  # outlives its plan
    line = models.CharField(max_length=40)
    day = models.DateField()
    change = models.IntegerField()
    state = models.CharField(max_length=20)
    is_open = models.BooleanField()
    armed_at = models.DateTimeField()
    body = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "line"], condition=Q(is_open=True), name="one_open_intent_per_line"
            ),
        ]
        indexes = [models.Index(fields=["pairing", "is_open"]), models.Index(fields=["connection", "line"])]


class LineClaim(models.Model):
    """A contract line belongs to one pairing (R27)."""

    connection = models.ForeignKey(Connection, models.CASCADE)
    line = models.CharField(max_length=40)
    pairing = models.ForeignKey(Pairing, models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "line"], name="one_pairing_per_line"),
        ]


class LineFigure(models.Model):
    """Units a line should have had on a day, collected for `period_close` and `next_period`."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    line = models.CharField(max_length=40)
    day = models.DateField()
    units = models.IntegerField(null=True)  # null: what was read does not tell them by this meter
    meter = models.CharField(max_length=16, default="")  # mark of the rows it was counted by

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "line", "day"], name="one_figure_per_line_and_day"),
        ]


class RangeReadingRecord(models.Model):
    """The first reading of an accumulating counter on a UTC day, per range (ACR-USE-07, R17)."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    tenant = models.CharField(max_length=64)
    usage_name = models.CharField(max_length=100)
    edition = models.CharField(max_length=100, default="", blank=True)
    storage = models.CharField(max_length=64, default="", blank=True)
    day = models.DateField()
    range_start = models.DateTimeField()
    read_at = models.DateTimeField()
    total = models.BigIntegerField()
    since_start = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pairing", "tenant", "usage_name", "edition", "storage", "day", "range_start"],
                name="one_reading_per_counter_day_and_range",
            ),
        ]


class UsageReportRecord(models.Model):
    """A usage report of the platform for one month: ordered, then taken in (R17)."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    starts = models.DateField()
    ends = models.DateField()
    report = models.CharField(max_length=64, default="", blank=True)
    asked_at = models.DateTimeField()
    why = models.TextField(default="", blank=True)
    uses = models.BinaryField(null=True)  # None: its file is not here

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "starts", "ends"], name="one_report_per_month"),
        ]


class ContractSeen(models.Model):
    """A contract once read. Seen once and now absent is unreadable, not ended (R20)."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    contract = models.BigIntegerField()
    company = models.BigIntegerField()
    kind = models.CharField(max_length=20, default="", blank=True)  # billing kind last settled (R24)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "contract"], name="a_contract_is_seen_once"),
        ]


class LastRun(models.Model):
    """What became of a pairing's last run, and since when a side has been away (TIM-08)."""

    pairing = models.OneToOneField(Pairing, models.CASCADE)
    body = models.JSONField()  # Run, by codec


class LastTicketRun(models.Model):
    """What became of a pairing's last ticket cycle, beside its last run (decision 0017)."""

    pairing = models.OneToOneField(Pairing, models.CASCADE)
    body = models.JSONField()  # Run, by codec


class LeavingRecord(models.Model):
    """Days counted for a tenant whose customer leaves, and what the bridge did to it (ACR-DEP-03 to -08)."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    tenant = models.CharField(max_length=64)
    body = models.JSONField()  # Kept, by codec

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "tenant"], name="one_count_per_leaving_tenant"),
        ]


class ArrivalRow(models.Model):
    """A company on its way to a tenant: on the list of ACR-PRV-04, or begun. Mapped ones have no row."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    company = models.BigIntegerField()
    is_listed = models.BooleanField(default=False)
    begun_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "company"], name="a_company_arrives_once"),
        ]


class AgreedRecord(models.Model):
    """What Acronis and Autotask last agreed on for a mapping row at a tenant (ACR-TWO-06)."""

    pairing = models.ForeignKey(Pairing, models.CASCADE)
    tenant = models.CharField(max_length=64)
    row = models.CharField(max_length=300)
    meter = models.CharField(max_length=100)
    source = models.BigIntegerField(null=True)  # null: on, without a number
    contract = models.BigIntegerField(null=True)
    sent = models.BigIntegerField(null=True)  # units that went to the contract since

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "tenant", "row"], name="agreed_once_per_row"),
        ]


class HookDoor(models.Model):
    """Where one Autotask connection calls in: a path nobody can guess, and the key its callouts carry."""

    connection = models.OneToOneField(Connection, models.CASCADE)
    address = models.CharField(max_length=400)
    path = models.CharField(max_length=100, unique=True)
    sealed_key = models.BinaryField()


class HintRecord(models.Model):
    """What was heard: kept long enough that nobody can say it twice."""

    connection = models.ForeignKey(Connection, models.CASCADE)
    key = models.CharField(max_length=100)
    of = models.CharField(max_length=20)
    record = models.BigIntegerField()
    heard_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="an_event_is_heard_once"),
        ]
        indexes = [models.Index(fields=["connection", "of"])]


class Installation(models.Model):
    """Which installation this database is, and how far its journal went (protocol 2.6)."""

    installation = models.CharField(max_length=12)
    epoch = models.PositiveIntegerField(default=1)
    counter = models.PositiveBigIntegerField(default=0)
    # How often what is kept of customers that leave was written.
    looks = models.PositiveBigIntegerField(default=0)


class AuditEntry(models.Model):
    """Who did what, and when."""

    at = models.DateTimeField()
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=100)
    subject = models.CharField(max_length=500)
    detail = models.TextField(blank=True, default="")

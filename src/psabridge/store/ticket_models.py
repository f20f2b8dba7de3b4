"""Tables of alerts and their tickets."""

from django.db import models

from psabridge.store.leased import Leased


class TicketWatch(Leased):
    """How far a pairing's alerts and tickets were read. The lease of its ticket cycle hangs on it."""

    pairing = models.OneToOneField("store.Pairing", models.CASCADE)
    looks = models.TextField(default="{}")  # Looks, by codec

    @property
    def name(self) -> str:
        return f"tickets of {self.pairing.name}"


class AlertRecord(models.Model):
    """A backup alert as it was taken in, and where it stands. `is_over`: nothing is to be told of it."""

    pairing = models.ForeignKey("store.Pairing", models.CASCADE)
    alert = models.CharField(max_length=200)
    condition = models.CharField(max_length=32)
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True)
    body = models.TextField()  # BackupAlert, by codec
    told = models.CharField(max_length=16, default="", blank=True)  # empty: nothing was told of it
    story = models.CharField(max_length=50, default="", blank=True)
    reason = models.CharField(max_length=50, default="", blank=True)  # empty: none
    misses = models.PositiveIntegerField(default=0)
    is_over = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "alert"], name="an_alert_is_kept_once"),
        ]
        indexes = [
            models.Index(fields=["pairing", "is_over"]),
            models.Index(fields=["pairing", "story"]),
            models.Index(fields=["pairing", "raised_at"]),
        ]


class StoryRecord(models.Model):
    """A ticket story, with its ticket as Autotask showed it last."""

    pairing = models.ForeignKey("store.Pairing", models.CASCADE)
    external_id = models.CharField(max_length=50)
    key = models.CharField(max_length=32)
    number = models.PositiveBigIntegerField()
    telling = models.CharField(max_length=20)
    company = models.BigIntegerField()
    type = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ticket = models.BigIntegerField(null=True)
    body = models.TextField()  # Story, by codec
    shown = models.TextField(default="", blank=True)  # Ticket, by codec; empty: never shown
    gone = models.BigIntegerField(null=True)  # the ticket that went away

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "external_id"], name="a_story_is_kept_once"),
        ]
        indexes = [
            models.Index(fields=["pairing", "key"]),
            models.Index(fields=["pairing", "ended_at"]),
            models.Index(fields=["pairing", "ticket"]),
        ]


class ErrandRecord(models.Model):
    """A step of a story on its way. One open errand for each story, held by the database too."""

    pairing = models.ForeignKey("store.Pairing", models.CASCADE)
    external_id = models.CharField(max_length=50)  # of its story; a dismissal has a key of its own
    body = models.TextField()  # Errand, by codec

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pairing", "external_id"], name="one_errand_per_story"),
        ]

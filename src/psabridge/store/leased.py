"""What a table has whose rows are worked for by one process at a time."""

from django.db import models


class Leased(models.Model):
    """A row that one process at a time works for, by the database's own clock."""

    lease_fence = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_holder = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        abstract = True

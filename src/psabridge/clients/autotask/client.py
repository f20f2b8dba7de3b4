"""Autotask, as the bridge speaks to it: typed rows out, single writes in, nothing decided here."""

from collections.abc import Sequence
from copy import copy
from datetime import date, datetime, timedelta
from typing import TypeVar

from psabridge.clients.autotask import requests
from psabridge.clients.autotask.answers import (
    entity_fields,
    entity_information,
    item_of,
    query_count,
    udf_fields,
    version_names,
)
from psabridge.clients.autotask.auth import Credentials
from psabridge.clients.autotask.errors import WriteKind
from psabridge.clients.autotask.exchange import Exchange, VendorClock
from psabridge.clients.autotask.governor import Errand, Governor
from psabridge.clients.autotask.metadata import (
    EntityInformation,
    FieldInformation,
    Picklists,
    Threshold,
    UserDefinedFieldInformation,
)
from psabridge.clients.autotask.paging import Page, all_pages, batches, in_one_page, page_of, refuse_strangers
from psabridge.clients.autotask.query import (
    MOST_VALUES,
    Filter,
    Value,
    counting,
    day_from,
    day_to,
    document,
    within,
)
from psabridge.clients.autotask.records import ContractServiceBundleUnit, ContractServiceUnit, Record
from psabridge.clients.autotask.spoilt import Sifted
from psabridge.clients.autotask.writes import New, Patch, Removal
from psabridge.clients.autotask.zone import ZoneInformation, discover_zone
from psabridge.clients.reading import Patience
from psabridge.clients.transport import Transport
from psabridge.kit.clock import Clock

R = TypeVar("R", bound=Record)
U = TypeVar("U", ContractServiceUnit, ContractServiceBundleUnit)

# With a date window of at most six rows a line, sixty lines stay below 400 rows (protocol W10, 2.5).
LINES_PER_PAGE = 60


class AutotaskClient:
    def __init__(
        self,
        *,
        zone_url: str,
        credentials: Credentials,
        transport: Transport,
        governor: Governor,
        clock: Clock,
        deadline: timedelta,
        patience: Patience | None = None,
        picklist_lifetime: timedelta = timedelta(hours=1),
    ) -> None:
        self._exchange = Exchange(
            door=requests.Door.at(zone_url, credentials),
            transport=transport,
            governor=governor,
            clock=clock,
            deadline=deadline,
            patience=patience or Patience(),
            vendor_clock=VendorClock(),
            errand=Errand(),
        )
        self._picklists: dict[str, Picklists] = {}
        self._picklist_lifetime = picklist_lifetime

    def for_subject(self, subject: str, *, urgent: bool = False) -> "AutotaskClient":
        """The same client, whose calls are counted for a customer; urgent ones pass the first stop."""
        view = copy(self)
        view._exchange = self._exchange.on(Errand(subject, urgent))
        return view

    @property
    def user(self) -> str:
        """The name of the API user that asks."""
        return self._exchange.door.credentials.user

    # -- reading ------------------------------------------------------------------------------------

    def query(self, model: type[R], *filters: Filter) -> list[R]:
        """All rows that pass every filter, by ascending id."""
        pages = all_pages(lambda after: self._page(model, filters, after, strict=True))
        return [row for page in pages for row in page.rows]

    def query_in(
        self, model: type[R], field: str, values: Sequence[Value], *filters: Filter, batch: int = MOST_VALUES
    ) -> list[R]:
        """As `query`, for rows whose field holds one of the values; many values take several queries."""
        rows: list[R] = []
        for some in batches(values, min(batch, MOST_VALUES)):
            rows += self.query(model, within(field, some), *filters)
        return rows

    def sift(self, model: type[R], *filters: Filter) -> Sifted[R]:
        """As `query`, with rows that do not fit kept apart. Envelopes and paging stay strict."""
        return Sifted.joined(all_pages(lambda after: self._page(model, filters, after, strict=False)))

    def sift_in(
        self, model: type[R], field: str, values: Sequence[Value], *filters: Filter, batch: int = MOST_VALUES
    ) -> Sifted[R]:
        """As `query_in`, with rows that do not fit kept apart."""
        some = batches(values, min(batch, MOST_VALUES))
        return Sifted.joined(self.sift(model, within(field, one), *filters) for one in some)

    def count(self, model: type[Record], *filters: Filter) -> int:
        request = requests.count(self._exchange.door, model.entity, counting(filters))
        return query_count(self._exchange.read(request, model.entity), model.entity)

    def get(self, model: type[R], record_id: int) -> R | None:
        """None when there is no such row, or the API user may not see it."""
        request = requests.one(self._exchange.door, model.entity, record_id)
        content = self._exchange.read_if_there(request, model.entity)
        return None if content is None else item_of(model, content, record_id)

    def read_units(
        self,
        line_ids: Sequence[int],
        *,
        since: date | None = None,
        until: date | None = None,
        batch: int = LINES_PER_PAGE,
    ) -> Sifted[ContractServiceUnit]:
        """The unit rows of contract services that overlap the window, each batch read in one page (W10).

        A line with a spoilt row was not read whole: its sound rows alone say nothing.
        """
        return self._units(ContractServiceUnit, "contractServiceID", line_ids, _window(since, until), batch)

    def read_bundle_units(
        self,
        bundle_line_ids: Sequence[int],
        *,
        since: date | None = None,
        until: date | None = None,
        batch: int = LINES_PER_PAGE,
    ) -> Sifted[ContractServiceBundleUnit]:
        field = "contractServiceBundleID"
        return self._units(ContractServiceBundleUnit, field, bundle_line_ids, _window(since, until), batch)

    def _units(
        self, model: type[U], field: str, line_ids: Sequence[int], window: list[Filter], batch: int
    ) -> Sifted[U]:
        def ask(ids: Sequence[int]) -> Page[U]:
            return self._page(model, (within(field, ids), *window), None, strict=False)

        some = batches(line_ids, batch)
        found: Sifted[U] = Sifted.joined(in_one_page(ids, ask, f"Autotask {model.entity}") for ids in some)
        lines = {row.line_id for row in found.rows} | {one.line_id for one in found.spoilt}
        refuse_strangers(model, lines, line_ids)
        return found

    def _page(self, model: type[R], filters: Sequence[Filter], after: int | None, *, strict: bool) -> Page[R]:
        request = requests.query(self._exchange.door, model.entity, document(filters, after=after))
        return page_of(model, self._exchange.read(request, model.entity), after=after, strict=strict)

    # -- what the tenant says about itself ----------------------------------------------------------

    def zone_information(self) -> ZoneInformation:
        door, exchange = self._exchange.door, self._exchange
        user = door.credentials.user
        return discover_zone(
            user, transport=exchange.transport, deadline=exchange.deadline, host_url=door.root
        )

    def versions(self) -> tuple[str, ...]:
        request = requests.versions(self._exchange.door.root)
        return version_names(self._exchange.read(request, "versioninformation"))

    def threshold(self) -> Threshold:
        return self._exchange.read_threshold()

    def vendor_clock_offset(self) -> timedelta | None:
        """The vendor's clock minus ours, to the second, from the last answer (W11)."""
        return self._exchange.vendor_clock.offset

    def picklists(self, entity: str) -> Picklists:
        """Read once and kept for their lifetime: labels and values belong to the tenant (A12)."""
        now = self._exchange.clock.now()
        kept = self._picklists.get(entity)
        if kept is None or now - kept.read_at >= self._picklist_lifetime:
            kept = self._read_picklists(entity, now)
            self._picklists[entity] = kept
        return kept

    def forget_picklists(self) -> None:
        self._picklists.clear()

    def _read_picklists(self, entity: str, now: datetime) -> Picklists:
        fields = self.fields(entity)
        lists = {one.name: one.picklist_values for one in fields if one.is_pick_list}
        required = frozenset(one.name for one in fields if one.is_required and not one.is_read_only)
        return Picklists(entity, now, lists, required)

    def fields(self, entity: str) -> tuple[FieldInformation, ...]:
        """Every field of an entity, read anew: what is required, how long, from which list."""
        content = self._exchange.read(requests.fields(self._exchange.door, entity), entity)
        return tuple(entity_fields(content, entity))

    def information(self, entity: str) -> EntityInformation:
        """What this user may do with an entity."""
        content = self._exchange.read(requests.information(self._exchange.door, entity), entity)
        return entity_information(content, entity)

    def user_defined_fields(self, entity: str) -> tuple[UserDefinedFieldInformation, ...]:
        """None at all for an entity without them, which answers 404 (A20). Never cached (R22)."""
        request = requests.user_defined_fields(self._exchange.door, entity)
        content = self._exchange.read_if_there(request, entity)
        return () if content is None else udf_fields(content, entity)

    # -- writing: sent once, never retried ----------------------------------------------------------

    def create(self, new: New) -> int:
        """The id of the new row."""
        request = requests.create(self._exchange.door, new.route(), new.body())
        return self._exchange.write(request, new.entity, WriteKind.RECORD, new.secrets())

    def patch(self, change: Patch) -> int:
        request = requests.patch(self._exchange.door, change.route(), change.body())
        return self._exchange.write(request, change.entity, WriteKind.RECORD)

    def remove(self, removal: Removal) -> int:
        """Refused as MISSING when it is gone already."""
        request = requests.remove(self._exchange.door, removal.route(), removal.id)
        return self._exchange.write(request, removal.entity, WriteKind.RECORD)

    def adjust_units(
        self, *, line_id: int, effective_date: date, unit_change: int, contract_id: int | None = None
    ) -> int:
        """The id of the adjustment, which leads nowhere: it cannot be read (A13)."""
        request = requests.adjust_units(
            self._exchange.door,
            line_id=line_id,
            effective_date=effective_date,
            unit_change=unit_change,
            contract_id=contract_id,
        )
        return self._exchange.write(request, requests.ADJUSTMENTS, WriteKind.UNIT_CHANGE)

    def adjust_bundle_units(
        self, *, line_id: int, effective_date: date, unit_change: int, contract_id: int | None = None
    ) -> int:
        request = requests.adjust_bundle_units(
            self._exchange.door,
            line_id=line_id,
            effective_date=effective_date,
            unit_change=unit_change,
            contract_id=contract_id,
        )
        return self._exchange.write(request, requests.BUNDLE_ADJUSTMENTS, WriteKind.UNIT_CHANGE)


def _window(since: date | None, until: date | None) -> list[Filter]:
    """Rows that overlap the days: none that ended before them, none that starts after them."""
    window = [] if since is None else [day_from("endDate", since)]
    return window if until is None else [*window, day_to("startDate", until)]

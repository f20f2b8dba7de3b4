"""Tenants: read below us, created, changed, disabled, deleted, restored; mode, second factor, edition."""

from collections.abc import Sequence
from datetime import datetime

from psabridge.clients.acronis.answers import ItemList, TenantList
from psabridge.clients.acronis.errors import SUBJECT
from psabridge.clients.acronis.forms import NewTenant, TenantChange
from psabridge.clients.acronis.paging import batches, page_reader, read_page, walk
from psabridge.clients.acronis.records import (
    EditionWarnings,
    MfaStatus,
    OfferingItem,
    Pricing,
    SearchAnswer,
    SearchHit,
    Tenant,
    TenantIds,
)
from psabridge.clients.acronis.requests import tenants as ask
from psabridge.clients.acronis.session import Session
from psabridge.clients.acronis.wire import Page, Spoilt
from psabridge.kit.errors import Unreadable


class TenantCalls:
    def __init__(self, session: Session) -> None:
        self._session = session

    def tenants_below(
        self,
        root: str,
        *,
        updated_since: datetime | None = None,
        with_contacts: bool = False,
        with_deleted: bool = False,
    ) -> TenantList:
        """The whole subtree with its root, parents before children; or what changed in it."""
        first = ask.tenants_below(
            root, updated_since=updated_since, with_contacts=with_contacts, with_deleted=with_deleted
        )
        page = walk(self._session, first, ask.tenants_after, Tenant, tenant_key="id")
        if updated_since is None:
            _refuse_without_root(root, page)
        return TenantList.of(page)

    def tenants(
        self, ids: Sequence[str], *, with_contacts: bool = False, with_deleted: bool = False
    ) -> TenantList:
        """Ids that are deleted or out of sight are left out of the answer: see `TenantList.absent_of`.

        `with_deleted`: deleted ones are in it, as long as Acronis knows them.
        """
        found: list[Tenant] = []
        spoilt: list[Spoilt] = []
        as_of: datetime | None = None
        for batch in batches(ids):
            call = ask.tenants(batch, with_contacts=with_contacts, with_deleted=with_deleted)
            page = read_page(self._session, call, Tenant, tenant_key="id")
            found += page.items
            spoilt += page.spoilt
            as_of = as_of or page.as_of
        return TenantList.of(Page(tuple(found), None, as_of, tuple(spoilt)))

    def tenant(self, tenant_id: str, *, with_deleted: bool = False) -> Tenant:
        return self._session.read_record(ask.tenant(tenant_id, with_deleted=with_deleted), Tenant)

    def children(self, tenant_id: str) -> tuple[str, ...]:
        return self._session.read_record(ask.children(tenant_id), TenantIds).items

    def search(self, root: str, text: str, *, limit: int = 10) -> tuple[SearchHit, ...]:
        return self._session.read_record(ask.search(root, text, limit=limit), SearchAnswer).items

    def create_tenant(self, form: NewTenant) -> Tenant:
        """Not repeatable by itself: after an unknown outcome look for the `internal_tag` (design 7)."""
        return self._session.write_record(ask.create_tenant(form), Tenant)

    def update_tenant(self, tenant_id: str, change: TenantChange) -> Tenant:
        return self._session.write_record(ask.update_tenant(tenant_id, change), Tenant)

    def delete_tenant(self, tenant_id: str, version: int) -> None:
        """The tenant must be disabled, and the version the one of that change (Ac14)."""
        self._session.write(ask.delete_tenant(tenant_id, version))

    def restore_tenant(self, tenant_id: str, *, force: bool = False) -> None:
        self._session.write(ask.restore_tenant(tenant_id, force=force))

    def pricing(self, tenant_id: str) -> Pricing:
        return self._session.read_record(ask.pricing(tenant_id), Pricing)

    def set_pricing(self, tenant_id: str, *, version: int, mode: str) -> Pricing:
        """Trial to production happens once and never back (Ac13)."""
        return self._session.write_record(ask.set_pricing(tenant_id, version=version, mode=mode), Pricing)

    def mfa(self, tenant_id: str) -> MfaStatus:
        return self._session.read_record(ask.mfa(tenant_id), MfaStatus)

    def set_mfa(self, tenant_id: str, *, enabled: bool) -> MfaStatus:
        """Only where `update_allowed` says so (Ac39)."""
        return self._session.write_record(ask.set_mfa(tenant_id, enabled=enabled), MfaStatus)

    def edition_warnings(
        self, tenant_id: str, *, application_id: str, target_edition: str
    ) -> EditionWarnings:
        call = ask.edition_warnings(tenant_id, application_id=application_id, target_edition=target_edition)
        return self._session.read_record(call, EditionWarnings)

    def switch_edition(self, tenant_id: str, *, application_id: str, target_edition: str) -> ItemList:
        """The items as they are afterwards. Blockers are named in the refusal's text."""
        call = ask.switch_edition(tenant_id, application_id=application_id, target_edition=target_edition)
        return ItemList.of(self._session.write_understood(call, page_reader(call, OfferingItem)))


def _refuse_without_root(root: str, page: Page[Tenant]) -> None:
    """The subtree includes its root (Ac24), so an answer without it is not the subtree."""
    seen = {tenant.id for tenant in page.items} | {spoilt.tenant_id for spoilt in page.spoilt}
    if root not in seen:
        raise Unreadable(f"{SUBJECT}, list tenants", "the list lacks its own root", "Ask again later")

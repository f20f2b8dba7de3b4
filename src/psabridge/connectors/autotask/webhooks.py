"""Our webhooks in Autotask: looked for first, then made step by step, so that no step is made twice.

A webhook is the bridge's own by its address, which holds words that nobody can guess. Autotask takes one
webhook of an address (A45), so even a request that arrives late makes no second one.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from psabridge.clients.autotask.client import AutotaskClient
from psabridge.clients.autotask.query import any_of, eq
from psabridge.clients.autotask.ticket_records import Resource
from psabridge.clients.autotask.webhooks import COMPANIES, TICKETS, NewWebhook, Webhook
from psabridge.kit.errors import BridgeError, RefusalKind, Refused
from psabridge.rules.hints import HintOf

NAME = "PSA Bridge hints"


class NoFieldToFollow(BridgeError):
    """Autotask lists none of the fields whose changes are wanted."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A webhook as Autotask shows it. None: it does not say."""

    of: HintOf
    id: int
    address: str
    is_active: bool
    is_ready: bool | None
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where callouts should go: `address` and below it `path`, which nobody can guess."""

    address: str
    path: str
    key: str

    def __repr__(self) -> str:
        return f"Wanted({self.address})"

    @property
    def url(self) -> str:
        return f"{self.address.rstrip('/')}/{self.path}"


FAMILIES = {HintOf.TICKET: TICKETS, HintOf.COMPANY: COMPANIES}
# Fields by their labels, in small letters without anything between.
FOLLOWED = {
    HintOf.TICKET: frozenset({"status", "companyid", "company", "account", "accountid"}),
    HintOf.COMPANY: frozenset(
        {"companyname", "accountname", "name", "companytype", "accounttype", "type", "isactive", "active"}
    ),
}


class Webhooks:
    def __init__(self, client: AutotaskClient) -> None:
        self._client = client

    def there(self, path: str | None) -> tuple[Hook, ...]:
        """Ours by this path, and those of our name that lead elsewhere. Deletes and makes nothing."""
        return tuple(hook for of in HintOf for hook in self._of(of, path))

    def switch_on(self, wanted: Wanted, step: Callable[[str], None]) -> None:
        """Everything that is missing. After any interruption the same call does the rest."""
        for of in HintOf:
            ours = [hook for hook in self._of(of, wanted.path) if hook.is_ours]
            for old in (hook for hook in ours if hook.address != wanted.url):
                step(f"taking away the webhook {old.id} of the former address")
                self._remove(old)
            there = next((hook for hook in ours if hook.address == wanted.url), None)
            self._complete(of, wanted, there, step)

    def switch_off(self, path: str, step: Callable[[str], None]) -> None:
        for hook in self.there(path):
            if hook.is_ours:
                step(f"taking away the webhook {hook.id} of {hook.of} changes")
                self._remove(hook)

    def _of(self, of: HintOf, path: str | None) -> list[Hook]:
        found = self._client.query(FAMILIES[of].hook)
        hooks = [_hook(of, one, path) for one in found]
        names = {one.id: one.name for one in found}
        return [hook for hook in hooks if hook.is_ours or names[hook.id] == NAME]

    def _complete(self, of: HintOf, wanted: Wanted, there: Hook | None, step: Callable[[str], None]) -> None:
        if there is None:
            step(f"making the webhook of {of} changes")
            hook = self._client.create(_new(of, wanted))
        else:
            hook = there.id
        self._follow_fields(of, hook, step)
        self._leave_out_ourselves(of, hook, step)
        if there is not None and not there.is_active:
            step(f"switching the webhook {hook} of {of} changes on again")
            self._client.patch(FAMILIES[of].patch(id=hook, is_active=True))

    def _follow_fields(self, of: HintOf, hook: int, step: Callable[[str], None]) -> None:
        """One at a time: several at once pass the limit of threads (autotask-rest.md 8)."""
        family = FAMILIES[of]
        wanted = self._fields(of)
        known = {row.field_id for row in self._client.query(family.field, eq("webhookID", hook))}
        for field in wanted:
            if field not in known:
                step(f"following field {field} of {of} changes")
                self._client.create(family.new_field(webhook_id=hook, field_id=field))

    def _fields(self, of: HintOf) -> Sequence[int]:
        """By their labels: numbers of fields are told nowhere else (A45)."""
        values = self._client.picklists(FAMILIES[of].field.entity).values("fieldID")
        found = [int(one.value) for one in values if _plain(one.label) in FOLLOWED[of]]
        if not found:
            raise NoFieldToFollow(
                f"webhooks of {of} changes",
                "cannot be made: Autotask lists no field of this kind that can be followed",
                "Go on without: polling does the same, later",
            )
        return found

    def _leave_out_ourselves(self, of: HintOf, hook: int, step: Callable[[str], None]) -> None:
        """Else each write of ours would come back as news."""
        own = self._own_resource()
        if own is None:
            return
        family = FAMILIES[of]
        rows = self._client.query(family.excluded, eq("webhookID", hook))
        if own not in {row.resource_id for row in rows}:
            step(f"leaving out our own {of} changes")
            self._client.create(family.new_excluded(webhook_id=hook, resource_id=own))

    def _own_resource(self) -> int | None:
        """By what signs in (A47). Where resources are closed to us nobody is left out: a hint too many."""
        user = self._client.user
        try:
            found = self._client.query(Resource, any_of(eq("email", user), eq("userName", user)))
        except Refused as refused:
            if refused.kind is not RefusalKind.RIGHTS:
                raise
            return None
        return found[0].id if len(found) == 1 else None

    def _remove(self, hook: Hook) -> None:
        try:
            self._client.remove(FAMILIES[hook.of].remove(id=hook.id))
        except Refused as refused:
            if refused.kind is not RefusalKind.MISSING:
                raise


def _hook(of: HintOf, row: Webhook, path: str | None) -> Hook:
    is_ours = path is not None and row.webhook_url.endswith(f"/{path}")
    return Hook(of, row.id, row.webhook_url, row.is_active, row.is_ready, is_ours)


def _new(of: HintOf, wanted: Wanted) -> NewWebhook:
    return FAMILIES[of].new(
        name=NAME,
        webhook_url=wanted.url,
        deactivation_url=wanted.url,
        secret_key=SecretStr(wanted.key),
    )


def _plain(label: str) -> str:
    return re.sub(r"[^a-z]", "", label.casefold())

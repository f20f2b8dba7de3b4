"""Webhooks of tickets and of companies: what is there, made, switched on or off, and taken away.

Made in steps (docs/vendors/autotask.md A45): the webhook, then at least one field, until when it stays not
ready; then, so that our own writes do not come back as news, our own user among the excluded resources.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, TypeVar

from pydantic import PlainSerializer, SecretStr

from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.writes import New, Patch, Removal


class Webhook(Record):
    """Its key is not read: what is not known cannot leak."""

    name: str
    webhook_url: str
    deactivation_url: str | None = None
    is_active: bool
    is_ready: bool | None = None
    is_subscribed_to_create_events: bool | None = None
    is_subscribed_to_update_events: bool | None = None
    is_subscribed_to_delete_events: bool | None = None
    owner_resource_id: int | None = None
    webhook_guid: str | None = None


class WebhookField(Record):
    """Which field a `field_id` means tells the picklist `fieldID` of this entity (A45)."""

    webhook_id: int
    field_id: int
    is_subscribed_field: bool | None = None
    is_display_always_field: bool | None = None


class ExcludedResource(Record):
    webhook_id: int
    resource_id: int


Key = Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value)]


class NewWebhook(New):
    name: str
    webhook_url: str
    deactivation_url: str
    secret_key: Key
    is_active: bool = True
    send_threshold_exceeded_notification: bool = False
    is_subscribed_to_create_events: bool = True
    is_subscribed_to_update_events: bool = True
    is_subscribed_to_delete_events: bool = True
    notification_email_address: str | None = None

    def secrets(self) -> Mapping[str, str]:
        return {"webhook key": self.secret_key.get_secret_value()}


class PatchWebhook(Patch):
    """After 25 failed callouts in a row Autotask switches it off itself (A46)."""

    is_active: bool


class NewWebhookField(New):
    webhook_id: int
    field_id: int
    is_subscribed_field: bool = True
    is_display_always_field: bool = True


class NewExcludedResource(New):
    webhook_id: int
    resource_id: int


@dataclass(frozen=True, slots=True)
class WebhookFamily:
    """Webhooks of one entity as they are read and written: families differ in their names alone (A45)."""

    hook: type[Webhook]
    field: type[WebhookField]
    excluded: type[ExcludedResource]
    new: type[NewWebhook]
    patch: type[PatchWebhook]
    remove: type[Removal]
    new_field: type[NewWebhookField]
    new_excluded: type[NewExcludedResource]


Model = TypeVar("Model", bound=Record | New | Patch | Removal)


def _named(model: type[Model], **names: str) -> type[Model]:
    """The model for one entity: its name in the address, and where it is written to."""
    return type(model.__name__, (model,), {"__module__": __name__, **names})


def _family(of: str) -> WebhookFamily:
    hooks, fields, excluded = f"{of}Webhooks", f"{of}WebhookFields", f"{of}WebhookExcludedResources"
    one = f"{hooks}/{{webhook_id}}"
    return WebhookFamily(
        hook=_named(Webhook, entity=hooks),
        field=_named(WebhookField, entity=fields),
        excluded=_named(ExcludedResource, entity=excluded),
        new=_named(NewWebhook, entity=hooks, path=hooks),
        patch=_named(PatchWebhook, entity=hooks, path=hooks),
        remove=_named(Removal, entity=hooks, path=hooks),
        new_field=_named(NewWebhookField, entity=fields, path=f"{one}/Fields"),
        new_excluded=_named(NewExcludedResource, entity=excluded, path=f"{one}/ExcludedResources"),
    )


TICKETS, COMPANIES = _family("Ticket"), _family("Company")

"""Webhooks of tickets and of companies: what is there, made, switched on or off, and taken away.

Made in steps (docs/vendors/autotask.md A45): the webhook, then at least one field, until when it stays not
ready; then, so that our own writes do not come back as news, our own user among the excluded resources.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import PlainSerializer, SecretStr

from psabridge.clients.autotask.records import Record
from psabridge.clients.autotask.writes import New, Patch, Removal


class _Webhook(Record):
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


class TicketWebhook(_Webhook):
    entity: ClassVar[str] = "TicketWebhooks"


class CompanyWebhook(_Webhook):
    entity: ClassVar[str] = "CompanyWebhooks"


class _WebhookField(Record):
    """Which field a `field_id` means tells the picklist `fieldID` of this entity (A45)."""

    webhook_id: int
    field_id: int
    is_subscribed_field: bool | None = None
    is_display_always_field: bool | None = None


class TicketWebhookField(_WebhookField):
    entity: ClassVar[str] = "TicketWebhookFields"


class CompanyWebhookField(_WebhookField):
    entity: ClassVar[str] = "CompanyWebhookFields"


class _ExcludedResource(Record):
    webhook_id: int
    resource_id: int


class TicketWebhookExcludedResource(_ExcludedResource):
    entity: ClassVar[str] = "TicketWebhookExcludedResources"


class CompanyWebhookExcludedResource(_ExcludedResource):
    entity: ClassVar[str] = "CompanyWebhookExcludedResources"


Key = Annotated[SecretStr, PlainSerializer(SecretStr.get_secret_value)]


class _NewWebhook(New):
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


class NewTicketWebhook(_NewWebhook):
    entity: ClassVar[str] = "TicketWebhooks"
    path: ClassVar[str] = "TicketWebhooks"


class NewCompanyWebhook(_NewWebhook):
    entity: ClassVar[str] = "CompanyWebhooks"
    path: ClassVar[str] = "CompanyWebhooks"


class _PatchWebhook(Patch):
    """After 25 failed callouts in a row Autotask switches it off itself (A46)."""

    is_active: bool


class PatchTicketWebhook(_PatchWebhook):
    entity: ClassVar[str] = "TicketWebhooks"
    path: ClassVar[str] = "TicketWebhooks"


class PatchCompanyWebhook(_PatchWebhook):
    entity: ClassVar[str] = "CompanyWebhooks"
    path: ClassVar[str] = "CompanyWebhooks"


class _NewWebhookField(New):
    webhook_id: int
    field_id: int
    is_subscribed_field: bool = True
    is_display_always_field: bool = True


class NewTicketWebhookField(_NewWebhookField):
    entity: ClassVar[str] = "TicketWebhookFields"
    path: ClassVar[str] = "TicketWebhooks/{webhook_id}/Fields"


class NewCompanyWebhookField(_NewWebhookField):
    entity: ClassVar[str] = "CompanyWebhookFields"
    path: ClassVar[str] = "CompanyWebhooks/{webhook_id}/Fields"


class _NewExcludedResource(New):
    webhook_id: int
    resource_id: int


class NewTicketWebhookExcludedResource(_NewExcludedResource):
    entity: ClassVar[str] = "TicketWebhookExcludedResources"
    path: ClassVar[str] = "TicketWebhooks/{webhook_id}/ExcludedResources"


class NewCompanyWebhookExcludedResource(_NewExcludedResource):
    entity: ClassVar[str] = "CompanyWebhookExcludedResources"
    path: ClassVar[str] = "CompanyWebhooks/{webhook_id}/ExcludedResources"


class RemoveTicketWebhook(Removal):
    entity: ClassVar[str] = "TicketWebhooks"
    path: ClassVar[str] = "TicketWebhooks"


class RemoveCompanyWebhook(Removal):
    entity: ClassVar[str] = "CompanyWebhooks"
    path: ClassVar[str] = "CompanyWebhooks"

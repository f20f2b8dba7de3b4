"""Webhooks of companies and tickets, and the log of what could not be delivered (autotask-rest.md 8).

Field names and types follow the vendor's own description of CompanyWebhooks; TicketWebhooks are taken to
equal them (D13).
"""

from dataclasses import dataclass

from psabridge_emulators.autotask.entity import (
    GET_AND_POST,
    READ_AND_WRITE,
    WRITE,
    Child,
    Entity,
    columns,
)

GET_AND_DELETE = frozenset({"GET", "DELETE"})


@dataclass(frozen=True, slots=True)
class Family:
    """The webhooks of one entity, and how its name stands in a callout."""

    watched: str  # the entity
    told_as: str  # `EntityType` of a callout
    picklist: str  # field ids
    hooks: Entity
    fields: Entity
    udf_fields: Entity
    excluded: Entity

    @property
    def children(self) -> tuple[Entity, ...]:
        return (self.fields, self.udf_fields, self.excluded)


def _family(watched: str, prefix: str, told_as: str, first_id: int) -> Family:
    hooks = f"{prefix}Webhooks"
    picklist = f"{prefix.lower()}_webhook_field"
    return Family(
        watched=watched,
        told_as=told_as,
        picklist=picklist,
        hooks=_hooks(hooks, f"{told_as}Webhook", first_id),
        fields=Entity(
            name=f"{prefix}WebhookFields",
            singular=f"{told_as}WebhookField",
            first_id=first_id + 10_000,
            columns=columns(f"""
            id long ro
            fieldID integer * pick={picklist}
            isDisplayAlwaysField boolean
            isSubscribedField boolean
            webhookID integer co * ref={hooks}
            """),
            child=Child(hooks, "webhookID", "Fields", READ_AND_WRITE, GET_AND_DELETE),
            indexes=("webhookID",),
        ),
        udf_fields=Entity(
            name=f"{prefix}WebhookUdfFields",
            singular=f"{told_as}WebhookUdfField",
            first_id=first_id + 20_000,
            columns=columns(f"""
            id long ro
            isDisplayAlwaysField boolean
            isSubscribedField boolean
            udfFieldID integer * ref=UserDefinedFieldDefinitions
            webhookID integer co * ref={hooks}
            """),
            child=Child(hooks, "webhookID", "UdfFields", READ_AND_WRITE, GET_AND_DELETE),
            indexes=("webhookID",),
        ),
        excluded=Entity(
            name=f"{prefix}WebhookExcludedResources",
            singular=f"{told_as}WebhookExcludedResource",
            first_id=first_id + 30_000,
            columns=columns(f"""
            id long ro
            resourceID integer co * ref=Resources
            webhookID integer co * ref={hooks}
            """),
            child=Child(hooks, "webhookID", "ExcludedResources", GET_AND_POST, GET_AND_DELETE),
            indexes=("webhookID",),
        ),
    )


def _hooks(name: str, singular: str, first_id: int) -> Entity:
    return Entity(
        name=name,
        singular=singular,
        first_id=first_id,
        columns=columns("""
        id long ro
        deactivationUrl string(500) *
        isActive boolean *
        isReady boolean ro
        isSubscribedToCreateEvents boolean
        isSubscribedToDeleteEvents boolean
        isSubscribedToUpdateEvents boolean
        name string(50) *
        notificationEmailAddress string(150)
        ownerResourceID integer ro
        secretKey string(64) *
        sendThresholdExceededNotification boolean *
        webhookGUID string ro
        webhookUrl string(500) *
        """),
        root_verbs=WRITE,
        item_verbs=GET_AND_DELETE,
    )


COMPANIES = _family("Companies", "Company", "Account", 600_001)
TICKETS = _family("Tickets", "Ticket", "Ticket", 650_001)
FAMILIES = (COMPANIES, TICKETS)

ERROR_LOGS = Entity(
    name="WebhookEventErrorLogs",
    singular="WebhookEventErrorLog",
    first_id=690_001,
    columns=columns("""
    id long ro
    accountWebhookID integer ro
    contactWebhookID integer ro
    createDateTime datetime ro
    errorMessage string ro
    payload string ro
    sequenceNumber integer ro
    """),
    item_verbs=GET_AND_DELETE,
)

ENTITIES = (
    *(entity for family in FAMILIES for entity in (family.hooks, *family.children)),
    ERROR_LOGS,
)

"""All entities of the emulator, by name and by route."""

from psabridge_emulators.autotask import (
    tables_admin,
    tables_catalogue,
    tables_companies,
    tables_contracts,
    tables_desk,
    tables_tickets,
    tables_webhooks,
)
from psabridge_emulators.autotask.entity import Entity

ALL: tuple[Entity, ...] = (
    *tables_companies.ENTITIES,
    *tables_contracts.ENTITIES,
    *tables_catalogue.ENTITIES,
    *tables_tickets.ENTITIES,
    *tables_desk.ENTITIES,
    *tables_webhooks.ENTITIES,
    *tables_admin.ENTITIES,
)
BY_NAME: dict[str, Entity] = {entity.name: entity for entity in ALL}
BY_ROUTE: dict[str, Entity] = {entity.name.lower(): entity for entity in ALL}
BY_CHILD_ROUTE: dict[tuple[str, str], Entity] = {
    (entity.child.parent.lower(), entity.child.segment.lower()): entity
    for entity in ALL
    if entity.child is not None
}


def parent_of(entity: Entity) -> Entity:
    """The entity whose rows stand above this one's."""
    if entity.child is None:
        raise ValueError(f"{entity.name} hangs below nothing")
    refers_to = entity.fields[entity.child.parent_field].refers_to
    if refers_to is None:
        raise ValueError(f"{entity.name} does not say what it hangs below")
    return BY_NAME[refers_to]

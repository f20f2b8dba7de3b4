"""The service desk of a provider: who works there, in which role, and what work costs."""

from collections.abc import Sequence

from psabridge_emulators.autotask.picklists import TICKET_COMPLETE
from psabridge_emulators.autotask.world import AutotaskWorld

BACKUP_QUEUE = 29_683_481
FIRST_LEVEL_QUEUE = 29_682_833


def add_service_desk(world: AutotaskWorld) -> None:
    """Two roles, three technicians of whom one has left, and two work types in use."""
    engineer, dispatcher = world.add_role("Backup Engineer"), world.add_role("Dispatcher", "60")
    world.add_technician("Tara", "Tech", [engineer, dispatcher], queue_id=BACKUP_QUEUE)
    world.add_technician("Dan", "Desk", [dispatcher], queue_id=FIRST_LEVEL_QUEUE)
    gone = world.add_technician("Gus", "Gone", [engineer], queue_id=BACKUP_QUEUE)
    world.database.change("Resources", gone, isActive=False)
    world.add_billing_code("Remote Support", use_type=1)
    world.add_billing_code("Backup Maintenance", use_type=1)
    world.add_billing_code("On-site, no longer sold", use_type=1, active=False)


def add_tickets_of_people(world: AutotaskWorld, company_ids: Sequence[int]) -> None:
    """What stands at a service desk anyway, and is nobody's but the provider's."""
    printer, _, quote = (
        world.add_ticket(company_id, title, queueID=FIRST_LEVEL_QUEUE)
        for company_id, title in zip(
            company_ids,
            ("Printer is jammed", "New starter on Monday", "Quote for a bigger disk"),
            strict=True,
        )
    )
    world.desk.change(printer, {"status": TICKET_COMPLETE}, by=world.person_id)
    world.desk.note(quote, "Asked the distributor.", by=world.person_id)

"""The month of customers: killed, restored and struck, as the reference month is, and what it holds.

Each run takes a share drawn with `PROOF_SEED`; `PROOF_MOMENTS=all` takes every cut, copy and fault.
"""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from psabridge_proof.direct import DirectTransport
from psabridge_proof.installation import machine_clock, world_clock
from tests.databases import close_connections
from tests.proof.customers import CUSTOMERS, open_customers
from tests.proof.ending import Ending
from tests.proof.product import Product
from tests.proof.programs import run, share

STRETCH = ("--stretch", "customers")
Tell = Callable[[str], None]


def _lived(program: str, tell: Tell, *options: str) -> None:
    code, told = run(program, *STRETCH, *options)

    tell(f"{program} {' '.join(STRETCH + options)}\n{told}")
    assert code == 0, told


def test_killed_anywhere_nobody_is_doubled_and_nobody_deleted_who_should_live(tell: Tell) -> None:
    """I9, ACR-PRV-01, ACR-TWO-04, ACR-DEP-03, -04 and -08, R32, R34: at every call and commit of it."""
    _lived("kills", tell, *share(4))


def test_killed_twice_it_ends_the_same(tell: Tell) -> None:
    """The process that starts after a kill is killed, too."""
    _lived("kills", tell, *share(30), "--twice")


def test_a_database_put_back_after_any_commit_makes_no_second_customer_and_deletes_nobody(tell: Tell) -> None:
    """Protocol 2.6, ACR-DEP-05, R21, R32, R34: tenants are found again by their marks; days count anew."""
    _lived("restores", tell, *share(5))


def test_whatever_happens_to_a_write_it_ends_as_the_table_says(tell: Tell) -> None:
    """Design 7: tenants, users, mails, items, production, their end and their return, services and lines."""
    _lived("faults", tell, *share(60), "--writes")


def test_the_kills_find_a_bridge_that_makes_again_what_may_still_arrive() -> None:
    """A defect planted on purpose: a service and a line of it would be there twice."""
    planted = ("--plant", "again", "--only", "left: POST autotask", "--share", "1")

    code, told = run("kills", *STRETCH, *planted)

    assert code == 1
    assert "services besides: Server backup" in told
    assert "lines besides: Birch Ltd backup: Server backup" in told


def test_what_happens_in_it(django_db_blocker: DjangoDbBlocker, tmp_path: Path) -> None:
    """ACR-PRV-01, ACR-TWO-04, ACR-DEP-03, -04, -08, R32: each kind of write, once; Oak and another's stay."""
    world = open_customers()
    before = connections.settings["default"]
    with django_db_blocker.unblock(), closing(DirectTransport(world.emulation)) as transport:
        world_clock(world)
        product = Product(tmp_path / "bridge", world, transport)
        product.install()
        product.start()
        for day in range(CUSTOMERS.last + 1):
            world.begin(day)
            product.live(day)
        end = Ending.of(world)
        machine_clock()
        close_connections()
    connections.settings["default"] = before
    others = {"Yew Studio": "deleted"}
    assert {name: state for name, state in end.states.items() if state != "enabled"} == others
    assert end.mails == ("brook@vets.example", "meadow@dental.example")
    assert end.units["Birch Ltd backup: Workstation backup"][-1] == 25 + 4 + 4 - 2
    assert end.units["Birch Ltd backup: Server backup"][-1] == 4
    assert end.items["Birch Ltd pw_base_workstations None"] == (1, 31, 0)
    assert end.items["Oak Partners pw_base_workstations None"] == (1, 20, 0)
    assert end.items["Somebody else pw_base_workstations None"] == (1, 3, 0)
    assert any("Cedar Works in production, tag psabridge:" in one for one in end.tenants)
    assert any("Somebody else in production, tag another system: 7" in one for one in end.tenants)
    methods = {(one["method"], one["path"].rsplit("/", 1)[-1]) for one in world.acronis.ledger}
    made = {("POST", "tenants"), ("POST", "users"), ("POST", "send-activation-email"), ("PUT", "pricing")}
    assert made <= methods

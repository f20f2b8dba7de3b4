"""What every customer is billed: used, on the contract, and whether the two agree."""

from rich.table import Table
from rich.text import Text

from psabridge.engine.prepare import Prepared
from psabridge.jobs.show.look import table
from psabridge.rules.wanted.contract_state import units_today
from psabridge.rules.wanted.desired import DesiredUnits


def customer_table(prepared: Prepared) -> Table:
    columns = ("company", "contract", "service", "used", "on the contract", "")
    billed = table("Pay as you go: used and billed", columns, right=("used", "on the contract"))
    company = ""
    for wanted in sorted(prepared.observed.desired.measured, key=lambda one: _order(one, prepared)):
        name, contract, service = _order(wanted, prepared)
        units = units_today(prepared.observed.psa.rows.get(wanted.line, ()), prepared.observed.psa.today)
        billed.add_row(
            name if name != company else "",
            contract if name != company else "",
            service,
            f"{wanted.units}",
            "unknown" if units is None else f"{units}",
            _verdict(wanted, units, prepared),
        )
        company = name
    return billed


def _order(wanted: DesiredUnits, prepared: Prepared) -> tuple[str, str, str]:
    return (
        prepared.observed.psa.companies[wanted.company].name,
        prepared.observed.psa.contracts[wanted.contract].name,
        prepared.observed.psa.services[wanted.service].name,
    )


def _verdict(wanted: DesiredUnits, units: int | None, prepared: Prepared) -> Text:
    if units == wanted.units:
        return Text("right", "green")
    wish = next((one for one in prepared.plan.wishes if one.line == wanted.line), None)
    if wish is not None:
        return Text(f"{wish.wanted} from {wish.due}: {wish.reason}", "yellow")
    return Text("differs, see above", "red")

"""What a contract lacks, as a step: a service, whose units are a step of their own, or a note."""

from psabridge.rules.evidence import Evidence
from psabridge.rules.plans.fingerprint import Target
from psabridge.rules.plans.plan import AddLine, AddNote
from psabridge.rules.plans.plan_making import Draft, Made
from psabridge.rules.plans.proration import worth
from psabridge.rules.plans.step_words import company_name, step_id
from psabridge.rules.psa import PsaSnapshot
from psabridge.rules.wanted.desired import NewLine, NewNote
from psabridge.rules.words import StepKind


def plan_new_line(wanted: NewLine, psa: PsaSnapshot) -> Made:
    contract, service = psa.contracts[wanted.contract], psa.services[wanted.service]
    return Made(
        Draft(
            id=step_id(StepKind.ADD_LINE, wanted.contract, wanted.service),
            kind=StepKind.ADD_LINE,
            subject=f"{company_name(wanted.company, psa)}, {contract.name}, {service.name}",
            change=AddLine(wanted),
            reason=f"{wanted.reason}; {_follows(wanted, psa)}",
            evidence=Evidence(rule="ACR-TWO-04"),
            target=Target(contract),
            company=wanted.company,
        )
    )


def plan_note(wanted: NewNote, psa: PsaSnapshot) -> Made:
    contract = psa.contracts[wanted.contract]
    return Made(
        Draft(
            id=step_id(StepKind.ADD_NOTE, wanted.contract, wanted.title),
            kind=StepKind.ADD_NOTE,
            subject=f"{company_name(wanted.company, psa)}, {contract.name}",
            change=AddNote(wanted),
            reason=f"{wanted.text} (ACR-STO-16)",
            evidence=Evidence(rule="ACR-STO-16"),
            target=Target(contract),
            company=wanted.company,
        )
    )


def _follows(wanted: NewLine, psa: PsaSnapshot) -> str:
    """What the line will bill, which it alone does not say. List prices are in internal currency (A49)."""
    currency = psa.contracts[wanted.contract].currency
    price = psa.services[wanted.service].unit_price if currency == psa.currencies.internal else None
    if wanted.units is None:
        each = worth(1, price, currency)
        return f"its units follow by usage, {'price unknown' if each is None else f'each {each} a period'}"
    value = worth(wanted.units, price, currency)
    return f"{wanted.units} units follow, {'price unknown' if value is None else f'worth {value} a period'}"

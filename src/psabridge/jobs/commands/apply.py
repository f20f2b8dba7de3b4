"""`psabridge apply`: carry out exactly the plan that was shown, or refuse it."""

import sys
from collections.abc import Iterable
from typing import Annotated

import typer

from psabridge.engine.cycle import Memory, apply_plan
from psabridge.engine.sorting import Approval
from psabridge.jobs.commands.options import AsJson, PairingName, person
from psabridge.jobs.exits import Exit, reported
from psabridge.jobs.show.look import beside, console, print_json
from psabridge.jobs.show.progress import shown
from psabridge.jobs.show.report import exit_of, plain_report, show_report
from psabridge.jobs.show.tables import show_observing, show_plan
from psabridge.kit.errors import BridgeError
from psabridge.rules.checklist import only_observed
from psabridge.rules.plans.plan import Plan
from psabridge.rules.words import PlanId, StepId
from psabridge.wiring.bridge import Bridge, open_bridge
from psabridge.wiring.runs import noted, opened

Number = Annotated[int | None, typer.Argument(help="Number of the plan; the newest without it.")]
Release = Annotated[
    list[str] | None, typer.Option("--release", help="Release this held step; may be repeated.")
]
ReleaseAll = Annotated[bool, typer.Option("--release-all", help="Release every held step.")]
TakeOver = Annotated[
    bool, typer.Option("--take-over", help="Write although another bridge's marker stands in Autotask.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before writing.")]


class NoSuchPlan(BridgeError):
    """There is no such plan, or no such step in it."""


def apply(
    number: Number = None,
    *,
    release: Release = None,
    release_all: ReleaseAll = False,
    take_over: TakeOver = False,
    yes: Yes = False,
    pairing: PairingName = None,
    as_json: AsJson = False,
) -> None:
    """Apply a plan as it was shown. A plan whose inputs have changed is refused and must be made anew."""
    with reported(as_json=as_json), open_bridge() as bridge:
        chosen = bridge.pairings.by_name(pairing)
        plan_id = PlanId(number) if number is not None else bridge.records.latest_plan(chosen)
        plan = _plan(bridge, plan_id)
        if not (yes or as_json):
            show_plan(console(), plan, number=plan_id or 0)
            show_observing(console(), only_observed(bridge.pairings.settings(chosen)))
            typer.confirm("Apply this plan?", abort=True)
        _known(plan, release or ())
        approval = Approval(
            person=person(),
            released=None if release_all else frozenset(StepId(step) for step in release or ()),
            takes_over=take_over,
        )
        with shown(beside()) as progress:
            ports = opened(bridge, chosen)
            report, _ = noted(
                bridge,
                chosen,
                ports,
                lambda: apply_plan(
                    PlanId(plan_id or 0),
                    plan,
                    settings=bridge.pairings.settings(chosen),
                    ports=ports,
                    memory=Memory(),
                    approval=approval,
                    progress=progress,
                ),
            )
        if as_json:
            print_json(plain_report(report))
        else:
            show_report(console(), report)
    sys.exit(Exit.STALE if report.is_stale else exit_of(report))


def _known(plan: Plan, steps: Iterable[str]) -> None:
    unknown = sorted(set(steps) - {step.id for step in plan.steps})
    if unknown:
        raise NoSuchPlan(
            f"steps {', '.join(unknown)}", "are not in this plan", "See the ids with psabridge plan"
        )


def _plan(bridge: Bridge, plan_id: PlanId | None) -> Plan:
    plan = None if plan_id is None else bridge.records.plan(plan_id)
    if plan is None:
        raise NoSuchPlan(f"plan {plan_id or '(none yet)'}", "is not kept", "Make one with psabridge plan")
    return plan

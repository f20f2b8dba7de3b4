"""The command line: `psabridge`. Each command is one module of `commands`."""

import typer

from psabridge.jobs.commands import (
    alert_mapping,
    apply,
    carry_on,
    config,
    create_customer,
    customers,
    decide,
    demo,
    doctor,
    drift,
    emulators,
    explain,
    hooks,
    leaving,
    plan,
    prove,
    service_rows,
    status,
    sync,
    tickets,
)

app = typer.Typer(
    name="psabridge",
    help="Joins backup platforms to the Autotask PSA: changes are shown first, nothing is billed twice.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command("plan")(plan.plan)
app.command("apply")(apply.apply)
app.command("sync")(sync.sync)
app.command("explain")(explain.explain)
app.command("drift")(drift.drift)
app.command("carry-on")(carry_on.carry_on)
app.command("decide")(decide.decide)
app.command("leaving")(leaving.leaving)
app.add_typer(config.app, name="config")
app.add_typer(service_rows.app, name="services")
app.add_typer(hooks.app, name="hooks")
app.command("status")(status.status)
customers.app.command("create")(create_customer.create)
app.add_typer(customers.app, name="customers")
alert_mapping.add_to(tickets.app)
app.add_typer(tickets.app, name="tickets")
app.command("doctor")(doctor.doctor)
app.command(
    "emulators",
    add_help_option=False,  # theirs shows their options
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)(emulators.emulators)
app.command("demo")(demo.demo)
app.command("prove")(prove.prove)


def main() -> None:
    app()

"""The command around the portfolio of suits: which to bring under a budget."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from amiable.home import Home
from amiable.logs import counted, say, summary
from amiable.options import HERE, DebugOption, HomeOption, JsonOption, guarded

_SHOWN = 20
_COUNTED = ("no_course", "no_gain", "too_risky", "budget", "filings")


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(portfolio)


def portfolio(
    budget: Annotated[float, typer.Option("--budget", help="EUR that suits may cost in a year.")],
    risk: Annotated[
        float,
        typer.Option("--risk", help="Weight of the worst decile: 0 the mean alone, 1 it alone."),
    ] = 0.0,
    per_week: Annotated[
        int | None, typer.Option("--per-week", help="Filings at most in one week.")
    ] = None,
    only_ready: Annotated[
        bool, typer.Option("--only-ready", help="Leave out suits that tasks still hold back.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="Write the plan: csv, xlsx or parquet.")
    ] = None,
    home: HomeOption = HERE,
    as_json: JsonOption = False,
    debug: DebugOption = False,
) -> None:
    """Tell which suits to bring under a yearly budget, and how much better no plan could be.

    Example: amiable portfolio --budget 20000 --risk 0.3 --per-week 5 --to plan.csv
    """

    def work() -> None:
        from amiable.export import write
        from amiable.portfolio import Wish, next_euro, offers, outlook, planned
        from pipelines.warehouse import Warehouse

        here = Home.at(home)
        wish = Wish(budget, risk, per_week, with_tasks=not only_ready)
        with Warehouse(here.path) as warehouse:
            found = offers(warehouse)
        made, along = planned(found, wish), outlook(found, wish)
        margin = next_euro(found, wish)
        say(
            f"{counted(len(made.chosen), 'suit')} for {made.cost:,.2f} EUR: "
            f"{made.expected_net:,.2f} EUR more "
            f"than without a judge on average, {made.worst:,.2f} EUR if all end in their worst "
            f"decile. No plan is worth more than {made.bound:,.2f} EUR (this one "
            f"{made.value:,.2f})."
        )
        for row in made.chosen.head(_SHOWN).itertuples():
            held = " · after its tasks" if row.after_tasks else ""
            say(
                f"week {row.week}: {row.suit_id} {row.debtor_name} · {row.course} · cost "
                f"{row.cost:,.2f} · net {row.expected_net:,.2f}{held}"
            )
        left = made.why_not["reason"].value_counts()
        told = ", ".join(f"{left[name]} {name}" for name in _COUNTED if name in left)
        say(f"Left: {told or 'none'}.")
        say(f"The next euro of budget would bring {margin:,.2f} EUR at best.")
        knee = along[along["knee"]] if len(along) else along
        for row in knee.itertuples():
            say(
                f"At {row.budget:,.2f} EUR the curve bends: one more euro brings "
                f"{row.next_euro:,.2f} EUR there."
            )
        if to is not None:
            write(made.chosen, to, watermark="DEMO, invented" if here.is_demo else None)
            say(f"{counted(len(made.chosen), 'row')} written to {to}.")
        if as_json:
            summary(
                {
                    "suits": len(made.chosen),
                    "cost": round(made.cost, 2),
                    "expected_net": round(made.expected_net, 2),
                    "worst": round(made.worst, 2),
                    "value": round(made.value, 2),
                    "bound": round(made.bound, 2),
                    "gap": round(made.gap, 6),
                    "next_euro": round(margin, 6),
                    "left": {str(name): int(n) for name, n in left.items()},
                }
            )

    guarded(work, debug=debug)

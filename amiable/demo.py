"""A synthetic portfolio through the whole road, marked as invented."""

from __future__ import annotations

import shutil
from datetime import date, datetime

from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from amiable.learning import train, train_profile
from amiable.logs import Steps, counted, say
from amiable.runs import RunRecord, run_day

# One of the invented creditors is a client whose claims an invented agency collects.
_AGENCY = """\
agency_name = "Sornelval Recouvrement SAS"
agency_address = "8 place du Marché"
agency_postcode = "35000"
agency_city = "Rennes"
agency_email = "dossiers@sornelval.example"
agency_phone = "02 61 91 00 48"
"""


def demo(
    home: Home, as_of: date, *, claims: int, seed: int, now: datetime, steps: Steps
) -> RunRecord:
    """Invent a portfolio, import it, train and run the day in a home of its own.

    Raises
    ------
    AmiableError
        When the home holds a real portfolio: an invented one is never mixed into it.
    """
    from simulation.generator import generate, write
    from simulation.holdouts import with_holdouts

    if home.store.exists() and not home.is_demo:
        raise AmiableError(
            f"{home.path} holds a real portfolio; give the demo a home of its own: --home demo."
        )
    home.mark_demo(seed=seed, claims=claims)
    settings = home.path / "settings.toml"
    if not settings.exists():
        settings.write_text(_AGENCY, encoding="utf-8")
    folder = home.path / "demo"
    with steps(f"invented portfolio of {claims} claims"):
        shutil.rmtree(folder, ignore_errors=True)
        ledger = generate(n_claims=claims, seed=seed, as_of=as_of)
        write(with_holdouts(ledger, n_claims=claims, seed=seed, as_of=as_of), folder)
    with steps("import"):
        home.store.unlink(missing_ok=True)
        reports = import_sources(
            home, [folder / "ledger"], imported_at=now, source_format="canonical", strict=True
        )
    say(f"{counted(sum(r.accepted for r in reports), 'row')} imported, {len(reports)} tables.")
    report = train(home, as_of, steps=steps)
    for line in report.reasons:
        say(line)
    for line in train_profile(home, as_of, steps=steps).reasons:
        say(line)
    return run_day(home, as_of, started_at=now, steps=steps, publish=True)

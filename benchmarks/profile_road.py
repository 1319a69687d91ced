"""Invented ledgers through the whole road: import, labels, training, gates, run, mart.profiles."""

from datetime import datetime, time, timedelta

import duckdb
import numpy as np
import pandas as pd

from amiable import labels as labelling
from amiable.home import Home
from amiable.imports import import_sources
from amiable.learning import train_profile
from amiable.logs import Steps
from amiable.runs import door_rows, run_day
from benchmarks.profile_worlds import DAY, PROFILES
from models.profile.belief import posterior
from models.profile.elicited import elicited_odds
from models.profile.label_model import majority
from models.profile.model import fit
from models.profile.signals import observe
from models.registry import Registry
from models.verdict import failed
from pipelines import panel
from pipelines.warehouse import Warehouse
from simulation.generator import generate, write

ROADS = {
    "calm": "The invented ledger, quiet, through the whole road.",
    "crisis": "The invented ledger in a downturn, likewise.",
    "confounded_history": "The invented ledger where agents call the hard ones, likewise.",
}  # fmt: skip


def travelled(world, folder, seed, n_claims, label_counts, sittings, compared, by_lot):
    """Figures of the published profiles by number of labels, with ``compared``'s keys.

    Between one training and the next, ``sittings`` says how many cases of the labelling queue are
    labelled.
    """
    portfolio = generate(n_claims=n_claims, seed=seed, as_of=DAY, world=world)
    tables = dict(portfolio.tables)
    tables["profile_labels"] = tables["profile_labels"].head(0)
    write(type(portfolio)(tables, portfolio.truth), folder)
    home = Home.at(folder / "home", make=True)
    home.mark_demo(seed=seed, claims=n_claims)
    steps = Steps()
    _import(home, folder / "ledger")
    profile = portfolio.truth["debtors"].set_index("debtor_id")["profile"]
    frames = panel.debtors(home.store, door_rows(home, DAY), DAY)
    facts = frames[0]
    truth = pd.Index(PROFILES).get_indexer(profile.reindex(facts["debtor_id"]))
    signs = observe(*frames, as_of=DAY)
    _, whole = fit(signs, facts, truth)
    open_ones = np.flatnonzero(facts["debtor_n_open"].to_numpy() > 0)
    labels, found = np.full(len(facts), -1), []
    ids = facts["debtor_id"].to_numpy()
    for sitting, more in enumerate((0, *sittings)):
        day = DAY + timedelta(days=sitting)
        if more:
            asked = _asked(home, day, more)
            _label(home, folder / f"labels-{sitting}", asked, profile, day)
            rows = np.flatnonzero(np.isin(ids, asked))
            labels[rows] = truth[rows]
        report = train_profile(home, day, steps=steps)
        refused = failed(report.gates)
        if not refused:
            Registry(home.path).promote("profile", report.version)
        run_day(home, day, started_at=datetime.combine(day, time(6)), steps=steps, publish=True)
        many = int((labels >= 0).sum())
        if many not in label_counts:
            continue
        published = _published(home)
        unknown = np.intersect1d(open_ones, np.flatnonzero(labels < 0))
        unknown = unknown[np.isin(ids[unknown], published.index)]
        rows = published.reindex(ids[unknown])
        belief = rows[[f"p_{name}" for name in PROFILES]].to_numpy(dtype=float)
        votes = majority(signs.seen)[unknown]
        elicited = posterior(elicited_odds(signs.seen, signs.missed))[unknown]
        line = compared(
            belief, rows["profile"].to_numpy(dtype=object), truth[unknown], whole.model[unknown],
            votes, elicited, labels=many, refused=refused, stability=report.metrics["stability"],
            by_lot=by_lot(signs, facts, truth, whole.model, open_ones, many, seed),
        )  # fmt: skip
        found.append(line)
    return found


def _asked(home, day, many):
    """Debtors that the labelling queue of the home gives one person on a day."""
    with Warehouse(home.path) as warehouse:
        given = labelling.given(warehouse, ())
        queue = labelling.queue_of(warehouse, given, labeller="truth", day=day, n=many)
    return queue["debtor_id"].to_numpy(dtype=object)


def _import(home, path):
    import_sources(
        home, [path], imported_at=datetime(2026, 11, 22), source_format="canonical", strict=True
    )


def _label(home, folder, ids, profile, day):
    """An analyst who is always right labels these debtors."""
    folder.mkdir()
    rows = pd.DataFrame(
        {
            "debtor_id": ids,
            "profile": profile.reindex(ids).to_numpy(),
            "labelled_on": day.isoformat(),
            "labelled_by": "truth",
            "blind": True,
        }
    )
    rows.to_csv(folder / "profile_labels.csv", index=False)
    _import(home, folder)


def _published(home):
    con = duckdb.connect(str(home.warehouse), read_only=True)
    rows = con.sql("select * exclude (evidence) from mart.profiles").df()
    con.close()
    return rows.set_index("debtor_id")

"""One day in order: honest about time, published whole or not at all, and open to decisions."""

import json
import shutil
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from typer.testing import CliRunner

from amiable import ladders, scoring
from amiable.cli import app
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.imports import import_sources
from amiable.ladder_preview import preview
from amiable.logs import Steps
from amiable.messages import of_the_day
from amiable.promotion import earlier_model
from amiable.runs import run_day
from data_schema import codes, tables, word
from models import recovery, strategy
from models.registry import LoadedModel, Registry
from pipelines import publication
from pipelines.errors import EarlierVersion
from pipelines.journal import Entry, Journal
from pipelines.warehouse import Warehouse
from simulation.generator import generate, write

EARLIER = date(2026, 6, 15)
DAY = date(2026, 10, 1)
NEXT_DAY = date(2026, 10, 2)
NOW = datetime(2026, 11, 20, 8, 0)
DATED = {
    "claims": "issued_on", "payments": "paid_on", "actions": "at", "interactions": "at",
    "promises": "made_on", "plans": "agreed_on", "disputes": "opened_on", "facts": "known_on",
    "insolvencies": "published_on", "legal_steps": "on", "documents": "dated_on",
    "exchange_rates": "on", "profile_labels": "labelled_on",
}  # fmt: skip


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory):
    """The same invented ledger twice: as known on the day, and as known seven weeks later."""
    folder = tmp_path_factory.mktemp("ledgers")
    portfolio = generate(n_claims=500, seed=11, as_of=date(2026, 11, 20))
    write(portfolio, folder / "later")
    early = folder / "early" / "ledger"
    shutil.copytree(folder / "later" / "ledger", early)
    for name, column in DATED.items():
        rows = pd.read_csv(early / f"{name}.csv", dtype=str)
        rows[rows[column].isna() | (rows[column].str[:10] <= DAY.isoformat())].to_csv(
            early / f"{name}.csv", index=False
        )
    for child, parent, key in (
        ("payments", "claims", "claim_id"),
        ("documents", "claims", "claim_id"),
        ("instalments", "plans", "plan_id"),
        ("facts", "claims", "subject_id"),
    ):
        rows = pd.read_csv(early / f"{child}.csv", dtype=str)
        known = set(
            pd.read_csv(early / f"{parent}.csv", dtype=str)[key.replace("subject", "claim")]
        )
        about = rows["subject_type"] != "claim" if child == "facts" else rows[key].isna()
        rows[about | rows[key].isin(known)].to_csv(early / f"{child}.csv", index=False)
    return early, folder / "later" / "ledger"


def home_of(folder, path):
    home = Home.at(path, make=True)
    home.mark_demo(seed=11, claims=500)
    import_sources(home, [folder], imported_at=NOW, strict=True)
    return home


def run(home, day=DAY, **options):
    return run_day(home, day, started_at=NOW, steps=Steps(), **options)


def published(home):
    """Every published row but the record of the run, by table."""
    with duckdb.connect(str(publication.published(home.path)), read_only=True) as con:
        return {
            name: con.execute(f"from mart.{name} order by all").fetchall()
            for name in tables("out")
            if name != "runs"
        }


@pytest.fixture(scope="module")
def ran(ledgers, tmp_path_factory):
    home = home_of(ledgers[0], tmp_path_factory.mktemp("ran"))
    run(home)
    return home


@pytest.fixture
def home(ran, tmp_path):
    """A copy of the home that has run, free to be changed."""
    shutil.copytree(ran.path, tmp_path / "home", symlinks=True)
    return Home.at(tmp_path / "home")


def test_every_table_of_the_contract_is_published_with_rows(ran):
    rows = {name: len(held) for name, held in published(ran).items()}

    assert set(rows) | {"runs"} == set(tables("out"))
    for name in ("claims", "profiles", "recovery", "recommendations", "worklist", "explanations"):
        assert rows[name] > 0
    assert rows["claims"] == rows["recovery"] == rows["recommendations"]


def test_two_runs_of_one_day_give_the_same_rows(home):
    before = published(home)

    run(home)

    assert published(home) == before


def test_rows_dated_after_the_day_change_nothing_published_for_it(home, ledgers):
    before = published(home)

    import_sources(home, [ledgers[1]], imported_at=NOW, strict=True)
    run(home)

    after = published(home)
    assert [name for name in before if before[name] != after[name]] == []


def test_a_run_that_fails_while_publishing_leaves_the_published_day_untouched(home, monkeypatch):
    before, file = published(home), publication.published(home.path)

    def fail(*_):
        raise OSError("no space left")

    monkeypatch.setattr(publication, "_flush", fail)
    with pytest.raises(OSError, match="no space"):
        run(home, NEXT_DAY)

    assert publication.published(home.path) == file
    assert published(home) == before
    monkeypatch.undo()
    assert run(home, NEXT_DAY).published


def test_an_older_day_goes_to_history_and_is_judged_later_unless_it_is_to_be_shown(home):
    early = regret_of(home)
    run(home, NEXT_DAY)

    quiet = run(home, EARLIER)
    assert not quiet.published
    assert publication.published_day(home.path) == NEXT_DAY

    assert run(home, DAY, publish=True).published
    assert publication.published_day(home.path) == DAY
    assert early == []
    judged = regret_of(home)
    together = [row for row in judged if row["action"] == "all"]
    assert 0 < sum(row["n"] for row in together) <= quiet.rows["recommendations"]
    assert {row["verdict"] for row in judged} <= set(codes("regret_verdict"))


def regret_of(home):
    told = CliRunner().invoke(app, ["regret", "--json", "--home", str(home.path)])
    assert told.exit_code == 0, told.output
    return json.loads(told.output.splitlines()[-1])["situations"]


def test_history_keeps_every_run(home):
    first = run(home, NEXT_DAY)

    with duckdb.connect(str(publication.published(home.path)), read_only=True) as con:
        kept = con.execute(
            "select as_of, count(distinct run_id) from history.worklist group by as_of order by 1"
        ).fetchall()
        shown = con.execute("select run_id from mart.runs").fetchall()
    assert kept == [(DAY, 1), (NEXT_DAY, 1)]
    assert shown == [(first.run_id,)]


def test_money_adds_up_for_every_claim(ran):
    with duckdb.connect(str(publication.published(ran.path)), read_only=True) as con:
        wrong = con.execute(
            "select count(*) from mart.claims where total_due <>"
            " open_amount + late_penalties + legal_interest + fixed_indemnity"
        ).fetchone()
    assert wrong == (0,)


def test_explanations_add_up_to_the_published_probability(ran):
    with duckdb.connect(str(publication.published(ran.path)), read_only=True) as con:
        furthest = con.execute(
            "select max(abs(told - p_90)) from (select subject_id,"
            " any_value(base_value) + sum(contribution) as told from mart.explanations"
            " where target = 'p_90' group by 1) join mart.recovery on subject_id = claim_id"
        ).fetchone()
        explained = con.execute(
            "select count(distinct subject_id) from mart.explanations where target = 'p_90'"
        ).fetchone()
        claims = con.execute("select count(*) from mart.claims").fetchone()
    assert furthest[0] < 1e-4
    assert explained == claims


def test_a_decision_changes_the_next_run_and_an_undo_takes_it_back(home):
    with Warehouse(home.path) as warehouse:
        worklist = warehouse.table("worklist")
        lines = worklist[worklist["action"].isin(["remind", "call"])]
        line = lines.sort_values("rank").iloc[0]
    journal = Journal(home.journal_url)
    wait = Entry(
        at=datetime(2026, 10, 1, 9),
        as_of=DAY,
        actor="Zoé",
        subject_type="contact_group",
        subject_id=line["contact_group_id"],
        kind="postpone",
        payload={"until_on": "2026-10-20", "claim_ids": list(line["claim_ids"])},
        reason="le comptable revient le 20",
    ).identified()
    journal.record([wait])
    run(home, NEXT_DAY)
    assert action_of(home, line["claim_id"]) == "wait"

    undo = Entry(
        at=datetime(2026, 10, 1, 10),
        as_of=DAY,
        actor="Zoé",
        subject_type="contact_group",
        subject_id=line["contact_group_id"],
        kind="undo",
        supersedes=wait.entry_id,
    )
    journal.record([undo])
    journal.close()
    run(home, NEXT_DAY)
    assert action_of(home, line["claim_id"]) != "wait"


def action_of(home, claim_id):
    with Warehouse(home.path) as warehouse:
        (row,) = warehouse.trace("recommendation", claim_id)
    return row["action"]


def test_a_large_ledger_is_scored_some_debtors_at_a_time_and_told_the_same(home, monkeypatch):
    """Memory follows the tranche, not the ledger: nothing scored sees more claims than that."""
    before = published(home)
    n_claims = Counter(debtor for (_, _, _, debtor, *_) in before["recommendations"])
    seen = {"score": [], "recommend": []}

    def counted(whole, name, at):
        def call(*frames, **options):
            seen[name].append(len(frames[at]))
            return whole(*frames, **options)

        return call

    monkeypatch.setattr(recovery, "score", counted(recovery.score, "score", 1))
    monkeypatch.setattr(strategy, "recommend", counted(strategy.recommend, "recommend", 0))
    monkeypatch.setattr(scoring, "MOST_CLAIMS", 8)

    run(home)

    assert published(home) == before
    for sizes in seen.values():
        assert sum(sizes) == n_claims.total()
        assert len(sizes) > 2
        assert max(sizes) < 8 + max(n_claims.values())


def test_a_day_before_the_first_invoice_is_empty_and_not_an_error(home):
    record = run(home, date(2020, 1, 1))

    assert record.rows["claims"] == 0
    assert not record.published


def test_a_model_of_an_earlier_program_is_told_and_the_curves_are_used(home, monkeypatch, capsys):
    kept = LoadedModel("recovery", "7", DAY, "", {"model": {"format": 1}})
    monkeypatch.setattr(Registry, "champion", lambda *_, **__: kept)
    record = run_day(home, DAY, started_at=NOW, steps=Steps())
    assert record.models["recovery"] == "prior"
    assert earlier_model("7") in " ".join(capsys.readouterr().err.split())


def test_a_misspelt_cost_of_a_profile_is_refused_before_the_run(home, monkeypatch):
    monkeypatch.setenv("AMIABLE_PROFILE_COSTS", '{"disorganized": {"bad_faith": 9}}')
    with pytest.raises(AmiableError, match="profile_costs: no cost disorganized / bad_faith"):
        run_day(Home.at(home.path), DAY, started_at=NOW, steps=Steps())


def test_a_published_day_of_an_earlier_program_says_to_run_again(home, tmp_path):
    run_day(home, DAY, started_at=NOW, steps=Steps())
    older = tmp_path / "older.duckdb"
    shutil.copy(publication.published(home.path), older)
    with duckdb.connect(str(older)) as con:
        con.execute("drop table mart.levers")
    with (
        Warehouse(home.path, file=older) as warehouse,
        pytest.raises(EarlierVersion, match="amiable run"),
    ):
        warehouse.trace("levers", "C1")


def test_an_empty_home_says_what_to_do(tmp_path):
    with pytest.raises(AmiableError, match="amiable import"):
        run(Home.at(tmp_path / "nothing", make=True))


def test_one_claim_alone_goes_all_the_way_on_the_ladder_in_force_on_its_day(tmp_path):
    folder = Path(tmp_path / "ledger")
    folder.mkdir()
    (folder / "claims.csv").write_text(
        "claim_id,debtor_id,issued_on,due_on,amount\n"
        "C1,<script> SARL,2026-07-01,2026-08-01,100.00\n",
        encoding="utf-8",
    )
    home = Home.at(tmp_path / "home", make=True)
    import_sources(home, [folder], imported_at=NOW)
    parts = {"stages": {"reminder": {"tone": "firm"}, "firm_reminder": {"tone": "firm"}}}
    change = ladders.Change(ladders.ALL, "convenu pour tous", "Zoé", DAY, parts)
    ladders.put(home, change)
    ladders.put(home, replace(change, decided_on=NEXT_DAY, ladder={"first_delay_days": 60}))

    record = run(home)

    assert record.rows["claims"] == 1
    assert record.rows["worklist"] <= 1
    assert record.models["strategy"] == ladders.in_force(home, DAY).version
    with Warehouse(home.path) as warehouse:
        assert warehouse.of_client("law.own_ladders", None)["entry"].tolist() == [change.entry()]


def test_a_preview_of_a_ladder_tells_what_would_change_tomorrow_and_changes_nothing(home):
    parts = {"first_delay_days": [45] * 5}
    change = ladders.Change(ladders.ALL, "un essai sans suite", "Zoé", DAY, parts)
    before = published(home)

    same = preview(home, replace(change, ladder={"first_delay_days": [3, 3, 1, 5, 3]}))
    found = preview(home, change)

    assert (same.n_changed, same.moves, same.work_before) == (0, (), same.work_after)
    assert found.day == DAY + timedelta(days=1)
    assert found.n_claims == len(before["recommendations"])
    assert 0 < found.n_changed == sum(move.n_claims for move in found.moves)
    assert found.eur_changed == pytest.approx(sum(move.eur for move in found.moves))
    assert {move.after[0] for move in found.moves if move.kind == "step"} <= {"wait"}
    assert published(home) == before


def test_every_contact_of_the_day_has_its_draft_or_script_or_the_reason_why_not(ran):
    day = of_the_day(ran)

    with Warehouse(ran.path) as warehouse:
        assert len(day) == len(warehouse.table("worklist"))
    assert [each.group for each in day if not (each.messages or each.scripts or each.refused)] == []
    # A script is for who is called; on a day on which nobody is, there is none.
    called = {each.channel for each in day} & {"phone"}
    assert {each.channel for each in day if each.scripts} == called
    told = [each.text for line in day for each in (*line.scripts, *line.messages)]
    profiles = {word("profile", code, "fr") for code in codes("profile")}
    assert told
    assert not any(name in text for name in profiles for text in told)

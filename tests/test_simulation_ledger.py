"""The invented ledger keeps the contract, hides its truth, and comes from its seed alone."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from data_schema import contract
from simulation import days, names, worlds
from simulation.generator import generate, write

AS_OF = date(2026, 11, 20)
TODAY = pd.Timestamp(AS_OF)
FUTURE_IS_FINE = {("claims", "due_on"), ("promises", "due_on"), ("instalments", "due_on")}


@pytest.fixture(scope="module")
def portfolio():
    return generate(n_claims=6000, seed=3, as_of=AS_OF)


def each_column(portfolio, kinds):
    for name, table in portfolio.tables.items():
        for column in contract.tables("in")[name].columns:
            if column.type in kinds and column.name in table:
                yield name, column, table[column.name]


def promised_tables():
    """Tables in that the invention makes: its payments are in the ledger, not at a bank."""
    return {name: told for name, told in contract.tables("in").items() if name != "bank_lines"}


def test_every_table_of_the_contract_is_there(portfolio):
    assert set(portfolio.tables) == set(promised_tables())
    assert all(len(table) for table in portfolio.tables.values())


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for folder in ("once", "again"):
        write(generate(n_claims=500, seed=8, as_of=AS_OF), tmp_path / folder)

    files = sorted((tmp_path / "once").rglob("*.*"))
    assert len(files) == 19 + 5
    for file in files:
        twin = tmp_path / "again" / file.relative_to(tmp_path / "once")
        assert file.read_bytes() == twin.read_bytes(), file.name


def test_another_seed_gives_another_ledger(portfolio):
    other = generate(n_claims=6000, seed=4, as_of=AS_OF)
    assert other.tables["claims"]["amount"].sum() != portfolio.tables["claims"]["amount"].sum()


def test_only_claims_and_debtors_have_columns_of_their_own(portfolio):
    for name, table in portfolio.tables.items():
        further = set(table.columns) - set(contract.tables("in")[name].names)
        assert not further or contract.tables("in")[name].extras, (name, further)


def test_required_columns_are_filled(portfolio):
    for name, promised in promised_tables().items():
        needed = [column.name for column in promised.columns if column.required]
        assert portfolio.tables[name][needed].notna().all(axis=None), name


def test_keys_are_unique(portfolio):
    for name, promised in promised_tables().items():
        assert not portfolio.tables[name].duplicated(list(promised.key)).any(), name


def test_every_reference_has_its_parent(portfolio):
    for name, column, values in each_column(portfolio, {"text"}):
        if column.refers:
            (key,) = contract.tables("in")[column.refers].key
            known = portfolio.tables[column.refers][key]
            assert values.dropna().isin(known).all(), (name, column.name)


def test_closed_lists_hold(portfolio):
    for name, column, values in each_column(portfolio, {"text"}):
        if column.codes:
            assert set(values.dropna()) <= set(contract.codes(column.codes)), (name, column.name)


def test_money_is_exact_to_the_cent(portfolio):
    for name, column, values in each_column(portfolio, {"money"}):
        cents = values.dropna().to_numpy(dtype=float) * 100
        assert np.abs(cents - np.rint(cents)).max(initial=0) < 1e-4, (name, column.name)


def test_nothing_is_known_before_its_day(portfolio):
    for name, column, values in each_column(portfolio, {"date", "timestamp"}):
        if (name, column.name) not in FUTURE_IS_FINE:
            latest = values.dropna().dt.normalize().max()
            assert not latest > TODAY, (name, column.name, latest)


def test_a_dispute_is_founded_only_once_it_is_settled(portfolio):
    disputes = portfolio.tables["disputes"]
    pending = disputes["closed_on"].isna() & disputes["answered_on"].isna()
    assert disputes.loc[pending, "founded"].isna().all()
    assert disputes["founded"].notna().any()


def test_what_is_written_reads_back_to_the_cent(portfolio, tmp_path):
    write(portfolio, tmp_path)

    read = pd.read_csv(tmp_path / "ledger" / "claims.csv", dtype=str)

    assert len(read) == 6000
    assert read["amount"].str.fullmatch(r"\d+\.\d\d").all()
    assert read["issued_on"].dropna().str.fullmatch(r"\d{4}-\d\d-\d\d").all()
    cents = read["amount"].str.replace(".", "").astype(int).sum()
    assert cents == round(portfolio.tables["claims"]["amount"].sum() * 100)


def test_no_siren_passes_the_luhn_check(portfolio):
    parts = [portfolio.tables[name]["siren"] for name in ("debtors", "creditors")]
    sirens = pd.concat(parts).dropna()
    assert len(sirens) > 1000
    assert sirens.str.fullmatch(r"\d{9}").all()
    assert sirens.is_unique
    numbers = sirens.astype(int).to_numpy()
    assert (names.luhn_digit(numbers // 10) != numbers % 10).all()


def test_nobody_can_be_reached(portfolio):
    debtors, contacts = portfolio.tables["debtors"], portfolio.tables["contacts"]
    emails = pd.concat([debtors["email"], contacts["email"]]).dropna()
    phones = pd.concat([debtors["phone"], contacts["phone"]]).dropna()
    assert emails.str.fullmatch(r"[a-z_]+@[a-z0-9-]+\.example").all()
    kept = tuple(fiction.replace(" ", "") for fiction in names.FICTION_RANGES)
    assert phones.str.replace(" ", "").str.startswith(kept).all()
    assert set(debtors["data_origin"]) == {"invented"}


def test_no_debtor_bears_the_name_of_a_known_firm(portfolio):
    coined = portfolio.tables["debtors"]["name"].str.lower()
    assert not coined.isin(names.words("real_firms")).any()
    firms = portfolio.tables["debtors"]["kind"] == "company"
    assert not coined[firms].str.split().str[0].isin(names.words("real_firms")).any()


def test_no_column_alone_betrays_the_profile(portfolio):
    truth = portfolio.truth["debtors"].set_index("debtor_id")["profile"]
    prior = truth.value_counts(normalize=True).max()
    for name in ("debtors", "claims"):
        table = portfolio.tables[name]
        profile = table["debtor_id"].map(truth)
        for column in table.columns.drop("debtor_id"):
            values = table[column]
            if values.nunique() > 40 and not pd.api.types.is_numeric_dtype(values):
                continue
            if values.nunique() > 40:
                values = pd.qcut(values, 20, duplicates="drop")
            counts = pd.crosstab(values.astype(str), profile)
            # A value seen a few times "predicts" by chance.
            counts = counts[counts.sum(axis=1) >= 60]
            if counts.empty:
                continue
            share = counts.max(axis=1).sum() / counts.to_numpy().sum()
            assert share < prior + 0.16, (name, column, share)


def test_no_table_names_a_profile_but_the_labels(portfolio):
    for name, table in portfolio.tables.items():
        if name == "profile_labels":
            continue
        for column in table.select_dtypes(include=["object", "str"]):
            text = table[column].dropna().astype(str).str.lower()
            for word in (*worlds.PROFILES, "mauvaise foi", "désorganis", "mécontente"):
                assert not text.str.contains(word, regex=False).any(), (name, column, word)


def test_order_and_identifiers_say_nothing_of_the_profile(portfolio):
    profile = portfolio.truth["debtors"]["profile"]
    strapped = (profile == "cash_strapped").to_numpy()
    halves = np.array_split(strapped, 2)
    assert abs(halves[0].mean() - halves[1].mean()) < 0.07


def test_past_contacts_keep_hours_days_and_caps(portfolio):
    actions = portfolio.tables["actions"]
    day = actions["at"].dt.normalize()
    numbers = ((day - pd.Timestamp(1970, 1, 1)).dt.days).to_numpy()
    holidays = days.public_holidays(numbers.min(), numbers.max())
    assert actions["at"].dt.hour.between(8, 19).all()
    assert (day.dt.day_of_week < 6).all()
    assert not np.isin(numbers, holidays).any()
    contacts = actions.dropna(subset="contact_group_id").drop_duplicates("contact_group_id")
    owner = contacts.merge(portfolio.tables["claims"][["claim_id", "debtor_id"]], on="claim_id")
    owner = owner.sort_values(["debtor_id", "at"])
    third = owner.groupby("debtor_id")["at"].diff(3)
    assert not (third < pd.Timedelta(days=7)).any()


def test_past_contacts_seldom_repeat_a_channel_or_soften(portfolio):
    actions = portfolio.tables["actions"].dropna(subset="contact_group_id")
    contacts = actions.drop_duplicates("contact_group_id")
    owner = contacts.merge(portfolio.tables["claims"][["claim_id", "debtor_id"]], on="claim_id")
    owner = owner.sort_values(["debtor_id", "at"])
    by_debtor = owner.groupby("debtor_id")
    thrice = (owner["channel"] == by_debtor["channel"].shift(1)) & (
        owner["channel"] == by_debtor["channel"].shift(2)
    )
    rank = owner["stage"].map(contract.codes("stage").index)
    skipped = rank.groupby(owner["debtor_id"]).diff() > 1
    # An episode that ended in between may make three running lawful: hence not zero.
    assert thrice.mean() < 0.05
    assert skipped.mean() < 0.02


def test_public_holidays_are_the_eleven_of_france():
    first, last = days.number(date(2026, 1, 1)), days.number(date(2026, 12, 31))
    known = days.public_holidays(first, last)
    assert len(known) == 11
    assert days.number(date(2026, 4, 6)) in known
    assert days.number(date(2026, 5, 14)) in known


@pytest.mark.parametrize("world", worlds.names())
def test_every_world_makes_a_small_ledger(world):
    made = generate(n_claims=60, seed=1, as_of=AS_OF, months=6, world=world)
    assert len(made.tables["claims"]) == 60


@pytest.mark.parametrize("n_claims", [1, 2])
def test_one_claim_is_enough(n_claims, tmp_path):
    made = generate(n_claims=n_claims, seed=5, as_of=AS_OF)
    write(made, tmp_path)
    assert len(made.tables["claims"]) == n_claims


def test_an_unknown_world_is_refused():
    with pytest.raises(KeyError, match="no world 'rosy'"):
        generate(n_claims=10, seed=1, as_of=AS_OF, world="rosy")


def test_no_claims_at_all_are_refused():
    with pytest.raises(ValueError, match="at least one claim"):
        generate(n_claims=0, seed=1, as_of=AS_OF)

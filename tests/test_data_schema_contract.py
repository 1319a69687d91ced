"""The contract is whole: every promise can be kept and every page tells the truth."""

import pytest

from data_schema import codes, load_order, tables, word
from data_schema.contract import SQL_TYPES
from data_schema.dictionary import PAGE, page

EVERY = [*tables("in").values(), *tables("out").values()]


@pytest.mark.parametrize("table", EVERY, ids=lambda table: f"{table.direction}-{table.name}")
def test_every_column_has_a_type_and_every_list_exists(table):
    assert {column.type for column in table.columns} <= set(SQL_TYPES)
    assert all(codes(column.codes) for column in table.columns if column.codes)
    assert set(table.key) <= set(table.names)


def test_the_tables_of_the_public_contract_are_all_there():
    assert set(tables("in")) == {
        "actions", "agents", "bank_lines", "claims", "contacts", "creditors", "debtors", "disputes",
        "documents", "exchange_rates", "facts", "insolvencies", "instalments", "interactions",
        "legal_steps", "partners", "payments", "plans", "profile_labels", "promises",
    }  # fmt: skip
    assert set(tables("out")) == {
        "bilan", "capacity", "cash_forecast", "claims", "credits", "effects", "ends",
        "explanations", "levers", "litigation", "partner_results", "partners",
        "plan_offers", "profile_rates", "profiles", "quarantine", "recommendations", "recovery",
        "regret", "runs", "vat_relief", "watch", "worklist",
    }  # fmt: skip


def test_parents_load_before_their_children():
    order = {name: place for place, name in enumerate(load_order())}

    for table in tables("in").values():
        for column in table.columns:
            if column.refers:
                assert order[column.refers] < order[table.name]


def test_every_code_has_words_in_both_languages():
    for table in EVERY:
        for column in table.columns:
            for code in codes(column.codes) if column.codes else ():
                assert word(column.codes, code, "fr").strip()
                assert word(column.codes, code, "en").strip()


def test_every_sum_of_money_says_its_unit():
    unsaid = [
        (table.name, column.name)
        for table in EVERY
        for column in table.columns
        if column.type in ("money", "rate") and not column.unit
    ]
    assert unsaid == []


def test_the_data_dictionary_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page()

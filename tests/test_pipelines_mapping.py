from pathlib import Path

import pytest

from pipelines.errors import LedgerRefused
from pipelines.sources.headers import header_likeness, known_by_name, name_scores
from pipelines.sources.mapping import Mapping, load, save

CONTRACT = """\
format: ledger
table: claims
columns: {claim_id: invoiceNumber, debtor_id: customerID, issued_on: InvoiceDate,
          due_on: DueDate, amount: InvoiceAmount, closed_on: SettledDate}
date_format: "%d/%m/%Y"        # optional
defaults: {currency: EUR}
known: {Disputed: close, PaperlessBill: never}
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "mapping.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_the_mapping_of_the_contract_is_read_and_written_back(tmp_path: Path) -> None:
    mapping = load(written(tmp_path, CONTRACT))
    assert mapping.columns["closed_on"] == "SettledDate"
    assert mapping.date_format == "%d/%m/%Y"
    assert mapping.defaults == {"currency": "EUR"}
    assert mapping.known == {"Disputed": "close", "PaperlessBill": "never"}
    save(mapping, tmp_path / "again.yaml")
    assert load(tmp_path / "again.yaml") == mapping


def test_bare_yaml_words_keep_their_meaning(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "table: exchange_rates\ncolumns: {on: day, currency: code, eur_per_unit: 2024}\n"
        "defaults: {deleted_on: 2024-01-31}\n",
    )
    mapping = load(path)
    assert mapping.columns == {"on": "day", "currency": "code", "eur_per_unit": "2024"}
    assert mapping.defaults == {"deleted_on": "2024-01-31"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("columns: {claim_id: a}\ncolour: red\n", "'colour'"),
        ("columns: {claim_id: a, price: b}\n", "'price'"),
        ("columns: {claim_id: a}\ntable: invoices\n", "'invoices' does not exist"),
        ("columns: {claim_id: a}\nformat: fec\n", "must be ledger"),
        ("columns: {claim_id: a, amount: a}\n", "more than one column"),
        ("columns: {claim_id: a}\nknown: {b: later}\n", "issue, close, never"),
        ("columns: {claim_id: a}\ndecimal: ';'\n", "decimal"),
        ("columns: {claim_id: a}\ndecimal: ','\nthousands: ','\n", "same sign"),
        ("columns: [claim_id]\n", "not a list of keys"),
        ("columns: {}\n", "names no columns"),
        ("- claim_id\n", "keys and values"),
        ("columns: {claim_id: [a]}\n", "not a text"),
        ("columns: {claim_id: a\n", "not YAML"),
        ("columns: {claim_id: a}\ndefaults: {nothing: b}\n", "'nothing'"),
    ],
)
def test_a_wrong_mapping_is_refused_in_one_line(tmp_path: Path, content: str, words: str) -> None:
    with pytest.raises(LedgerRefused, match=words) as refusal:
        load(written(tmp_path, content))
    assert "\n" not in str(refusal.value)


def test_a_missing_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LedgerRefused, match="cannot be read"):
        load(tmp_path / "none.yaml")


def test_columns_are_found_whatever_their_case_and_missing_ones_named() -> None:
    mapping = Mapping({"claim_id": "numéro", "amount": "TOTAL"}, known={"extra": "close"})
    found = mapping.on(["Numéro", "Total", "Extra"], "a.csv")
    assert found.columns == {"claim_id": "Numéro", "amount": "Total"}
    assert found.known == {"Extra": "close"}
    with pytest.raises(LedgerRefused, match=r"a\.csv has no column 'extra'"):
        mapping.on(["Numéro", "Total"], "a.csv")


@pytest.mark.parametrize(
    ("name", "canonical"),
    [
        ("INVOICE_NUMBER", "claim_id"),
        ("invoicenumber", "claim_id"),
        ("N° de facture", "claim_id"),
        ("Date d’échéance", "due_on"),
        ("dateEcheance", "due_on"),
        ("Total TTC", "amount"),
        ("Reste à payer", "balance"),
        ("Réglée le", "closed_on"),
        ("Raison Sociale", "debtors.name"),
        ("CodeClient", "debtor_id"),
    ],
)
def test_names_are_known_whatever_their_dress(name: str, canonical: str) -> None:
    scores = name_scores(name)
    assert max(scores, key=lambda key: scores[key]) == canonical


@pytest.mark.parametrize("name", ["Montant HT", "Total hors taxe", "Subtotal", "Untaxed Amount"])
def test_amounts_without_tax_are_never_the_amount(name: str) -> None:
    assert name_scores(name) == {}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Disputed", "close"),
        ("En litige", "close"),
        ("DaysLate", "never"),
        ("nb jours retard", "never"),
        ("Région", None),
        ("Secteur", None),
    ],
)
def test_columns_filled_afterwards_are_told_by_their_name(name: str, known: str | None) -> None:
    assert known_by_name(name) == known


def test_a_header_of_invoices_is_likelier_than_another() -> None:
    invoices = header_likeness(["Facture", "Client", "Échéance", "Montant"])
    assert invoices > header_likeness(["Sujet", "Texte", "Auteur", "Page"])

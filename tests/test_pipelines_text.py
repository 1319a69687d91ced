from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import LedgerRefused
from pipelines.sources import text


def read(path: Path) -> list[tuple[int, list[str]]]:
    return list(text.rows(path, text.sniff(path)))


def write(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "ledger.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


FRENCH = "Numéro;Société;Montant\nF1;Café crème;1 234,50\nF2;Léa;12,00\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("cp850", "cp850"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_the_encoding_is_detected(tmp_path: Path, encoding: str, found: str) -> None:
    path = write(tmp_path, FRENCH, encoding)
    shape = text.sniff(path)
    assert shape.encoding == found
    assert shape.header == ("Numéro", "Société", "Montant")
    assert read(path)[0] == (2, ["F1", "Café crème", "1 234,50"])


def test_one_byte_far_down_that_is_not_utf8_changes_the_encoding(tmp_path: Path) -> None:
    body = b"id,name\n" + b"1,plain\n" * 400_000 + "2,Léa\n".encode("cp1252")
    path = write(tmp_path, body)
    shape = text.sniff(path)
    assert shape.encoding == "cp1252"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_detected(tmp_path: Path, separator: str) -> None:
    lines = [["id", "name", "amount"], ["1", "A", "2.5"], ["2", "B", "3.5"]]
    path = write(tmp_path, "\n".join(separator.join(line) for line in lines))
    assert text.sniff(path).separator == separator


def test_decimal_commas_are_not_taken_for_separators(tmp_path: Path) -> None:
    path = write(tmp_path, "N°;HT;TVA;TTC\n" + "1;10,00;2,00;12,00\n" * 9)
    assert text.sniff(path).separator == ";"


def test_title_lines_above_the_header_are_skipped(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "Balance âgée;;;\nSociété ACME;;;\nÉdité le;31/12/2024;;\n\n"
        "Facture;Client;Échéance;Montant\nF1;C1;01/02/2024;10\nF2;C2;01/03/2024;20\n",
    )
    shape = text.sniff(path)
    assert shape.header == ("Facture", "Client", "Échéance", "Montant")
    assert shape.header_row == 5
    assert read(path) == [
        (6, ["F1", "C1", "01/02/2024", "10"]),
        (7, ["F2", "C2", "01/03/2024", "20"]),
    ]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_line_ending_gives_the_same_rows(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path, ending.join(["id,name", "1,A", "", "2,B", ""]))
    assert text.sniff(path).line_ending == ending
    assert read(path) == [(2, ["1", "A"]), (4, ["2", "B"])]


def test_quotes_hold_separators_quotes_and_newlines(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,note\n1,"a, ""b""\nc"\n2,d\n')
    assert read(path) == [(2, ["1", 'a, "b"\nc']), (4, ["2", "d"])]


@pytest.mark.parametrize("following", [1, 50, 5_000])
def test_an_unclosed_quote_is_refused_with_its_line(tmp_path: Path, following: int) -> None:
    path = write(tmp_path, "id,note\n0,z\n" + '1,"open\n' + "2,b\n" * following)
    with pytest.raises(LedgerRefused, match="line 3: a quote is opened"):
        read(path)


def test_a_file_without_quoting_keeps_its_quotes(tmp_path: Path) -> None:
    path = write(tmp_path, 'id,note\n1,"open\n2,b\n')
    shape = replace(text.sniff(path), quote="")
    assert list(text.rows(path, shape)) == [(2, ["1", '"open']), (3, ["2", "b"])]


def test_cells_lose_their_spaces_and_trailing_separators(tmp_path: Path) -> None:
    path = write(tmp_path, "id|name|\n 1 | \u00a0A\u202f|\n2|B|\n")
    assert text.sniff(path).header == ("id", "name")
    assert read(path) == [(2, ["1", "A"]), (3, ["2", "B"])]


def test_equal_names_are_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path, "id,Amount,amount,row_number\n1,2,3,4\n")
    assert text.sniff(path).header == ("id", "Amount", "amount (2)", "row_number (2)")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"PK\x03\x04rest", "ZIP or Office"),
        (b"%PDF-1.7", "a PDF"),
        (b"id,name\n1,a\0b\n", "zero bytes"),
        (bytes(range(1, 32)) * 50, "control characters"),
        (b"12,13\n14,15\n", "names its columns"),
        (",".join(f"c{i}" for i in range(100_000)).encode() + b"\n1\n", "100,000 columns"),
        (b"a," * 6_000_000, "more than"),
    ],
)
def test_garbage_is_refused_in_one_line(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(LedgerRefused, match=words) as refusal:
        text.sniff(write(tmp_path, content))
    assert "\n" not in str(refusal.value)


def test_what_is_stated_is_checked(tmp_path: Path) -> None:
    path = write(tmp_path, FRENCH, "cp1252")
    with pytest.raises(LedgerRefused, match="not written in utf-8"):
        text.sniff(path, encoding="utf-8")
    with pytest.raises(LedgerRefused, match="unknown"):
        text.sniff(path, encoding="klingon")
    with pytest.raises(LedgerRefused, match="names its columns"):
        text.sniff(path, separator=",")


def test_rows_stream_into_a_table_and_ragged_ones_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path, "id,name\n1,A\n2\n3,C\n4,D,E\n")
    con = duckdb.connect()
    shape = text.sniff(path)
    count = text.to_table(con, "raw", shape.header, text.rows(path, shape), ragged="odd")
    assert count == 2
    assert con.execute("select * from raw order by 1").fetchall() == [(2, "1", "A"), (4, "3", "C")]
    assert con.execute("select * from odd order by 1").fetchall() == [
        (3, "1 cell where the header has 2", '{"id": "2"}'),
        (5, "3 cells where the header has 2", '{"id": "4", "name": "D", "surplus": ["E"]}'),
    ]
    with pytest.raises(LedgerRefused, match="Line 3 has 1 cell"):
        text.to_table(con, "raw", shape.header, text.rows(path, shape))


def test_a_table_is_made_in_several_batches(tmp_path: Path) -> None:
    con = duckdb.connect()
    numbered = ((line, [str(line), "x"]) for line in range(2, 120_002))
    assert text.to_table(con, "raw", ("id", "name"), numbered) == 120_000
    assert con.execute("select count(distinct id) from raw").fetchall() == [(120_000,)]

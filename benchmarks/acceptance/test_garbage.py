"""Whatever comes in ends in one clear line or in quarantine, in bounded time."""

import pytest

HEAD = b"claim_id,debtor_id,issued_on,due_on,amount\n"
GARBAGE = {
    "empty.csv": b"",
    "blank.csv": b"\n\n\n",
    "binary.csv": bytes(range(256)) * 400,
    "header.csv": HEAD,
    "semicolon/claims.csv": HEAD.replace(b",", b";") + b"C1;D1;2025-01-01;2025-02-01;10.00\n",
    "types/claims.csv": HEAD + b"C1,D1,soon,later,many\n",
    "twice/claims.csv": HEAD + b"C1,D1,2025-01-01,2025-02-01,10.00\n" * 2,
    "dates/claims.csv": HEAD + b"C1,D1,0001-01-01,9999-12-31,10.00\n",
    "huge/claims.csv": HEAD + b"C1,D1,2025-01-01,2025-02-01,1e30\n",
    "wide.csv": b",".join(b"c%d" % n for n in range(100_000)) + b"\n",
    "fake.xlsx": b"PK\x03\x04 this is no workbook",
    "half.parquet": b"PAR1",
    "headless.txt": b"411000\tClients\t12,00\n" * 50,
}


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_explained(name, amiable, tmp_path):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(GARBAGE[name])
    target = path if path.parent == tmp_path else path.parent

    code, told, printed = amiable("import", target, "--home", tmp_path / "home", "--json", ok=False)

    if code == 0:
        refused = sum(source["quarantined"] for source in told["sources"])
        accepted = sum(source["accepted"] for source in told["sources"])
        assert refused or not accepted or name.startswith(("header", "semicolon")), printed
    else:
        assert code == 1
        assert len([line for line in printed.splitlines() if line.startswith("amiable: ")]) == 1

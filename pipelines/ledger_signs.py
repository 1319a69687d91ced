"""Signs that a ledger is fit to learn from: payments that fit, debtors that are who they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipelines.build import build, connect, frame, put
from pipelines.panel import DoorRows

_FIT = "training.payment_fit"
_IDENTITIES = "training.debtor_identities"


def ledger_signs(
    store: Path, door_rows: DoorRows, *, known_by: date
) -> tuple[dict[str, float], dict[str, str]]:
    """What the gates of training ask of the ledger as known on a day.

    Returns
    -------
    signs : dict
        ``unfit_payments``, the share of payments that cannot be their claim's, and
        ``shared_identities``, the share of claims whose debtor stands under several ids.
    groups : dict
        For each debtor id that is another debtor too, the first id of the two.
    """
    con = connect(None, store)
    try:
        for name, (columns, rows) in door_rows.items():
            put(con, name, columns, rows)
        build(con, [_FIT, _IDENTITIES], as_of=known_by)
        fit, identities = frame(con, _FIT), frame(con, _IDENTITIES)
    finally:
        con.close()
    n_payments, n_unfit = (int(fit[name].iloc[0]) for name in ("n_payments", "n_unfit"))
    other = identities["identity"] != identities["debtor_id"]
    shared = identities["identity"].isin(identities.loc[other, "identity"])
    n_claims = int(identities["n_claims"].sum())
    signs = {
        "unfit_payments": n_unfit / n_payments if n_payments else 0.0,
        "shared_identities": float(identities.loc[shared, "n_claims"].sum()) / max(n_claims, 1),
    }
    groups = identities.loc[other, ["debtor_id", "identity"]]
    return signs, dict(zip(groups["debtor_id"], groups["identity"], strict=True))

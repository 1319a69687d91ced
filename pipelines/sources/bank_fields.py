"""What every form of statement says of a line."""

from __future__ import annotations

FIELDS = (
    "account",
    "booked_on",
    "value_on",
    "amount",
    "currency",
    "counterparty",
    "counterparty_account",
    "remittance",
    "end_to_end_id",
    "bank_reference",
    "aside",
)
"""Texts: ISO days, signed amounts with a decimal point; ``aside`` is why a line is out of scope.

``account`` is shortened, ``-`` where the statement names none.
"""

NO_ACCOUNT = "-"

# What the bank takes back, in the words of French banks; its own fee for that is none.
TAKEN_BACK = r"\b(rejet|rejete|impaye|impayee|contre ?-?passation|contrepasse)\b"
FEE = r"\b(frais|commission|comm|com|cotisation|agios)\b"

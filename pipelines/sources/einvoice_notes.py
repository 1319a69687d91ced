"""What the import of electronic invoices tells of its choices, each with its count ``n``."""

from __future__ import annotations

NOTES = {
    "assumed": "Invoices without a due date: {n}; {days} days after issue are assumed.",
    "terms": "Due dates counted from the stated terms of payment: {n}.",
    "instalments": "Invoices with several due dates: {n}; the last one is taken.",
    "prepaid": "Prepaid amounts that become payments on the day of issue: {n}.",
    "credited": "Credit notes and negative invoices that reduce the claim they refer to: {n}.",
    "on_account": (
        "Credit notes and negative invoices that refer to no single known claim: {n}; they stay"
        " on account of the debtor until the invoice comes."
    ),
    "replaced": "Corrective invoices (384): {n}; what was left of those they refer to is credited.",
    "correction_alone": (
        "Corrective invoices (384) that refer to no single known claim: {n}; each is a claim of"
        " its own, and what it replaces is credited when it comes."
    ),
    "advances": "Invoices for an advance (386), each a claim of its own: {n}.",
    "late_interest": (
        "Invoices of late-payment interest or indemnity, marked late_interest, of nature other:"
        " {n}."
    ),
    "same_number": (
        "Claims whose number stands on several documents of one seller with other content: {n};"
        " each is kept under a name of its own and marked same_number: check which one holds."
    ),
    "rates": "Penalty rates stated in notes or terms: {n}.",
    "factored": "Invoices assigned to a factor (393): {n}.",
}

"""What the front door hands to a build: the law, decisions of people, settings, scores.

Types only; the rows are made elsewhere and put with `pipelines.build.put`.
"""

from __future__ import annotations

from collections.abc import Mapping

from data_schema import tables

_RATE = "DECIMAL(12,6)"
_MONEY = "DECIMAL(18,2)"

# Rates are fractions a year; intervals are half-open, and an empty to_on has no end.
DOOR: Mapping[str, Mapping[str, str]] = {
    "law.penalty_rates": {
        "from_on": "DATE",
        "to_on": "DATE",
        "default_rate": _RATE,
        "floor_rate": _RATE,
        "public_rate": _RATE,
    },
    "law.legal_rates": {
        "from_on": "DATE",
        "to_on": "DATE",
        "professional_rate": _RATE,
        "individual_rate": _RATE,
        "uplift": _RATE,
    },
    "law.uplift_delays": {"from_on": "DATE", "to_on": "DATE", "months": "BIGINT"},
    "law.order_waits": {
        "from_on": "DATE",
        "to_on": "DATE",
        "months": "BIGINT",
        "overseas_months": "BIGINT",
        "abroad_months": "BIGINT",
    },
    "law.indemnities": {
        "from_on": "DATE",
        "to_on": "DATE",
        "amount": _MONEY,
        "public_amount": _MONEY,
    },
    "law.rate_sources": {
        "rule": "VARCHAR",
        "from_on": "DATE",
        "to_on": "DATE",
        "article": "VARCHAR",
        "is_to_verify": "BOOLEAN",
        "replaced": "VARCHAR",
    },
    "law.limitation_periods": {
        "regime": "VARCHAR",
        "nature": "VARCHAR",
        "months": "BIGINT",
        "period": "VARCHAR",
        "article": "VARCHAR",
        "is_to_verify": "BOOLEAN",
        "is_by_year": "BOOLEAN",
        "least_agreed": "BIGINT",
        "most_agreed": "BIGINT",
        "replaced": "VARCHAR",
    },
    "law.own_ladders": {"entry": "VARCHAR"},
    "law.own_values": {"entry": "VARCHAR"},
    "law.replaced": {
        "subject": "VARCHAR",
        "name": "VARCHAR",
        "from_on": "DATE",
        "printed": "VARCHAR",
        "article": "VARCHAR",
        "why": "VARCHAR",
    },
    "law.limitation_effects": {
        "event": "VARCHAR",
        "regime": "VARCHAR",
        "nature": "VARCHAR",
        "effect": "VARCHAR",
        "article": "VARCHAR",
        "is_to_verify": "BOOLEAN",
        "is_without_end": "BOOLEAN",
    },
    "law.limitation_limits": {
        "least_left_months": "BIGINT",
        "lapse_months": "BIGINT",
        "long_stop_months": "BIGINT",
        "warning_days": "BIGINT",
    },
    "law.vat_relief": {
        "from_on": "DATE",
        "to_on": "DATE",
        "years": "BIGINT",
        "article": "VARCHAR",
    },
    "law.days": {"day": "DATE", "may_contact": "BOOLEAN", "is_working": "BOOLEAN"},
    "journal.decisions": {
        "entry_id": "VARCHAR",
        "at": "TIMESTAMP",
        "as_of": "DATE",
        "actor": "VARCHAR",
        "kind": "VARCHAR",
        "subject_type": "VARCHAR",
        "subject_id": "VARCHAR",
        "claim_id": "VARCHAR",
        "debtor_id": "VARCHAR",
        "outcome": "VARCHAR",
        "channel": "VARCHAR",
        "stage": "VARCHAR",
        "tone": "VARCHAR",
        "action": "VARCHAR",
        "contact_id": "VARCHAR",
        "minutes": "DOUBLE",
        "due_on": "DATE",
        "amount": _MONEY,
        "dispute_reason": "VARCHAR",
        "note": "VARCHAR",
        "until_on": "DATE",
        "profile": "VARCHAR",
        "blind": "BOOLEAN",
        "question": "VARCHAR",
        "answer": "VARCHAR",
        "course": "VARCHAR",
        "recommendation_id": "VARCHAR",
        "propensity": "DOUBLE",
        "reason": "VARCHAR",
    },
    "settings.run": {
        "default_minutes_per_day": "BIGINT",
        "tolerance": _MONEY,
        "assumed_terms_days": "BIGINT",
    },
}

# Of the records of imports, the columns that queries read.
READ_OF_INTAKE: Mapping[str, Mapping[str, str]] = {
    "intake.extra_columns": {
        "table_name": "VARCHAR",
        "column_name": "VARCHAR",
        "known": "VARCHAR",
        "numeric": "BOOLEAN",
    },
    "intake.quarantine": {
        "source": "VARCHAR",
        "table_name": "VARCHAR",
        "row_number": "BIGINT",
        "reason": "VARCHAR",
        "payload": "VARCHAR",
    },
}


def score_columns(table: str) -> Mapping[str, str]:
    """SQL types of ``scores.<table>``: the columns of the published table without its day.

    >>> list(score_columns("plan_offers"))
    ['contact_group_id', 'due_on', 'amount', 'p_kept']
    """
    return {
        column.name: column.sql_type
        for column in tables("out")[table].columns
        if column.name != "as_of"
    }

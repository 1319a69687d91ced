"""The last check looks at contacts that are alike once, and finds what the law finds for each."""

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd

from law import conduct
from models.strategy.conduct import CHANNELS, TO_REPRESENTATIVE, violations
from models.strategy.guards import bits
from models.strategy.spread import stamps

DAY = dt.date(2026, 11, 20)
N = 4000
ACTIONS = (*sorted(conduct.CHASING), "resend_documents", "offer_plan", "answer_dispute")
KINDS = ("company", "sole_trader", "consumer", "public", "unknown")


def test_every_contact_breaks_the_rules_that_the_law_names():
    draw = np.random.default_rng(4)

    def one_of(*names):
        return np.asarray(names, dtype=object)[draw.integers(0, len(names), N)]

    def beside(missing):
        days = np.datetime64(DAY, "D") + draw.integers(-2, 3, N).astype("timedelta64[D]")
        return np.where(draw.random(N) < missing, np.datetime64("NaT"), days)

    nothing = stamps(pd.DataFrame(index=range(N)), "days")
    debtors = SimpleNamespace(
        kind=one_of(*KINDS),
        allows_visits=draw.random(N) < 0.5,
        do_not_contact=draw.random(N) < 0.1,
        represented=draw.random(N) < 0.1,
        email_consent=one_of(True, False, None),
        sms_consent=one_of(True, False, None),
        insolvency_kind=one_of(None, None, None, "liquidation"),
        contacts=nothing,
        calls=nothing,
        n_contacts_7d=draw.integers(0, 4, N),
        n_calls_7d=draw.integers(0, 4, N),
        last_channel=one_of(*CHANNELS, None),
        last_channel_run=draw.integers(0, 4, N),
        stage_rank=draw.integers(0, 6, N),
        tone_rank=draw.integers(0, 5, N),
    )
    facts = pd.DataFrame(
        {
            "notice_expires_on": beside(0.5),
            "chaseable": draw.integers(-1, 3, N) * 7.5,
            "promise_due_on": beside(0.7),
            "plan_kept": draw.random(N) < 0.1,
            "dates_known": draw.random(N) < 0.9,
            "time_barred": draw.random(N) < 0.2,
        }
    )
    action, stage = one_of(*ACTIONS), one_of(*conduct.STAGE_RANK, "third_party")
    tone, channel = one_of(*conduct.TONE_RANK), one_of(*CHANNELS, None)
    act_on = np.datetime64(DAY, "D") + draw.integers(0, 4, N).astype("timedelta64[D]")

    found = violations(debtors, np.arange(N), action, stage, tone, channel, act_on, facts)

    told = facts.astype(object).where(facts.notna(), None).to_dict("records")
    expected = []
    for row, fact in enumerate(told):
        known = conduct.DebtorContext(
            debtor_kind=debtors.kind[row],
            allows_visits=bool(debtors.allows_visits[row]),
            do_not_contact=bool(debtors.do_not_contact[row]),
            represented=bool(debtors.represented[row]),
            email_consent=debtors.email_consent[row],
            sms_consent=debtors.sms_consent[row],
            in_insolvency=debtors.insolvency_kind[row] is not None,
            n_contacts_7d=int(debtors.n_contacts_7d[row]),
            n_calls_7d=int(debtors.n_calls_7d[row]),
            last_channel=debtors.last_channel[row],
            last_channel_run=int(debtors.last_channel_run[row]),
            stage_rank=int(debtors.stage_rank[row]),
            tone_rank=int(debtors.tone_rank[row]),
            formal_notice_expires_on=fact["notice_expires_on"] and fact["notice_expires_on"].date(),
            chaseable_amount=Decimal(fact["chaseable"]),
            promise_due_on=fact["promise_due_on"] and fact["promise_due_on"].date(),
            plan_kept=fact["plan_kept"],
            dates_known=fact["dates_known"],
            time_barred=fact["time_barred"],
        )
        asked = conduct.Action(
            action=action[row],
            on=act_on[row].item(),
            stage=stage[row],
            tone=tone[row],
            channel=channel[row],
            to_representative=known.represented and channel[row] in TO_REPRESENTATIVE,
        )
        expected.append(bits(conduct.violations(known, asked)))
    assert found.tolist() == [int(each) for each in expected]
    # Every rule that such facts can break is broken somewhere.
    every = int(np.bitwise_or.reduce(found))
    never = [rule for rule in conduct.RULES if not every & int(bits([rule]))]
    assert never == ["outside_hours", "person_signs"]

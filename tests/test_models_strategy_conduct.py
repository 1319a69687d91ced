"""Weeks of doing what is advised, whatever debtors and people do, break no rule of conduct.

The judge is `simulation.play.conduct_check`, which reads the books alone and shares nothing with
the rules that the strategy goes by.
"""

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from law.calendar import may_contact
from law.rows import rows
from models.strategy import Policy, in_order, recommend
from simulation.play.conduct_check import violations

FIRST = dt.date(2026, 10, 22)
STAGE = {"reminder": 1, "firm_reminder": 2, "formal_notice": 3, "last_attempt": 4, "litigation": 5}
TONE = {"helpful": 1, "courteous": 2, "firm": 3, "formal": 4}
PROFILES = ("disorganised", "cash_strapped", "bad_faith", "dissatisfied")
KINDS = ("company", "sole_trader", "consumer", "public", "association", "unknown")
ANSWERS = ("no_answer", "refusal", "cash_wait", "missing_document", "wrong_contact", "promise",
           "dispute", "hardship", "plan_request", "paid_claim")  # fmt: skip
ODDS = (0.5, 0.1, 0.05, 0.05, 0.03, 0.08, 0.05, 0.04, 0.06, 0.04)
WISHES = ("remind", "call", "formal_notice", "visit", "third_party", "sue", "offer_plan", "wait")
TABLES = {
    "actions": "action_id claim_id at channel stage tone action contact_group_id received_on",
    "interactions": "claim_id at outcome",
    "promises": "claim_id made_on due_on kept_on",
    "plans": "claim_id agreed_on broken_on",
    "disputes": "claim_id opened_on closed_on founded in_writing answered_on",
    "insolvencies": "debtor_id opened_on",
    "payments": "claim_id paid_on amount",
}
DECISION = ("entry_id at kind claim_id debtor_id channel stage tone action due_on until_on question"
            " answer reason")  # fmt: skip


class Books:
    """Some debtors, what was done to them, and what they did: the creditor's own books."""

    def __init__(self, seed, n_debtors=36):
        draw = self.draw = np.random.default_rng(seed)
        self.rows = {name: [] for name in TABLES}
        self.decisions = []
        self.debtors = {f"D{i:02d}": self.debtor(f"D{i:02d}") for i in range(n_debtors)}
        self.claims = {}
        for i in range(2 * n_debtors):
            debtor_id = f"D{draw.integers(n_debtors):02d}"
            self.claims[f"C{i:02d}"] = self.claim(f"C{i:02d}", debtor_id)
        self.contacts = {key: [] for key in self.debtors}
        self.resets = dict.fromkeys(self.debtors, dt.date(2000, 1, 1))

    def debtor(self, key):
        draw = self.draw
        profile = PROFILES[draw.integers(4)]
        return {
            "debtor_id": key, "kind": KINDS[draw.integers(6)], "language": None,
            "email": draw.choice(["a@b.fr", None]), "phone": draw.choice(["01", None]),
            "email_consent": draw.choice([True, False, None]),
            "sms_consent": draw.choice([True, False, None]),
            "do_not_contact": bool(draw.random() < 0.05),
            "represented_by": "Me X" if draw.random() < 0.08 else None,
            "insolvency_kind": None, "insolvency_opened_on": None, "profile": profile,
            "creditor_id": draw.choice(["K1", "K2"]),
            **{f"p_{each}": 0.7 if each == profile else 0.1 for each in PROFILES},
        }  # fmt: skip

    def claim(self, key, debtor_id):
        amount = float(np.round(np.exp(self.draw.normal(7.5, 1.0)), 2))
        return {
            "claim_id": key, "debtor_id": debtor_id, "agent_id": None, "open_amount": amount,
            "creditor_id": self.debtors[debtor_id]["creditor_id"], "currency": "EUR",
            "open_amount_eur": amount, "disputed_amount": 0.0, "chaseable_amount": amount,
            "date_basis": self.draw.choice(["stated", "unknown"], p=[0.95, 0.05]), "flags": [],
            "due_on": FIRST - dt.timedelta(days=int(self.draw.integers(-10, 90))), "marks": [],
            "issued_on": FIRST - dt.timedelta(days=120), "suit_id": f"S{debtor_id}",
            "has_open_dispute": False, "promise_due_on": None, "promise_broken_on": None,
            "plan_id": None, "plan_next_due_on": None, "plan_broken_on": None, "n_actions": 0,
            "last_action_at": None, "last_interaction_at": None, "last_outcome": None,
            "formal_notice_expires_on": None, "limitation_on": dt.date(2031, 1, 1),
            "legal_status": None, "last_legal_step_on": None, "title_on": None,
            "assigned_to": None,
        }  # fmt: skip

    def conduct(self, key, day):
        past = self.contacts[key]
        now = [each for each in past if each["on"] > self.resets[key]]
        week = [each for each in past if (day - each["on"]).days < 7]
        run = 0
        for each in reversed(past):
            if each["channel"] != past[-1]["channel"]:
                break
            run += 1
        calls = [each["on"] for each in week if each["channel"] == "phone"]
        third = [each["on"] for each in past if each["stage"] == "third_party"]
        sued = any(c["legal_status"] for c in self.claims.values() if c["debtor_id"] == key)
        rank = max((STAGE.get(each["stage"], 0) for each in now), default=0)
        return {
            "debtor_id": key, "n_contacts_7d": len(week), "n_calls_7d": len(calls),
            "contact_days_7d": [each["on"] for each in week], "call_days_7d": calls,
            "last_channel": past[-1]["channel"] if past else None, "last_channel_run": run,
            "episode_start_on": now[0]["on"] if now else None,
            "episode_stage_rank": 5 if sued else rank,
            "episode_tone_rank": max((TONE[each["tone"]] for each in now), default=0),
            "last_contact_on": past[-1]["on"] if past else None,
            "third_party_on": third[-1] if third else None,
        }  # fmt: skip

    def advice(self, day):
        """Advised on the day: one row per contact or suit of the day, with its stage."""
        claims = pd.DataFrame(list(self.claims.values()))
        late = [(day - each).days for each in claims["due_on"]]
        debtors = pd.DataFrame(list(self.debtors.values()))
        debtors = debtors[debtors["debtor_id"].isin(claims["debtor_id"])]
        odds = {"p_30": 0.2, "p_90": 0.4, "expected_recovered": claims["open_amount"] * 0.4}
        suits = {"course": self.draw.choice(["payment_order", "agency", "amicable"]),
                 "recommended": True, "expected_net": 100.0}  # fmt: skip
        advice = recommend(
            claims.assign(days_overdue=late),
            debtors,
            pd.DataFrame([self.conduct(key, day) for key in debtors["debtor_id"]]),
            debtors,
            claims[["claim_id"]].assign(**odds),
            claims[["suit_id"]].drop_duplicates().assign(**suits),
            pd.DataFrame(),
            pd.DataFrame({"creditor_id": ["K1", "K2"], "allows_visits": [True, False],
                          "agent_id": None}),
            pd.DataFrame(self.decisions, columns=DECISION.split()),
            pd.DataFrame(rows(day)["law.days"][1], columns=["day", "may_contact", "is_working"]),
            as_of=day,
            policy=Policy(control=0.15, explore=0.3),
            disputes=self.frame("disputes"),
        )  # fmt: skip
        work = in_order([advice.due], pd.DataFrame(), default_minutes=1e6, as_of=day)
        lead = advice.recommendations.query("is_lead").set_index("contact_group_id")
        work = work.assign(stage=work["contact_group_id"].map(lead["stage"]))
        reaches = work["channel"].notna() | (work["action"] == "sue")
        return work[reaches & (work["act_on"] == day)].to_dict("records")

    def carry_out(self, contact, day):
        at = pd.Timestamp(day) + pd.Timedelta(hours=10)
        key, mine = contact["debtor_id"], [self.claims[each] for each in contact["claim_ids"]]
        notified = day + dt.timedelta(days=2) if contact["action"] == "formal_notice" else None
        for each in mine:
            said = {name: contact[name] for name in ("channel", "stage", "tone", "action")}
            group = f"{contact['contact_group_id']}|{day}"
            self.rows["actions"].append(
                {"action_id": f"{group}|{each['claim_id']}", "claim_id": each["claim_id"], "at": at,
                 "contact_group_id": group, "received_on": notified, **said}
            )  # fmt: skip
            each |= {"n_actions": each["n_actions"] + 1, "last_action_at": at}
            if notified is not None:
                each["formal_notice_expires_on"] = notified + dt.timedelta(days=8)
            if contact["action"] == "sue":
                each |= {"legal_status": "filed", "last_legal_step_on": day}
        if contact["action"] != "sue":
            self.contacts[key].append({"on": day, **contact})
            self.answer(key, mine, day)

    def answer(self, key, mine, day):
        outcome = str(self.draw.choice(ANSWERS, p=ODDS))
        at = pd.Timestamp(day) + pd.Timedelta(hours=12)
        for each in mine:
            claim_id = each["claim_id"]
            each |= {"last_outcome": outcome, "last_interaction_at": at}
            self.rows["interactions"].append({"claim_id": claim_id, "at": at, "outcome": outcome})
            if outcome == "promise":
                due = day + dt.timedelta(days=int(self.draw.integers(3, 10)))
                each |= {"promise_due_on": due, "chaseable_amount": 0.0}
                self.rows["promises"].append(
                    {"claim_id": claim_id, "made_on": day, "due_on": due, "kept_on": None}
                )
            if outcome == "dispute":
                each |= {"chaseable_amount": 0.0, "disputed_amount": each["open_amount"],
                         "has_open_dispute": True, "dispute_open_days": 0}  # fmt: skip
                self.rows["disputes"].append({"claim_id": claim_id, "opened_on": day})
            if outcome == "plan_request":
                each |= {"plan_id": f"P{claim_id}", "plan_next_due_on": day + dt.timedelta(days=30)}
                self.rows["plans"].append({"claim_id": claim_id, "agreed_on": day})
        if outcome in ("promise", "dispute", "hardship", "plan_request"):
            self.resets[key] = day

    def overnight(self, day):
        """Promises fall due, plans break, disputes close, money comes, proceedings open."""
        for claim_id, each in list(self.claims.items()):
            due = each["promise_due_on"]
            if due is not None and due < day:
                each |= {"promise_due_on": None, "promise_broken_on": due + dt.timedelta(days=1),
                         "chaseable_amount": each["open_amount"]}  # fmt: skip
            if each["plan_id"] and self.draw.random() < 0.08:
                each |= {"plan_id": None, "plan_broken_on": day}
                self.close("plans", claim_id, "broken_on", day)
            if each["has_open_dispute"] and self.draw.random() < 0.2:
                each |= {"chaseable_amount": each["open_amount"], "disputed_amount": 0.0,
                         "has_open_dispute": False}  # fmt: skip
                self.close("disputes", claim_id, "closed_on", day)
            if self.draw.random() < 0.01:
                paid_on = day - dt.timedelta(days=1)
                self.rows["payments"].append(
                    {"claim_id": claim_id, "paid_on": paid_on, "amount": each["open_amount"]}
                )
                del self.claims[claim_id]
                self.settled(each["debtor_id"], paid_on)
        for key, who in self.debtors.items():
            if who["insolvency_kind"] is None and self.draw.random() < 0.005:
                who |= {"insolvency_kind": "liquidation", "insolvency_opened_on": day}
                self.rows["insolvencies"].append({"debtor_id": key, "opened_on": day})

    def settled(self, key, day):
        """Once all that an episode chased is paid, it is over."""
        now = [each for each in self.contacts[key] if each["on"] > self.resets[key]]
        left = any(claim_id in self.claims for each in now for claim_id in each["claim_ids"])
        if now and not left:
            self.resets[key] = day

    def close(self, table, claim_id, column, day):
        for each in self.rows[table]:
            if each["claim_id"] == claim_id and each.get(column) is None:
                each[column] = day

    def wishes(self, day):
        """People ask for whatever comes to mind, lawful or not."""
        some = self.draw.choice(list(self.claims), 3)
        for place, claim_id in enumerate(some):
            self.decisions.append(
                dict.fromkeys(DECISION.split()) | {
                    "entry_id": f"E{day}{place}", "at": pd.Timestamp(day), "kind": "override",
                    "claim_id": claim_id, "debtor_id": self.claims[claim_id]["debtor_id"],
                    "action": self.draw.choice(WISHES), "reason": "essai",
                    "channel": self.draw.choice(["email", "sms", "phone", "letter", None]),
                    "stage": self.draw.choice([*STAGE, None]),
                    "tone": self.draw.choice([*TONE, None]),
                }
            )  # fmt: skip

    def frame(self, name):
        made = pd.DataFrame(self.rows[name], columns=TABLES[name].split())
        for column in made:
            if column == "at" or column.endswith("_on"):
                made[column] = pd.to_datetime(made[column])
        return made

    def canonical(self, claims):
        tables = {name: self.frame(name) for name in TABLES}
        known = pd.DataFrame(claims).assign(amount=lambda rows: rows["open_amount"])
        return {**tables, "claims": known, "debtors": pd.DataFrame(list(self.debtors.values()))}

    def unlawful_visits(self):
        visits = [
            self.debtors[key]
            for key, past in self.contacts.items()
            for each in past
            if each["channel"] == "visit"
        ]
        kept_from = ("consumer", "unknown")
        return [who for who in visits if who["kind"] in kept_from or who["creditor_id"] != "K1"]


@settings(max_examples=3, deadline=None, derandomize=True)
@given(st.integers(0, 10_000), st.sampled_from([1, 4]))
def test_weeks_of_following_the_advice_break_no_rule_of_conduct(seed, pause):
    books, day, reached = Books(seed), FIRST, Counter()
    every = list(books.claims.values())
    for _ in range(14):
        day += dt.timedelta(days=int(books.draw.integers(1, 2 * pause)))
        books.overnight(day)
        books.wishes(day)
        for contact in books.advice(day):
            assert may_contact(day)
            reached[contact["stage"]] += 1
            books.carry_out(contact, day)

    broken = violations(books.canonical(every), FIRST)
    broken.pop("visit_not_allowed", None)
    assert not broken
    assert not books.unlawful_visits()
    assert reached["reminder"] > 10
    assert pause == 1 or reached["firm_reminder"] > 0

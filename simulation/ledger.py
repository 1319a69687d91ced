"""What the creditor's books show on one day: events cut at the day, as canonical tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from simulation.collecting import CHANNELS, TONES
from simulation.days import NEVER, dates
from simulation.notes import write_notes
from simulation.parties import AGENCIES, LAWYERS, OFFICERS, ids, working
from simulation.state import State

Columns = dict[str, Any]


@dataclass(frozen=True)
class Outcome:
    """How each claim goes on under the past policy, beyond the day of the ledger too.

    Arrays of shape (n_claims,): first day of money from the debtor, first day with nothing
    open; ``NEVER`` if none.
    """

    first_payment_on: np.ndarray
    paid_in_full_on: np.ndarray


class Books:
    """Reads a finished simulation as of a day; money in units of the currency, days as dates."""

    def __init__(self, rng: np.random.Generator, state: State, as_of: int) -> None:
        """Void what an insolvency prevented, then number what is known on the day."""
        self._rng, self._state, self._as_of = rng, state, as_of
        n = state.invoices.debtor.size
        self.claim_ids = ids("F", np.arange(1, n + 1), 7)
        self.debtor_ids = state.debtors.table["debtor_id"].to_numpy()
        self._creditor_ids = np.array(["CR1", "CR2", "CR3"], dtype=object)
        self._dies = state.insolvent_on[state.invoices.debtor]
        self._payments = self._valid_payments()
        self._action_ids = np.array([], dtype=object)

    def outcome(self) -> Outcome:
        """See ``Outcome``."""
        rows = self._payments
        n = self.claim_ids.size
        first = np.full(n, NEVER)
        money = ~rows["method"].isin(_BOOKINGS) & (rows["cents"] > 0)
        np.minimum.at(first, rows["claim"][money], rows["day"][money])
        real = rows[rows["method"] != "write_off"].sort_values(["claim", "day"], kind="stable")
        paid = real.groupby("claim")["cents"].cumsum()
        full = real[paid.to_numpy() >= self._state.invoices.cents[real["claim"]]]
        # The last crossing counts: a debit returned within the week settles nothing.
        total = np.bincount(real["claim"], weights=real["cents"], minlength=n)
        done = np.full(n, NEVER)
        last = full.groupby("claim")["day"].max()
        done[last.index] = last
        done[total < self._state.invoices.cents] = NEVER
        return Outcome(first, done)

    def claims(self, outcome: Outcome) -> pd.DataFrame:
        """Every invoice issued by the day."""
        rng, state, inv = self._rng, self._state, self._state.invoices
        n = inv.debtor.size
        lesser = np.isin(state.closed_as, ["settled", "written_off", "cancelled"])
        ended = np.where(lesser, state.settled_on, outcome.paid_in_full_on)
        # One creditor keeps no closing date: there a claim is settled by its payments alone.
        keeps = (inv.creditor != 1) | (state.closed_as == "settled")
        shown = (ended <= self._as_of) & keeps
        how = np.where(lesser, state.closed_as, "paid").astype(object)
        undated = rng.random(n) < 0.002
        assumed = rng.random(n) < 0.02
        basis = np.where(undated, "unknown", np.where(assumed, "assumed", "stated"))
        performed = inv.issued - rng.integers(0, 12, n)
        rate = np.where((inv.creditor != 0) & (rng.random(n) < 0.1), 0.1, np.nan)
        numbers = pd.Series(np.arange(1, n + 1)).astype(str).str.zfill(6)
        year = pd.Series(dates(inv.issued)).dt.year.astype(str)
        return pd.DataFrame(
            {
                "claim_id": self.claim_ids,
                "debtor_id": self.debtor_ids[inv.debtor],
                "creditor_id": self._creditor_ids[inv.creditor],
                "invoice_number": ("FA" + year + "-" + numbers).to_numpy(dtype=object),
                "issued_on": dates(np.where(undated, NEVER, inv.issued)),
                "due_on": dates(np.where(undated, NEVER, inv.due)),
                "date_basis": basis,
                "amount": inv.cents / 100,
                "vat_amount": inv.vat_cents / 100,
                "currency": state.debtors.currency[inv.debtor],
                "nature": inv.nature,
                "performed_on": dates(np.where(rng.random(n) < 0.7, performed, NEVER)),
                "has_order": inv.has_order,
                "has_delivery_proof": inv.has_delivery,
                "has_terms": inv.has_terms,
                "contract_penalty_rate": rate,
                "insured_by": np.where(rng.random(n) < 0.03, "Assurcrédit Mourvalle", None),
                "closed_on": dates(np.where(shown, ended, NEVER)),
                "closed_as": np.where(shown, how, None),
                "known_on": dates(np.where(undated, inv.issued, NEVER)),
                "sales_channel": rng.choice(["field", "web", "phone"], n, p=[0.5, 0.35, 0.15]),
                "order_lines": 1 + rng.poisson(2.2, n),
            }
        )

    def payments(self) -> pd.DataFrame:
        """Payments, credit notes, write-offs, and money on account, in order of day."""
        state = self._state
        account = state.events.frame("on_account", ("debtor", "creditor", "day", "cents"))
        rows = pd.concat(
            [
                self._payments.assign(debtor=-1, creditor=-1),
                account.assign(claim=-1, method="transfer"),
            ]
        )
        rows = self._known(rows, "day")
        loose = rows["claim"].to_numpy() < 0
        claim = rows["claim"].to_numpy()
        return pd.DataFrame(
            {
                "payment_id": ids("R", np.arange(1, len(rows) + 1), 7),
                "claim_id": _unless(loose, self.claim_ids[claim]),
                "debtor_id": _unless(~loose, self.debtor_ids[rows["debtor"]]),
                "creditor_id": _unless(~loose, self._creditor_ids[rows["creditor"]]),
                "paid_on": dates(rows["day"]),
                "amount": rows["cents"].to_numpy() / 100,
                "method": rows["method"].to_numpy(),
            }
        )

    def actions(self) -> pd.DataFrame:
        """Contacts, answers to disputes, and lawsuits begun."""
        state, rng = self._state, self._rng
        made = state.events.frame("actions", _ACTION)
        made = made.assign(number=np.arange(len(made)))
        told = state.events.frame("answers", ("claim", "day", "repaired"))
        told = told.assign(
            second=rng.integers(30600, 64800, len(told)),
            channel=rng.choice(np.array(CHANNELS, dtype=object)[[0, 3]], len(told)),
            stage="reminder",
            tone=TONES[2],
            action=np.where(told["repaired"].astype(bool), "resolve_dispute", "answer_dispute"),
            group=-1,
            received=NEVER,
            minutes=np.round(rng.uniform(8, 30, len(told)), 1),
            cost=0.0,
            propensity=np.nan,
            number=-1,
        )
        kept = [*_ACTION, "number"]
        parts = [made[kept], told[kept], self._steps_outside("suits", "litigation", "sue")[kept]]
        parts.append(self._steps_outside("hand_overs", "third_party", "third_party")[kept])
        rows = self._known(pd.concat(parts), "day")
        numbers = ids("A", np.arange(1, len(rows) + 1), 7)
        self._action_ids = np.full(len(made), None, dtype=object)
        real = rows["number"].to_numpy() >= 0
        self._action_ids[rows["number"].to_numpy()[real]] = numbers[real]
        creditor = state.invoices.creditor[rows["claim"]]
        helper = np.where(rng.random(len(rows)) < 0.12, (creditor + 1) % 3, creditor)
        grouped = rows["group"].to_numpy()
        return pd.DataFrame(
            {
                "action_id": numbers,
                "claim_id": self.claim_ids[rows["claim"]],
                "at": _moments(rows["day"], rows["second"]),
                "channel": rows["channel"].to_numpy(),
                "stage": rows["stage"].to_numpy(),
                "tone": rows["tone"].to_numpy(),
                "action": rows["action"].to_numpy(),
                "contact_group_id": _unless(grouped < 0, ids("G", grouped + 1, 7)),
                "agent_id": np.array(["AG1", "AG2", "AG3"], dtype=object)[helper],
                "partner_id": np.where(
                    rows["stage"] == "third_party", working(AGENCIES, rows["claim"]), None
                ),
                "received_on": dates(self._until(rows["received"])),
                "minutes": rows["minutes"].to_numpy(),
                "cost": rows["cost"].to_numpy(),
                "propensity": rows["propensity"].to_numpy(dtype=float),
            }
        )

    def interactions(self, contacts: pd.DataFrame) -> pd.DataFrame:
        """Reactions, silence included; call after ``actions``."""
        rows = self._known(self._state.events.frame("interactions", _INTERACTION), "day")
        n = len(rows)
        debtor = self._state.invoices.debtor[rows["claim"]]
        spoken = (rows["outcome"] != "no_answer").to_numpy()
        people = contacts.groupby("_debtor").agg(
            first=("contact_id", "first"), last=("contact_id", "last")
        )
        wrong = (rows["outcome"] == "wrong_contact").to_numpy()
        first = people["first"].reindex(debtor).to_numpy(dtype=object)
        last = people["last"].reindex(debtor).to_numpy(dtype=object)
        named = spoken & (self._rng.random(n) < 0.6) & pd.notna(first)
        note = write_notes(
            self._rng,
            outcome=rows["outcome"].to_numpy(),
            profile=rows["profile"].to_numpy(dtype=int),
            channel=rows["channel"].to_numpy(),
            day=rows["day"].to_numpy(dtype=np.int64),
            cents=self._state.invoices.cents[rows["claim"]],
        )
        return pd.DataFrame(
            {
                "interaction_id": ids("I", np.arange(1, n + 1), 7),
                "claim_id": self.claim_ids[rows["claim"]],
                "at": _moments(rows["day"], rows["second"]),
                "action_id": self._action_ids[rows["action"]],
                "channel": rows["channel"].to_numpy(),
                "outcome": rows["outcome"].to_numpy(),
                "contact_id": _unless(~named, np.where(wrong, last, first)),
                "note": note,
            }
        )

    def promises(self) -> pd.DataFrame:
        """Promises made by the day; kept ones show it from the day of the payment."""
        names = ("claim", "made", "due", "cents", "kept", "written")
        rows = self._known(self._state.events.frame("promises", names), "made")
        kept = np.where(rows["kept"] > self._dies[rows["claim"]], NEVER, rows["kept"])
        return pd.DataFrame(
            {
                "promise_id": ids("PR", np.arange(1, len(rows) + 1), 6),
                "claim_id": self.claim_ids[rows["claim"]],
                "made_on": dates(rows["made"]),
                "due_on": dates(rows["due"]),
                "amount": rows["cents"].to_numpy() / 100,
                "kept_on": dates(self._until(kept)),
                "in_writing": rows["written"].to_numpy(dtype=bool),
            }
        )

    def plans(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Plans agreed by the day, and all their instalments."""
        events = self._state.events
        made = events.frame("plans", ("claim", "agreed", "signed"))
        ends = events.frame("plan_ends", ("plan", "broken"))
        made = made.assign(number=np.arange(len(made)), broken=ends["broken"])
        dies = self._dies[made["claim"]]
        last = events.frame("instalments", ("plan", "claim", "due", "cents", "paid"))
        end = last.groupby("plan")["due"].max().reindex(made["number"]).to_numpy()
        stopped = (dies >= made["agreed"]) & (dies < np.minimum(made["broken"], end))
        made["broken"] = np.where(stopped, dies, made["broken"])
        rows = self._known(made, "agreed")
        numbers = ids("PL", np.arange(1, len(rows) + 1), 6)
        plan_ids = np.full(len(made), None, dtype=object)
        plan_ids[rows["number"]] = numbers
        plans = pd.DataFrame(
            {
                "plan_id": numbers,
                "claim_id": self.claim_ids[rows["claim"]],
                "agreed_on": dates(rows["agreed"]),
                "signed": rows["signed"].to_numpy(dtype=bool),
                "broken_on": dates(self._until(rows["broken"])),
            }
        )
        owner = plan_ids[last["plan"]]
        last = last.assign(plan_id=owner)[pd.notna(owner)]
        paid = np.where(last["paid"] > self._dies[last["claim"]], NEVER, last["paid"])
        instalments = pd.DataFrame(
            {
                "plan_id": last["plan_id"].to_numpy(dtype=object),
                "due_on": dates(last["due"]),
                "amount": last["cents"].to_numpy() / 100,
                "paid_on": dates(self._until(paid)),
            }
        ).sort_values(["plan_id", "due_on"], ignore_index=True)
        return plans, instalments

    def legal_steps(self) -> pd.DataFrame:
        """Steps of lawsuits taken by the day; an insolvency stops them (C. com., L622-21)."""
        names = ("claim", "procedure", "step", "day", "cents", "cost")
        rows = self._state.events.frame("legal_steps", names)
        rows = self._known(rows, "day")
        sums = rows["cents"].to_numpy() / 100
        return pd.DataFrame(
            {
                "step_id": ids("LS", np.arange(1, len(rows) + 1), 6),
                "claim_id": self.claim_ids[rows["claim"]],
                "procedure": rows["procedure"].to_numpy(),
                "step": rows["step"].to_numpy(),
                "on": dates(rows["day"]),
                "amount": np.where(sums < 0, np.nan, sums),
                "cost": rows["cost"].to_numpy() / 100,
                "partner_id": np.where(
                    np.isin(rows["step"], ["served", "seized", "enforced", "unenforceable"]),
                    working(OFFICERS, rows["claim"]),
                    np.where(
                        np.isin(rows["procedure"], ["summary", "merits"]),
                        working(LAWYERS, rows["claim"]),
                        None,
                    ),
                ),
            }
        )

    def disputes(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Disputes opened by the day, and whether each was sincere (truth)."""
        rows = self._known(self._state.events.frame("disputes", _DISPUTE), "opened")
        ended = np.where(rows["closed"] < NEVER, rows["closed"], rows["answered"])
        numbers = ids("L", np.arange(1, len(rows) + 1), 6)
        sums = rows["cents"].to_numpy() / 100
        table = pd.DataFrame(
            {
                "dispute_id": numbers,
                "claim_id": self.claim_ids[rows["claim"]],
                "opened_on": dates(rows["opened"]),
                "reason": rows["reason"].to_numpy(),
                "amount": np.where(sums < 0, np.nan, sums),
                "in_writing": rows["written"].to_numpy(dtype=bool),
                "answered_on": dates(self._until(rows["answered"])),
                "founded": _unless(ended > self._as_of, rows["founded"].to_numpy(dtype=object)),
                "closed_on": dates(self._until(rows["closed"])),
            }
        )
        truth = pd.DataFrame(
            {"dispute_id": numbers, "sincere": rows["sincere"].to_numpy(dtype=bool)}
        )
        return table, truth

    def _steps_outside(self, kind: str, stage: str, action: str) -> pd.DataFrame:
        """Lawsuits begun and claims handed over, as rows of actions."""
        return self._state.events.frame(kind, ("claim", "day")).assign(
            second=36000,
            channel="letter",
            stage=stage,
            tone="formal",
            action=action,
            group=-1,
            received=NEVER,
            minutes=45.0,
            cost=0.0,
            propensity=np.nan,
            number=-1,
        )

    def _valid_payments(self) -> pd.DataFrame:
        rows = self._state.events.frame("payments", ("claim", "day", "cents", "method"))
        books = rows["method"].isin(_BOOKINGS).to_numpy()
        return rows[books | (rows["day"].to_numpy() <= self._dies[rows["claim"]])]

    def _known(self, rows: pd.DataFrame, day: str) -> pd.DataFrame:
        """Rows up to the day; on claims in insolvency, those before its opening."""
        end = np.where(rows["claim"] < 0, NEVER, self._dies[rows["claim"]])
        books = rows["method"].isin(_BOOKINGS) if "method" in rows else False
        live = (rows[day] <= self._as_of) & ((rows[day] <= end) | books)
        known = rows[live.to_numpy()]
        return known.sort_values([day, "claim"], kind="stable", ignore_index=True)

    def _until(self, day: Any) -> np.ndarray:
        numbers = np.asarray(day, dtype=np.int64)
        return np.where(numbers > self._as_of, NEVER, numbers)


_BOOKINGS = ("credit_note", "write_off")
_ACTION = (
    "claim",
    "day",
    "second",
    "channel",
    "stage",
    "tone",
    "action",
    "group",
    "received",
    "minutes",
    "cost",
    "propensity",
)
_INTERACTION = ("claim", "day", "second", "action", "channel", "outcome", "profile")
_DISPUTE = (
    "claim",
    "opened",
    "reason",
    "cents",
    "written",
    "answered",
    "founded",
    "closed",
    "sincere",
)


def _moments(day: Any, second: Any) -> np.ndarray:
    days = np.asarray(day, dtype=np.int64) * 86400 + np.asarray(second, dtype=np.int64)
    return days.astype("datetime64[s]")


def _unless(missing: Any, values: Any) -> np.ndarray:
    shown = np.array(values, dtype=object)
    shown[np.asarray(missing, dtype=bool)] = None
    return shown

"""What the weekly loop remembers of claims and debtors."""

from __future__ import annotations

from copy import copy
from dataclasses import fields, replace
from typing import Any

import numpy as np

from simulation.days import NEVER
from simulation.events import Events
from simulation.invoices import Invoices
from simulation.parties import Debtors
from simulation.worlds import World


class State:
    """The simulated world between two weeks.

    Per claim: ``open`` cents, ``left`` hazard before the next payment (exponential times
    ``scale``, so what is left of it is drawn anew at any time), ``boost`` log hazard from past
    contacts, ``excited`` log hazard from a part payment, ``relief`` log hazard that a repaired
    grievance gives back for good, ``busy_until`` first day on which nothing binds the claim any
    more (promise, plan, dispute, suit), ``settled_on``, ``closed_as``. Per debtor: the episode of
    the ladder (``rank`` 0 to 4, ``tone`` 0 to 4, ``tries`` at this rank), the last contact.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        invoices: Invoices,
        debtors: Debtors,
        world: World,
        insolvent_on: np.ndarray,
        holidays: np.ndarray,
    ) -> None:
        """A world in which nothing has happened yet."""
        n, m = invoices.debtor.size, debtors.profile.size
        self.rng, self.invoices, self.debtors, self.world = rng, invoices, debtors, world
        self.insolvent_on, self.holidays = insolvent_on, holidays
        self.events = Events()
        self.open = invoices.cents - invoices.credit_cents
        self.left = invoices.threshold.copy()
        self.scale = np.ones(n)
        self.boost = np.zeros(n)
        self.excited = np.zeros(n)
        self.relief = np.zeros(n)
        self.grievance = invoices.aggrieved.copy()
        self.voiced = np.zeros(n, dtype=bool)
        self.busy_until = np.zeros(n, dtype=np.int64)
        self.settled_on = np.full(n, NEVER, dtype=np.int64)
        self.closed_as = np.full(n, "", dtype=object)
        self.rank = np.zeros(m, dtype=np.int64)
        self.tone = np.zeros(m, dtype=np.int64)
        self.tries = np.zeros(m, dtype=np.int64)
        self.last_contact = np.full(m, -NEVER, dtype=np.int64)
        self.last_channel = np.full(m, -1, dtype=np.int64)
        self.channel_run = np.zeros(m, dtype=np.int64)
        self.wants_documents = np.zeros(m, dtype=bool)
        self.wrong_person = np.zeros(m, dtype=bool)
        self.answered = np.zeros(m, dtype=bool)
        self.vulnerable_on = np.full(m, NEVER, dtype=np.int64)
        whole = self.open <= 0
        self.settled_on[whole] = invoices.credited_on[whole]
        self.closed_as[whole] = "cancelled"
        noted = np.flatnonzero(invoices.credit_cents > 0)
        self.pay(noted, invoices.credited_on[noted], invoices.credit_cents[noted], "credit_note")

    def profile(self, claims: np.ndarray) -> np.ndarray:
        """Hidden profile of each claim's debtor."""
        return self.debtors.profile[self.invoices.debtor[claims]]

    def pay(
        self, claims: np.ndarray, day: np.ndarray, cents: np.ndarray, method: object
    ) -> np.ndarray:
        """Write a payment row; balances are the caller's business."""
        return self.events.add("payments", claim=claims, day=day, cents=cents, method=method)

    def receive(self, claims: np.ndarray, day: np.ndarray, cents: np.ndarray) -> None:
        """Money arrives: write it, lower the balance, settle what is paid."""
        cents = np.minimum(cents, self.open[claims])
        method = self.rng.choice(
            ["transfer", "cheque", "card", "direct_debit", "cash"],
            claims.size,
            p=[0.72, 0.13, 0.06, 0.08, 0.01],
        ).astype(object)
        self.pay(claims, day, cents, method)
        self.open[claims] -= cents
        self.settle(claims[self.open[claims] <= 0], day[self.open[claims] <= 0], "paid")

    def settle(self, claims: np.ndarray, day: np.ndarray, how: str) -> None:
        """Nothing is open any more from ``day`` on."""
        self.settled_on[claims] = day
        self.closed_as[claims] = how

    def is_settled(self, claims: np.ndarray) -> np.ndarray:
        """Whether each claim has come to an end, or to a scripted end."""
        return self.settled_on[claims] < NEVER

    def end_episode(self, debtors: np.ndarray) -> None:
        """The ladder starts afresh: paid, a dispute, hardship, a plan or a promise (D4)."""
        self.rank[debtors] = 0
        self.tone[debtors] = 0
        self.tries[debtors] = 0
        self.channel_run[debtors] = 0
        self.last_channel[debtors] = -1

    def again(self, claims: np.ndarray, copies: int, rng: np.random.Generator) -> State:
        """The same moment many times over, for some claims and their debtors, nothing written.

        Claim i of ``claims`` becomes claims i · copies to (i + 1) · copies − 1, each copy with a
        debtor of its own, so that copies live apart. Hazards before the next payment are drawn
        anew.
        """
        owners, owner = np.unique(self.invoices.debtor[claims], return_inverse=True)
        rows, people = np.repeat(claims, copies), np.repeat(owners, copies)
        debtor = np.repeat(owner * copies, copies) + np.tile(np.arange(copies), claims.size)
        other = copy(self)
        other.rng, other.events = rng, Events()
        other.invoices = replace(_taken(self.invoices, rows), debtor=debtor)
        other.debtors = _taken(self.debtors, people)
        other.insolvent_on = self.insolvent_on[people]
        for name in _OF_CLAIMS:
            setattr(other, name, getattr(self, name)[rows])
        for name in _OF_DEBTORS:
            setattr(other, name, getattr(self, name)[people])
        other.left = rng.exponential(size=rows.size) * other.scale
        return other


_OF_CLAIMS = ("open", "scale", "boost", "excited", "relief", "grievance", "voiced", "busy_until",
              "settled_on", "closed_as")  # fmt: skip
_OF_DEBTORS = ("rank", "tone", "tries", "last_contact", "last_channel", "channel_run",
               "wants_documents", "wrong_person", "answered", "vulnerable_on")  # fmt: skip


def _taken(facts: Any, rows: np.ndarray) -> Any:
    """Some rows of every array; of a table only what the weeks read."""
    parts = {field.name: getattr(facts, field.name) for field in fields(facts)}
    taken = {
        name: part[["do_not_contact", "sms_consent"]].iloc[rows].reset_index(drop=True)
        if name == "table"
        else part[rows]
        for name, part in parts.items()
    }
    return replace(facts, **taken)

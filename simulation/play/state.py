"""What a world that is played remembers of claims and debtors between two days."""

from __future__ import annotations

import numpy as np

from simulation.days import NEVER
from simulation.play.books import Book, ledger, numbered
from simulation.play.draws import Draws
from simulation.play.population import Population
from simulation.play.worlds import Parameters


def _reach(people: Population) -> dict[str, np.ndarray]:
    """Channels that data and consent leave open, masks of shape (n_debtors,)."""
    table = people.table
    refused = (table["email_consent"] == False).to_numpy(dtype=bool)  # noqa: E712
    agreed = (table["sms_consent"] == True).to_numpy(dtype=bool)  # noqa: E712
    barred = table["do_not_contact"].to_numpy(dtype=bool)
    return {
        "email": table["email"].notna().to_numpy() & ~refused,
        "phone": table["phone"].notna().to_numpy(),
        "sms": table["phone"].notna().to_numpy() & agreed,
        "closed": barred | table["represented_by"].notna().to_numpy(),
    }


class State:
    """Arrays by claim and by debtor, and the books that the creditor keeps.

    Per claim: ``open`` cents, ``left`` hazard before the next payment, what is on (promise, plan,
    dispute, suit) with its row in the books and its next day, what is hidden (documents missing,
    grievance). Per debtor: ``latent`` and ``heat`` (contacts that are yet to work, and at work),
    ``pressure`` (recent contacts), ``hostility`` (log pace lost), and the episode of D4. ``today``
    is the Monday on which one chooses.
    """

    def __init__(
        self,
        draws: Draws,
        people: Population,
        world: Parameters,
        *,
        start: int,
        middle: int,
    ) -> None:
        """A world before its first day."""
        self.draws, self.people, self.world = draws, people, world
        self.start, self.middle, self.today = start, middle, start
        n, m = people.debtor.size, people.profile.size
        self.profile = people.profile[people.debtor]
        self.books: dict[str, Book] = ledger()
        self.claim_ids = numbered("F", np.arange(n))
        self.debtor_ids = people.table["debtor_id"].to_numpy(dtype=object)
        agents = np.arange(world["team"]["agents"]).astype(str)
        self.creditor_ids = np.char.add("CR", agents).astype(object)
        self.agent_ids = np.char.add("AG", agents).astype(object)
        self.born = 0
        self.is_open = np.zeros(n, dtype=bool)
        self.open = people.cents.copy()
        self.left = draws.exponential("pays", np.arange(n), 0)
        self.n_payments = np.zeros(n, dtype=np.int64)
        self.n_promises = np.zeros(n, dtype=np.int64)
        self.no_documents = people.no_documents.copy()
        self.grievance = people.grievance.copy()
        for name in ("voiced", "unfounded", "chased", "dead"):
            setattr(self, name, np.zeros(n, dtype=bool))
        for name in ("promise_row", "plan_row", "instalment_row", "dispute_row"):
            setattr(self, name, np.full(n, -1))
        for name in ("promise_due", "plan_next", "plan_breaks_on", "write_on", "resolve_on",
                     "close_on", "court_on", "granted_on", "served_on", "pays_on",
                     "settled_on"):  # fmt: skip
            setattr(self, name, np.full(n, NEVER))
        self.plan_left, self.plan_cents = np.zeros(n, dtype=np.int64), np.zeros(n, dtype=np.int64)
        self.monitored_on = np.full(n, -NEVER)
        self.bound_on = np.full(n, -NEVER)
        self.asked_documents = np.zeros(n, dtype=bool)
        self.told_documents = np.zeros(n, dtype=bool)
        self.wrong_contact = people.wrong_contact.copy()
        for name in ("latent", "heat", "pressure", "hostility"):
            setattr(self, name, np.zeros(m))
        for name in ("rank", "tone", "tries", "channel_run", "n_contacts", "n_plans_asked"):
            setattr(self, name, np.zeros(m, dtype=np.int64))
        self.last_channel = np.full(m, "", dtype=object)
        self.said_wrong = np.zeros(m, dtype=bool)
        for name in ("last_contact", "asked_time_on", "reset_on", "says_paid_on", "handed_on",
                     "episode_on"):  # fmt: skip
            setattr(self, name, np.full(m, -NEVER))
        self.notice_ends_on = np.full(m, NEVER)
        self.insolvency_row = np.full(m, -1)
        self.identified: list[int] = []
        self.recent = np.full((m, 3), -NEVER)
        self.recent_calls = np.full((m, 2), -NEVER)
        # One answer at most is on its way from each debtor.
        self.answer_on = np.full(m, NEVER)
        self.answer_lead, self.answer_action = np.zeros(m, dtype=int), np.zeros(m, dtype=int)
        self.answer_channel = np.full(m, "", dtype=object)
        self.minutes = 0.0
        self.outlay_cents = 0
        self.n_past = 1
        self.kind_unknown = people.kind == "unknown"
        self.reach = _reach(people)

    @property
    def agent_minutes(self) -> float:
        """Minutes of each agent in a week."""
        team = self.world["team"]
        return float(team["minutes_per_1000"] * self.n_past / 1000 / team["agents"])

    def alive(self) -> np.ndarray:
        """Claims issued and not at their end."""
        born = np.arange(self.born)
        return born[(self.open[: self.born] > 0) & ~self.dead[: self.born]]

    def is_dry(self, debtor: np.ndarray, day: int) -> np.ndarray:
        """Whether each debtor has no cash this month; months are drawn, whatever one does."""
        share = np.array(self.world["payment"]["dry_share"])[self.people.profile[debtor]]
        able = np.exp(-0.4 * self.people.ability[debtor])
        return self.draws.uniform("dry", debtor, day // 28) < np.minimum(share * able, 0.8)

    def chaseable(self, day: int) -> np.ndarray:
        """Claims that are late and bound by nothing, of debtors who are not in proceedings."""
        claims = self.alive()
        debtor = self.people.debtor[claims]
        free = (self.promise_due[claims] == NEVER) & (self.plan_row[claims] < 0)
        free &= (self.dispute_row[claims] < 0) & (self.court_on[claims] == NEVER)
        free &= (self.people.due[claims] < day) & (self.people.insolvent_on[debtor] > day)
        return claims[free]

    def add_effect(self, debtor: np.ndarray, action: str, factor: np.ndarray | float = 1.0) -> None:
        """Hazard that an action adds in all, spread over the days to come."""
        mass = np.array(self.world["effects"][action])[self.people.profile[debtor]] * factor
        tiring = 1 + self.world["effects"]["tiring"] * self.pressure[debtor]
        np.add.at(self.latent, debtor, mass / tiring)

    def identify(self, debtor: int) -> None:
        """Find out what kind of debtor it is."""
        self.kind_unknown[debtor] = False
        self.people.table.loc[debtor, "kind"] = self.people.true_kind[debtor]
        self.identified.append(debtor)

    def end_episode(self, debtor: np.ndarray, day: int) -> None:
        """The ladder starts afresh (D4); a contact of the same day belongs to what ended."""
        self.rank[debtor] = 0
        self.tone[debtor] = 0
        self.tries[debtor] = 0
        self.reset_on[debtor] = day
        self.episode_on[debtor] = -NEVER

    def dispute(self, claims: np.ndarray, day: int, *, sincere: bool) -> None:
        """Open a dispute on claims that have none."""
        claims = claims[(self.dispute_row[claims] < 0) & (self.open[claims] > 0)]
        if claims.size == 0:
            return
        draws = self.draws
        reasons = np.array(["quality", "quantity", "price", "not_delivered", "other"], dtype=object)
        self.dispute_row[claims] = self.books["disputes"].add(
            claims.size,
            claim_id=self.claim_ids[claims],
            opened_on=day,
            reason=reasons[draws.whole("reason", 0, 5, claims)],
            in_writing=(draws.uniform("written", claims) < (0.5 if sincere else 0.2)).astype(
                object
            ),
        )
        self.voiced[claims] = True
        self.unfounded[claims] = False
        self.promise_due[claims] = NEVER
        # Nobody answers: it is forgotten after most of a year, the grievance stays.
        self.close_on[claims] = day + 240
        self.bound_on[claims] = day
        self.end_episode(np.unique(self.people.debtor[claims]), day)

    def end_dispute(self, claims: np.ndarray, day: int) -> None:
        """Close disputes that are open."""
        self.books["disputes"].change(self.dispute_row[claims], closed_on=day)
        self.dispute_row[claims] = -1
        for name in ("close_on", "resolve_on", "write_on"):
            getattr(self, name)[claims] = NEVER

    def book_step(self, claims: np.ndarray, step: str, day: int, *, cost: object = 0) -> None:
        """A step of the suits on claims: an order to pay, and what follows its title."""
        enforces = step in ("seized", "enforced", "unenforceable")
        self.books["legal_steps"].add(
            claims.size,
            claim_id=self.claim_ids[claims],
            procedure="enforcement" if enforces else "payment_order",
            step=step,
            on=day,
            amount=self.open[claims] if step in ("granted", "enforced") else -1,
            cost=cost,
        )

    def book_payment(self, claims: np.ndarray, day: int, cents: np.ndarray, method: str) -> None:
        """A payment row, and a lower balance; what is paid whole ends with its dispute or plan."""
        cents = np.minimum(cents, self.open[claims])
        rows = claims[cents > 0]
        if rows.size == 0:
            return
        self.books["payments"].add(
            rows.size,
            claim_id=self.claim_ids[rows],
            paid_on=day,
            amount=cents[cents > 0],
            method=method,
        )
        self.open[rows] -= cents[cents > 0]
        done = rows[self.open[rows] <= 0]
        self.settled_on[done] = day
        disputed = done[self.dispute_row[done] >= 0]
        if disputed.size:
            self.end_dispute(disputed, day)
        self.promise_due[done], self.plan_row[done] = NEVER, -1
        self.court_on[done] = NEVER
        # All that was chased is paid: the episode is over.
        debtor = np.unique(self.people.debtor[done[self.chased[done]]])
        self.chased[done] = False
        if debtor.size:
            left = np.zeros(self.rank.size, dtype=bool)
            left[self.people.debtor[self.chased & (self.open > 0)]] = True
            self.end_episode(debtor[~left[debtor]], day)

    def receive(self, claims: np.ndarray, day: int, cents: np.ndarray) -> None:
        """Money from the debtor."""
        claims, cents = claims[cents > 0], cents[cents > 0]
        handed = day - self.handed_on[self.people.debtor[claims]] <= 90
        fee = self.world["legal"]["agency_fee"] * cents[handed].sum()
        self.outlay_cents += int(fee) if day >= self.start else 0
        self.book_payment(claims, day, cents, "transfer")

"""A world that is played: its hidden truth, its books, and the weeks that go by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from simulation.days import NEVER, dates, number, on_contact_days, public_holidays
from simulation.parties import partners
from simulation.play import contacting, past, population, worlds
from simulation.play.draws import Draws
from simulation.play.living import live
from simulation.play.state import State
from simulation.worlds import PROFILES

START = date(2025, 11, 24)
"""The Monday on which every play begins; the past lies before it."""
LONGEST_WEEKS = 53
_CLAIMS_PER_AGENT = 1500

ACTION_COLUMNS = ("claim_id", "contact_group_id", "action", "channel", "stage", "tone", "act_on",
                  "agent_id", "recommendation_id", "propensity")  # fmt: skip


@dataclass
class Week:
    """What came of one week's actions: counts of contacts and tasks, minutes by agent."""

    start: date
    done: int = 0
    overtaken: int = 0
    beyond_capacity: int = 0
    contacts: int = 0
    minutes: float = 0.0


class World:
    """A portfolio with hidden truth that one plays: read, choose, `step`, read again.

    Examples
    --------
    >>> world = World.start("calibrated", seed=1, claims=200)
    >>> world.today
    datetime.date(2025, 11, 24)
    >>> week = world.step(None)
    >>> world.today
    datetime.date(2025, 12, 1)
    """

    def __init__(self, name: str, state: State, people: population.Population, seed: int) -> None:
        """Use `start`."""
        self.name, self.seed, self.state = name, seed, state
        self._people = people
        self._day = state.start
        self.weeks: list[Week] = []
        self._parties_told = False
        self.log: list[tuple[int, contacting.Deed]] = []

    @classmethod
    def start(cls, name: str, seed: int, claims: int, *, minutes: float | None = None) -> World:
        """A world on its first Monday, with a past of ``claims`` invoices.

        ``minutes`` a week for the whole team replace the world's. Raises ``KeyError`` for an
        unknown world and ``ValueError`` for fewer than one claim.
        """
        if claims < 1:
            raise ValueError(f"at least one claim, not {claims}")
        parameters = worlds.load(name)
        if minutes is not None:
            team = {**parameters["team"], "minutes_per_1000": minutes * 1000 / claims}
            parameters = {**parameters, "team": team}
        team = parameters["team"]
        size = min(team["agents"], max(1, claims // _CLAIMS_PER_AGENT))
        parameters = {**parameters, "team": {**team, "agents": size}}
        draws = Draws(seed)
        begins = number(START)
        first = begins - 7 * round(parameters["past"]["months"] * 30.4375 / 7)
        last = begins + 7 * LONGEST_WEEKS
        people = population.draw(draws, seed, claims, first, begins, last, parameters)
        state = State(draws, people, parameters, start=begins, middle=begins + 26 * 7)
        state.n_past = claims
        population.add_contacts(state)
        holidays = public_holidays(first, last + 60)
        for monday in range(first, begins, 7):
            deeds = past.deeds(state, monday, holidays)
            _week(state, monday, deeds)
        return cls(name, state, people, seed)

    @property
    def today(self) -> date:
        """The Monday on which one chooses; what happened before it is known."""
        return date(1970, 1, 1) + timedelta(days=self._day)

    @property
    def minutes_per_week(self) -> dict[str, float]:
        """Minutes of each agent in a week."""
        return {str(agent): self.state.agent_minutes for agent in self.state.agent_ids}

    def tables(self) -> dict[str, pd.DataFrame]:
        """Every canonical table as known today; money in EUR, days as ``datetime64[s]``."""
        books = {name: book.frame() for name, book in self.state.books.items()}
        return {**self._parties(), **books}

    def increment(self) -> dict[str, pd.DataFrame]:
        """Rows that are new or changed since the last call; the first call gives everything."""
        found: dict[str, pd.DataFrame] = {}
        if not self._parties_told:
            found = self._parties()
        elif self.state.identified:
            found["debtors"] = self._people.table.iloc[sorted(set(self.state.identified))]
        self._parties_told = True
        self.state.identified = []
        for name, book in self.state.books.items():
            rows = book.frame(only_new=True)
            book.seen()
            if len(rows):
                found[name] = rows
        return found

    def step(self, actions: pd.DataFrame | None) -> Week:
        """Carry out the week's actions, let seven days go by.

        Parameters
        ----------
        actions
            one row per claim: claim_id, action; and where known contact_group_id (one contact for
            several claims; default one a claim), channel, stage, tone, act_on (default Monday),
            agent_id (default the one in charge), recommendation_id, propensity. In the order in
            which time is spent: what no longer fits an agent's minutes is left undone and counted.
        """
        week = Week(self.today)
        deeds = self._deeds(actions, week)
        done = _week(self.state, self._day, deeds)
        self.log += done
        week.done = len(done)
        week.overtaken = sum(map(len, deeds.values())) - len(done)
        week.contacts = sum(deed.channel is not None for _, deed in done)
        week.minutes = float(sum(deed.minutes() for _, deed in done))
        self._day += 7
        self.state.today = self._day
        self.weeks.append(week)
        return week

    def truth(self) -> dict[str, pd.DataFrame]:
        """What nobody in the world knows: ``debtors``, ``claims``, ``effects``."""
        state, people = self.state, self._people
        parameters = state.world["effects"]
        rows = [
            (profile, name, values[place])
            for place, profile in enumerate(PROFILES)
            for name, values in parameters.items()
            if isinstance(values, list) and not isinstance(values[0], list)
        ]
        born = slice(0, state.born)
        return {
            "debtors": pd.DataFrame(
                {
                    "debtor_id": state.debtor_ids,
                    "profile": np.array(PROFILES, dtype=object)[people.profile],
                    "frailty": people.frailty,
                    "ability": people.ability,
                    "wrong_contact": state.wrong_contact,
                    "insolvent_on": dates(people.insolvent_on),
                }
            ),
            "claims": pd.DataFrame(
                {
                    "claim_id": state.claim_ids[born],
                    "no_documents": state.no_documents[born],
                    "grievance": state.grievance[born],
                    "open_amount": state.open[born] / 100,
                    "settled_on": dates(state.settled_on[born]),
                }
            ),
            "effects": pd.DataFrame(rows, columns=["profile", "what", "hazard"]),
        }

    def cash(self) -> pd.DataFrame:
        """Money received since the start of the play: ``paid_on`` (days since), ``amount`` EUR."""
        book = self.state.books["payments"]
        paid = book.get("paid_on") - self.state.start
        real = (paid >= 0) & (book.get("method") == "transfer")
        return pd.DataFrame({"day": paid[real], "amount": book.get("amount")[real] / 100})

    def _parties(self) -> dict[str, pd.DataFrame]:
        state = self.state
        agents = pd.DataFrame(
            {
                "agent_id": state.agent_ids,
                "name": [f"Collecteur {i + 1}" for i in range(state.agent_ids.size)],
                "minutes_per_day": state.agent_minutes / 5,
            }
        )
        creditors = pd.DataFrame(
            {
                "creditor_id": state.creditor_ids,
                "name": [f"Fournisseur {i + 1} SAS" for i in range(state.creditor_ids.size)],
                "kind": "company",
                "country": "FR",
                "recovers_vat": True,
                "agent_id": state.agent_ids,
            }
        )
        return {
            "creditors": creditors,
            "debtors": self._people.table,
            "agents": agents,
            "partners": partners(),
        }

    def _deeds(self, actions: pd.DataFrame | None, week: Week) -> past.Deeds:
        if actions is None or actions.empty:
            return {}
        rows = actions[actions["action"] != "wait"]
        rows = rows.reindex(columns=list(ACTION_COLUMNS))
        rows = rows.astype(object).where(rows.notna(), None)
        group = rows["contact_group_id"].where(rows["contact_group_id"].notna(), rows["claim_id"])
        spent = dict.fromkeys(self.state.agent_ids, 0.0)
        holidays = public_holidays(self._day, self._day + 30)
        deeds: past.Deeds = {}
        for key, part in rows.groupby(group, sort=False):
            deed, day = self._deed(str(key), part, holidays)
            spent[deed.agent] = spent.get(deed.agent, 0.0) + deed.minutes()
            if spent[deed.agent] > self.state.agent_minutes + 1e-6:
                spent[deed.agent] -= deed.minutes()
                week.beyond_capacity += 1
                continue
            deeds.setdefault(day, []).append(deed)
        return deeds

    def _deed(
        self, key: str, part: pd.DataFrame, holidays: np.ndarray
    ) -> tuple[contacting.Deed, int]:
        first = part.iloc[0]
        claims = np.array([int(text[1:]) - 1 for text in part["claim_id"]])
        claims = claims[np.argsort(-self.state.open[claims], kind="stable")]
        debtor = int(self._people.debtor[claims[0]])
        if first["act_on"] is None:
            moment = None
            day = int(on_contact_days(np.array([self._day]), holidays)[0])
        else:
            moment = pd.Timestamp(first["act_on"])
            day = (moment.date() - date(1970, 1, 1)).days
        day = min(max(day, self._day), self._day + 6)
        second = 32_400 + int(self.state.draws.whole("moment", 0, 28_000, debtor, day))
        if moment is not None and (moment.hour or moment.minute):
            second = moment.hour * 3600 + moment.minute * 60
        agent = first["agent_id"]
        if agent is None:
            agent = self.state.agent_ids[self._people.creditor[debtor]]
        chance = first["propensity"]
        deed = contacting.Deed(
            debtor=debtor,
            claims=claims,
            action=str(first["action"]),
            channel=first["channel"],
            stage=str(first["stage"] or "reminder"),
            tone=first["tone"],
            second=second,
            group=key,
            recommendation=first["recommendation_id"],
            propensity=np.nan if chance is None else float(chance),
            agent=str(agent),
        )
        return deed, day


def _week(state: State, monday: int, deeds: past.Deeds) -> list[tuple[int, contacting.Deed]]:
    """Seven days; what facts of the week have overtaken is left undone."""
    done = []
    for day in range(monday, monday + 7):
        live(state, day)
        for deed in deeds.get(day, []):
            deed = replace(deed, claims=_not_overtaken(state, deed, monday))
            if deed.claims.size:
                contacting.carry_out(state, deed, day)
                done.append((day, deed))
        contacting.hear(state, day)
    return done


def _not_overtaken(state: State, deed: contacting.Deed, monday: int) -> np.ndarray:
    """Claims of a deed that no payment, promise, plan, dispute or failure of the week took away.

    Nor is what is under way begun twice: a dispute that is being looked into, a suit filed.
    """
    claims = deed.claims
    over = (state.open[claims] <= 0) | state.dead[claims]
    if deed.action == "resolve_dispute":
        over |= (state.resolve_on[claims] < NEVER) | state.unfounded[claims]
    if deed.action == "sue":
        served = state.served_on[claims] < NEVER
        over |= (state.court_on[claims] < NEVER) & ((state.granted_on[claims] == NEVER) | served)
    if deed.action not in contacting.AT_DESK:
        over |= state.bound_on[claims] >= monday
        # An episode that ended this week asks for another word than the one prepared.
        over |= state.reset_on[deed.debtor] >= monday
        over |= monday <= state.people.insolvent_on[deed.debtor] < monday + 7
    return np.asarray(claims[~over])

"""What debtors do by themselves, day by day: pay, keep their word, fail, complain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.days import NEVER
from simulation.play.books import numbered

if TYPE_CHECKING:
    from simulation.play.state import State

#: What a running promise leaves of the pace, and a suit under way.
_PROMISED, _IN_COURT = 0.25, 0.5
_INSINCERE = 0.5


def live(state: State, day: int) -> None:
    """One day: invoices come in, what was set in motion ends, contacts work, money arrives."""
    _issue(state, day)
    alive = state.alive()
    _fail(state, day)
    _complain(state, alive, day)
    _end_disputes(state, alive, day)
    _keep_promises(state, alive, day)
    _pay_instalments(state, alive, day)
    _enforce(state, alive, day)
    _work(state)
    _pay(state, state.alive(), day)


def base_pace(state: State, claims: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Cumulative hazard of payment up to an age in days, nothing standing in the way.

    Log-logistic in the age, scaled by the debtor's frailty, ability and the amount; ``ages`` may
    have further axes in front of that of the claims.
    """
    pay, profile = state.world["payment"], state.profile[claims]
    scale, pace, bend = (np.array(pay[name], dtype=float)[profile] for name in _CURVE)
    since = np.maximum(np.asarray(ages, dtype=float) + 12, 0.0) / pace
    return np.asarray(scale * np.log1p(since**bend) * state.people.speed[claims])


_CURVE = ("scale", "pace", "bend")


def hindrance(state: State, claims: np.ndarray, day: int) -> tuple[np.ndarray, np.ndarray]:
    """Factors on the hazard of its own and on what contacts add: what stands in the way today."""
    pay, debtor = state.world["payment"], state.people.debtor[claims]
    own = np.where(state.no_documents[claims], pay["no_documents_pace"], 1.0)
    own = own * np.where(state.grievance[claims], pay["grievance_pace"], 1.0)
    insincere = (state.dispute_row[claims] >= 0) & ~state.grievance[claims]
    own = own * np.where(insincere, _INSINCERE, 1.0)
    dry = state.is_dry(debtor, day)
    own = own * np.where(dry, pay["dry_pace"], 1.0)
    shared = own * np.where(dry, 0.5 / pay["dry_pace"], 1.0)
    own = own * np.exp(-state.hostility[debtor])
    if day >= state.middle:
        own = own * pay["drift"]
    bound = np.where(state.promise_due[claims] < NEVER, _PROMISED, 1.0)
    bound = bound * np.where(state.court_on[claims] < NEVER, _IN_COURT, 1.0)
    bound = np.where(state.plan_row[claims] >= 0, 0.0, bound)
    bound = np.where(state.people.insolvent_on[debtor] <= day, 0.0, bound)
    return own * bound, shared * bound


def added(state: State, claims: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """What contacts add to a day's hazard: it levels off at the profile's cap."""
    cap = np.array(state.world["effects"]["cap"])[state.profile[claims]]
    keen = np.sqrt(state.people.frailty[state.people.debtor[claims]])
    return np.asarray(cap * -np.expm1(-heat / cap) * keen)


def _issue(state: State, day: int) -> None:
    people = state.people
    upto = int(np.searchsorted(people.issued, day, side="right"))
    new = np.arange(state.born, upto)
    if new.size == 0:
        return
    state.born = upto
    draws, debtor = state.draws, people.debtor[new]
    year = people.issued[new] // 365 + 1970
    number = numbered("", new).astype(str)
    vat = np.rint(people.cents[new] / 6).astype(np.int64)
    state.books["claims"].add(
        new.size,
        debtor_id=state.debtor_ids[debtor],
        creditor_id=state.creditor_ids[people.creditor[debtor]],
        invoice_number=np.char.add(np.char.add(year.astype(str), "-"), number).astype(object),
        issued_on=people.issued[new],
        due_on=people.due[new],
        date_basis="stated",
        amount=people.cents[new],
        vat_amount=vat,
        currency="EUR",
        nature="contract",
        has_order=draws.uniform("order", new) < 0.8,
        has_delivery_proof=draws.uniform("delivery", new)
        < np.where(people.grievance[new], 0.6, 0.8),
        has_terms=draws.uniform("accepted terms", new) < 0.65,
    )


def _fail(state: State, day: int) -> None:
    failed = np.flatnonzero(state.people.insolvent_on == day)
    if failed.size == 0:
        return
    consumer = state.people.kind[failed] == "consumer"
    kind = np.where(consumer, "over_indebtedness", "liquidation").astype(object)
    state.insolvency_row[failed] = state.books["insolvencies"].add(
        failed.size,
        debtor_id=state.debtor_ids[failed],
        opened_on=day,
        kind=kind,
        published_on=day,
        # The team of the past declared what it heard of; from the start on it is the policy's.
        declared_on=day if day < state.start - 28 else NEVER,
    )


def _complain(state: State, alive: np.ndarray, day: int) -> None:
    hit = alive[(state.people.voiced_on[alive] == day) & ~state.voiced[alive]]
    state.dispute(hit, day, sincere=True)


def _end_disputes(state: State, alive: np.ndarray, day: int) -> None:
    books, draws = state.books["disputes"], state.draws
    written = alive[state.write_on[alive] == day]
    if written.size:
        state.write_on[written] = NEVER
        books.change(state.dispute_row[written], in_writing=True)
    looked = alive[state.resolve_on[alive] == day]
    if looked.size:
        state.resolve_on[looked] = NEVER
        chance = np.where(state.grievance[looked], state.world["answers"]["founded"], 0.06)
        founded = draws.uniform("founded", looked) < chance
        books.change(state.dispute_row[looked], founded=founded.astype(object))
        _repair(state, looked[founded], day)
        # What is not founded is answered with the finding; the ledger tells it from then on.
        refused = looked[~founded]
        state.unfounded[refused] = True
        books.change(state.dispute_row[refused], answered_on=day)
        state.close_on[refused] = day + draws.whole("closes", 7, 20, refused, day)
    closing = alive[state.close_on[alive] == day]
    if closing.size:
        state.end_dispute(closing, day)
        # Answered point by point, half of the anger goes; an excuse goes whole.
        calmed = draws.uniform("calmed", closing) < 0.6
        state.grievance[closing[calmed]] = False


def _repair(state: State, claims: np.ndarray, day: int) -> None:
    """A grievance found right: a credit note, and the payment is unlocked."""
    if claims.size == 0:
        return
    credit = state.open[claims] * (0.05 + 0.3 * state.draws.uniform("credit", claims))
    state.books["disputes"].change(state.dispute_row[claims], answered_on=day)
    state.end_dispute(claims, day)
    state.grievance[claims] = False
    state.book_payment(claims, day, credit.astype(np.int64), "credit_note")
    state.add_effect(state.people.debtor[claims], "resolve_dispute")


def _keep_promises(state: State, alive: np.ndarray, day: int) -> None:
    due = alive[state.promise_due[alive] <= day]
    if due.size == 0:
        return
    answers = state.world["answers"]
    debtor = state.people.debtor[due]
    chance = np.array(answers["promise_kept"])[state.profile[due]]
    chance = chance * np.where(state.is_dry(debtor, day), 0.6, 1.0)
    chance = np.where(state.grievance[due], 0.1, chance)
    kept = state.draws.uniform("kept", due, state.n_promises[due]) < chance
    kept &= state.people.insolvent_on[debtor] > day
    row = state.promise_row[due]
    state.books["promises"].change(row[kept & (row >= 0)], kept_on=day)
    state.promise_due[due] = NEVER
    state.receive(due[kept], day, state.open[due[kept]])


def _pay_instalments(state: State, alive: np.ndarray, day: int) -> None:
    running = alive[state.plan_row[alive] >= 0]
    broken = running[state.plan_breaks_on[running] <= day]
    if broken.size:
        state.books["plans"].change(state.plan_row[broken], broken_on=day)
        state.plan_row[broken] = -1
        state.plan_breaks_on[broken] = NEVER
    due = running[(state.plan_next[running] == day) & (state.plan_breaks_on[running] == NEVER)]
    if due.size == 0:
        return
    debtor = state.people.debtor[due]
    chance = np.array(state.world["answers"]["instalment_paid"])[state.profile[due]]
    watched = day - state.monitored_on[due] <= 21
    chance = np.where(watched, chance + 0.4 * (1 - chance), chance)
    paid = state.draws.uniform("instalment", due, state.instalment_row[due]) < chance
    paid &= state.people.insolvent_on[debtor] > day
    state.plan_breaks_on[due[~paid]] = day + 6
    hit = due[paid]
    state.books["instalments"].change(state.instalment_row[hit], paid_on=day)
    last = state.plan_left[hit] <= 1
    state.receive(hit, day, np.where(last, state.open[hit], state.plan_cents[hit]))
    state.plan_left[hit] -= 1
    state.instalment_row[hit] += 1
    state.plan_next[hit] = day + 30
    state.plan_row[hit[last]] = -1


def _enforce(state: State, alive: np.ndarray, day: int) -> None:
    """Suits: the order, its service, and the money or nothing."""
    begun = alive[state.court_on[alive] < NEVER]
    if begun.size == 0:
        return
    legal, draws = state.world["legal"], state.draws
    age = day - state.court_on[begun]
    decided = begun[age == draws.whole("decided", 20, 60, begun)]
    wins = draws.uniform("title", decided) < np.where(state.grievance[decided], 0.4, legal["title"])
    state.book_step(decided[wins], "granted", day)
    state.book_step(decided[~wins], "rejected", day)
    state.court_on[decided[~wins]] = NEVER
    state.granted_on[decided[wins]] = day
    # What nobody hurries is served after a fortnight, and seized a month later.
    waiting = begun[(state.granted_on[begun] == day - 14) & (state.served_on[begun] == NEVER)]
    state.book_step(waiting, "served", day)
    state.served_on[waiting] = day
    seized = begun[state.served_on[begun] == day - 33]
    state.book_step(seized, "seized", day)
    titled = state.granted_on[begun] < NEVER
    ended = begun[(age >= draws.whole("enforced", 120, 200, begun)) & titled]
    collects = draws.uniform("collects", ended) < np.array(legal["collects"])[state.profile[ended]]
    collects &= state.people.insolvent_on[state.people.debtor[ended]] > day
    state.book_step(ended[collects], "enforced", day)
    state.book_step(ended[~collects], "unenforceable", day)
    state.court_on[ended] = NEVER
    state.receive(ended[collects], day, state.open[ended[collects]])


def _work(state: State) -> None:
    """Contacts work with a delay, and fade."""
    effects = state.world["effects"]
    comes = state.latent * -np.expm1(-1 / effects["delay_days"])
    state.latent -= comes
    fading = -np.expm1(-1 / effects["fading_days"])
    state.heat = state.heat * (1 - fading) + comes * fading
    state.pressure *= np.exp(-1 / effects["tiring_days"])
    state.hostility *= np.exp(-1 / effects["hostility_days"])


def _pay(state: State, alive: np.ndarray, day: int) -> None:
    age = day - state.people.due[alive]
    own, shared = hindrance(state, alive, day)
    hazard = (base_pace(state, alive, age + 1) - base_pace(state, alive, age)) * own
    late = age >= 0
    heat = state.heat[state.people.debtor[alive]]
    hazard = hazard + np.where(late, added(state, alive, heat), 0.0) * shared
    state.left[alive] -= hazard
    hit = alive[(state.left[alive] <= 0) | (state.pays_on[alive] == day)]
    if hit.size == 0:
        return
    times = state.n_payments[hit]
    chance = np.array(state.world["payment"]["partial"])[state.profile[hit]]
    part = (state.draws.uniform("part", hit, times) < chance) & (state.open[hit] > 20_000)
    share = 0.25 + 0.45 * state.draws.uniform("share", hit, times)
    cents = np.where(part, (state.open[hit] * share).astype(np.int64), state.open[hit])
    state.n_payments[hit] += 1
    state.left[hit] = 0.8 * state.draws.exponential("pays", hit, state.n_payments[hit])
    state.pays_on[hit] = NEVER
    state.receive(hit, day, cents)

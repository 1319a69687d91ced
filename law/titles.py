"""After an order or a judgment: what it still asks for, its clocks, and the one next step.

Days are those of the texts as they stood when the order was given; what a person has to do by
then is told, never done. Not legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from law import parameters
from law.distance import Residence, distance, distance_months
from law.limitation import EVENTS, effect, limitation_period, regime
from law.parameters import Record
from law.procedures import enforceable_on, opposition_until
from law.schedule import Running, of_order

#: Procedures whose decision is an order that nobody was heard on: no title before its service.
ORDERS = ("payment_order", "european_order")
#: Procedures that end in a judgment, void if given by default and not served in time (CPC 478).
JUDGED = ("merits", "tj_request", "european_small_claim", *ORDERS)
_ORDER = "payment_order"
_EUROPEAN = "european_order_opposition_days"


@dataclass(frozen=True, slots=True)
class Title:
    """One decision for the creditor, and what was done of it since.

    ``granted_on``: the order, or the title of a procedure without a judgment; ``won_on``: the
    judgment, after an opposition too; ``served_on``: service of the last of them. ``in_part``: an
    order for a part of what was asked.
    """

    procedure: str
    granted_on: date | None = None
    won_on: date | None = None
    served_on: date | None = None
    opposed_on: date | None = None
    in_part: bool = False

    @property
    def is_order(self) -> bool:
        """Whether it is an order to pay that no judgment has replaced (CPC 1420)."""
        return self.won_on is None and self.procedure in ORDERS

    @property
    def given_on(self) -> date:
        """Day of the decision that counts."""
        day = self.won_on or self.granted_on
        assert day is not None
        return day

    @property
    def is_contested(self) -> bool:
        """Whether the debtor opposed the order and no judge has decided since."""
        return self.is_order and self.opposed_on is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known on ``as_of`` of a suit that has an order or a title.

    ``title_on``: since when there is a title; ``ends_on``: prudent end of its time, with all that
    interrupted it. ``declare_by``: last day to declare in the insolvency, where it is known.
    ``seized_on``: the last seizure; ``n_fruitless``: seizures that brought nothing. ``approved``:
    what a person said of the suit, None while nobody did. ``advised``: the course that the day
    found best. ``lives``: where the debtor does.
    """

    as_of: date
    titles: tuple[Title, ...]
    debtor_kind: str = "unknown"
    creditor_kind: str = "company"
    country: str = "FR"
    lives: Residence = "metropolitan"
    title_on: date | None = None
    ends_on: date | None = None
    enforceable_on: date | None = None
    insolvency: str | None = None
    declare_by: date | None = None
    is_declared: bool = False
    is_unenforceable: bool = False
    is_vulnerable: bool = False
    approved: bool | None = None
    seized_on: date | None = None
    n_fruitless: int = 0
    advised: str | None = None


class Next(NamedTuple):
    """The next step: ``on`` the day it is to be done by, or from where ``lapses`` is False.

    ``lapses``: whether something is lost after that day. ``since``: the decision or act that it
    follows; ``course``: the one advised, where it is another. Words for ``code``: ``next_steps``
    of ``law/words.yaml``.
    """

    code: str
    on: date | None = None
    lapses: bool = False
    since: date | None = None
    record: Record | None = None
    course: str | None = None


def clocks(standing: Standing) -> tuple[Running, ...]:
    """Every day that the decisions of a suit still ask to be kept in mind, in order.

    >>> order = Title("payment_order", date(2026, 9, 1))
    >>> [(each.code, str(each.on)) for each in clocks(Standing(date(2026, 11, 21), (order,)))]
    [('serve_by', '2026-12-01')]
    """
    found = [each for title in standing.titles for each in _of(title, standing)]
    # A time to oppose or to appeal that went by is no clock any more.
    left = [
        e for e in found if e.code not in ("oppose_until", "appeal_until") or e.on >= standing.as_of
    ]
    left += list(_longer(left, standing))
    return (*sorted(left, key=lambda each: each.on), *_of_title(standing))


def next_step(standing: Standing) -> Next:
    """What comes next, the first that holds: what forbids to act, what lapses, what waits.

    >>> order = Title("payment_order", date(2026, 8, 31))
    >>> found = next_step(Standing(date(2026, 11, 21), (order,), "company"))
    >>> found.code, str(found.on), found.lapses
    ('serve_order', '2027-02-28', True)
    """
    return next(_steps(standing))


def warns_on(ends_on: date) -> date:
    """From which day a title that ends then is marked; a rule of this program.

    >>> warns_on(date(2027, 1, 26))
    datetime.date(2026, 1, 26)
    """
    name = ("enforcement", "title_warning_months")
    return ends_on - relativedelta(months=parameters.whole(*name, parameters.begun(*name, ends_on)))


def interrupting(as_of: date, regime_name: str) -> tuple[str, ...]:
    """Events of the contract's tables that begin the ten years of a title anew.

    Source: Code civil, art. 2231, 2240, 2244; Code de commerce, art. L622-25-1.
    """
    return tuple(
        event for event in _TITLED if effect(event, as_of, "title", regime_name) == "interrupt"
    )


#: Events that may still come once there is a title, in the order in which they are told.
_TITLED = tuple(
    event for event in EVENTS
    if event in ("part_payment", "acknowledgment", "written_promise", "signed_plan", "seized",
                 "declared_in_insolvency", "over_indebtedness")
)  # fmt: skip


def _longer(running: Sequence[Running], standing: Standing) -> Iterator[Running]:
    """Why a time to oppose or to appeal is longer: Code de procédure civile, art. 643 to 645."""
    for each in running:
        record = distance(standing.lives, each.since)
        # The European order has a time of its own, wherever the debtor lives.
        is_longer = each.code in ("oppose_until", "appeal_until") and each.record.name != _EUROPEAN
        if record is not None and is_longer:
            yield Running(f"longer_{standing.lives}", each.since, each.on, record)


def _of(title: Title, standing: Standing) -> Iterator[Running]:
    """Days of one decision: to serve, to oppose or appeal, to enforce."""
    if title.is_contested:
        return
    if not title.is_order:
        yield from _of_judgment(title, standing)
    elif title.procedure == _ORDER:
        lives = standing.lives
        yield from of_order(title.given_on, title.served_on, standing.as_of, lives)
        if title.served_on is not None:
            yield from _papers(title.given_on, title.served_on, lives)
    elif title.served_on is not None:
        record = _record("procedures", _EUROPEAN, title.served_on)
        until = title.served_on + timedelta(days=_whole(record))
        yield Running("oppose_until", title.served_on, until, record)


def _papers(order_on: date, served_on: date, lives: Residence) -> Iterator[Running]:
    """Papers of the registry without which an order is not enforced, on orders that need them.

    Source: Code de procédure civile, art. 1422; former art. 1423.
    """
    name = (_ORDER, "certificate_of_non_opposition")
    if parameters.flag(*name, order_on):
        on = enforceable_on(order_on, served_on, lives)
        yield Running("certificate_from", served_on, on, parameters.record(*name, order_on))
    record = parameters.record(_ORDER, "formula_request_months", order_on)
    if record.value is not None:
        until = opposition_until(served_on, lives) + relativedelta(months=_whole(record))
        yield Running("formula_until", served_on, until, record)


def _of_judgment(title: Title, standing: Standing) -> Iterator[Running]:
    """Code de procédure civile, art. 478, 490, 538, 643."""
    given, served, as_of = title.given_on, title.served_on, standing.as_of
    if served is None:
        if title.procedure in JUDGED and title.won_on is not None:
            record = _record("procedures", "default_judgment_service_months", given)
            by = given + relativedelta(months=_whole(record))
            code = "serve_default_by" if by >= as_of else "default_void_since"
            yield Running(code, given, by, record)
        return
    if title.procedure == "summary":
        record = _record("procedures", "interim_appeal_days", served)
        until = served + timedelta(days=_whole(record))
    elif title.won_on is not None:
        record = _record("procedures", "merits_appeal_months", served)
        until = served + relativedelta(months=_whole(record))
    else:
        return
    until += relativedelta(months=distance_months(standing.lives, served))
    yield Running("appeal_until", served, until, record)


def _of_title(standing: Standing) -> Iterator[Running]:
    """The ten years, and the shorter time of interest that fell due since.

    Source: Code des procédures civiles d'exécution, art. L111-4.
    """
    since, ends = standing.title_on, standing.ends_on
    if since is None or ends is None:
        return
    record = parameters.record("limitation", "title", max(ends, since))
    yield Running("title_until" if ends > standing.as_of else "title_over", since, ends, record)
    name = regime(standing.debtor_kind, standing.creditor_kind)
    own = limitation_period(name, "other", standing.as_of)
    if own is not None:
        before = standing.as_of - relativedelta(months=own[0])
        if since < before:
            yield Running("interest_before", since, before, own[1])


def _steps(standing: Standing) -> Iterator[Next]:
    as_of = standing.as_of
    if standing.insolvency == "over_indebtedness":
        yield Next("answer_commission")
    if standing.insolvency is not None:
        if standing.is_declared:
            yield Next("follow_proceedings")
        late = standing.declare_by is not None and standing.declare_by < as_of
        code = "declare_late" if late else "declare"
        yield Next(code, standing.declare_by, lapses=standing.declare_by is not None)
    if standing.debtor_kind == "public":
        yield Next("public_route")
    if standing.approved is False:
        yield from _refused(standing)
    if standing.is_unenforceable:
        yield Next("certify")
    yield from _to_serve(standing)
    if standing.title_on is None and any(title.is_contested for title in standing.titles):
        yield Next("await_judgment", since=_last(title.opposed_on for title in standing.titles))
    if standing.ends_on is not None and standing.ends_on <= as_of:
        yield Next("title_over", standing.ends_on, record=_of_ten_years(standing))
    yield from _to_seize(standing)


def _refused(standing: Standing) -> Iterator[Next]:
    """A person refused: nothing is proposed, but the day on which something lapses is told."""
    lapsing = [each for each in clocks(standing) if each.code in _LAPSING]
    first = min(lapsing, key=lambda each: each.on, default=None)
    if first is None:
        yield Next("refused")
    else:
        yield Next("refused", first.on, True, first.since, first.record)


_LAPSING = ("serve_by", "serve_default_by", "title_until")


def _to_serve(standing: Standing) -> Iterator[Next]:
    """Decisions not served yet, the first to lapse first; then those that lapsed already."""
    codes = {
        "serve_by": "serve_order",
        "serve_default_by": "serve_judgment",
        "void_since": "order_void",
        "default_void_since": "default_void",
    }
    found = [each for title in standing.titles for each in _of(title, standing)]
    in_part = {title.given_on for title in standing.titles if title.is_order and title.in_part}
    for code, step in codes.items():
        # What lapsed no longer matters where another decision stands.
        gone = standing.title_on if code == "void_since" else standing.enforceable_on
        if code not in _LAPSING and gone is not None:
            continue
        due = [each for each in found if each.code == code]
        if due:
            first = min(due, key=lambda each: each.on)
            # Whoever serves an order for a part lets the rest go (CPC 1409).
            named = "serve_part" if step == "serve_order" and first.since in in_part else step
            yield Next(named, first.on, code in _LAPSING, first.since, first.record)
    unserved = [t for t in standing.titles if t.served_on is None and not t.is_contested]
    if unserved and standing.enforceable_on is None:
        yield Next("serve_title", since=unserved[0].given_on)


def _to_seize(standing: Standing) -> Iterator[Next]:
    """Enforceable or about to be: wait, agree on a plan, seize before the title dies, seize."""
    as_of, ends = standing.as_of, standing.ends_on
    waits = [
        each for title in standing.titles for each in _of(title, standing)
        if each.code in ("enforce_from", "oppose_until") and each.on > as_of
    ]  # fmt: skip
    if standing.enforceable_on is None and waits:
        last = max(waits, key=lambda each: each.on)
        yield Next("wait_opposition", last.on, False, last.since, last.record)
    if standing.seized_on is not None:
        record = _record("enforcement", "garnishee_contest_months", standing.seized_on)
        until = standing.seized_on + relativedelta(months=_whole(record))
        if until >= as_of:
            yield Next("wait_contest", until, False, standing.seized_on, record)
    if ends is not None and warns_on(ends) <= as_of:
        yield Next("seize_before", ends, True, standing.title_on, _of_ten_years(standing))
    if standing.is_vulnerable:
        yield Next("plan_first")
    if standing.country != "FR":
        yield Next("enforce_abroad")
    if standing.advised not in (None, "enforcement"):
        yield Next("other_course", since=standing.title_on, course=standing.advised)
    yield Next("seize", as_of, False, standing.title_on)


def _of_ten_years(standing: Standing) -> Record:
    assert standing.ends_on is not None
    return parameters.record("limitation", "title", standing.ends_on)


def _record(subject: str, name: str, day: date) -> Record:
    return parameters.record(subject, name, parameters.begun(subject, name, day))


def _whole(record: Record) -> int:
    assert isinstance(record.value, Decimal)
    return int(record.value)


def _last(days: Iterator[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)

"""Every question that a screen may ask of the published day and of the store, one function each."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import streamlit as st

from amiable import report
from amiable.home import Home
from amiable.messages import Prepared, of_claim, of_the_day
from letters.bilan import Look
from letters.letter import letters_pdf
from letters.render import Message
from pipelines import connection
from pipelines import days as kept
from pipelines.errors import EarlierVersion, PipelineError
from pipelines.journal import Entry, Journal
from pipelines.publication import published
from pipelines.store import open_store
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandas import DataFrame

    from models.registry import Registry

_QUERIES = Path(__file__).parent / "queries"


def home() -> Home:
    """The home that the console was opened on; its settings are read anew each time."""
    return Home.at(Path(os.environ.get("AMIABLE_HOME", ".amiable")))


CHOSEN = "run_looked_at"
"""Where the session keeps the run chosen in the side bar; empty for the published day."""


def snapshot() -> Path | None:
    """The file of the day looked at, by its own name; None before the first run."""
    chosen = looked_at()
    return published_file() if chosen is None else chosen.path


def published_file() -> Path | None:
    """The file published now, whatever day is looked at."""
    return published(home().path)


def days() -> list[kept.Day]:
    """Runs that can be looked at, newest day first, the published one among them."""
    path = published_file()
    if path is None:
        return []
    folder = kept.folder_of(home().path)
    changed = folder.stat().st_mtime_ns if folder.exists() else 0
    return _days(str(home().path), str(path), changed)


@st.cache_data(max_entries=4, show_spinner=False)
def _days(folder: str, path: str, changed: int) -> list[kept.Day]:
    return kept.days(Path(folder), Path(path))


def looked_at() -> kept.Day | None:
    """The day gone by that the person chose to look at; None for the published day."""
    chosen = st.session_state.get(CHOSEN)
    if not chosen:
        return None
    live = published_file()
    found = [day for day in days() if day.run_id == chosen and day.path != live]
    return found[0] if found and found[0].path.exists() else None


def record(entries: Iterable[Entry]) -> int:
    """Write decisions into the journal; how many were new. Raises as `writable`."""
    return writable().record(entries)


def writable() -> Journal:
    """The journal, to write in.

    Raises ``PipelineError`` while a day gone by is looked at: an entry counts from the day that
    its author saw, and would change what that day knew.
    """
    if looked_at() is not None:
        raise PipelineError("A day gone by is looked at: decisions are taken on the published day.")
    return journal()


@st.cache_resource(max_entries=6, show_spinner=False)
def _connection(path: str) -> duckdb.DuckDBPyConnection:
    return connection.read(Path(path))


@st.cache_data(max_entries=500, show_spinner=False)
def asked(path: str, query: str, parameters: tuple[tuple[str, Any], ...]) -> DataFrame:
    """A query of one published file; raises ``EarlierVersion`` where a table is unknown to it."""
    sql = (_QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    try:
        return _connection(path).cursor().execute(sql, dict(parameters)).df()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise EarlierVersion(f"{path}: an earlier version did not write {query}.") from error


def ask(query: str, **parameters: Any) -> DataFrame:
    """A query of the day looked at; raises ``LookupError`` before the first run."""
    path = snapshot()
    if path is None:
        raise LookupError("no day is published")
    return asked(str(path), query, tuple(sorted(parameters.items())))


def run() -> dict[str, Any]:
    """The run whose tables are looked at."""
    return ask("run").to_dict("records")[0]


def day() -> date:
    """The day looked at."""
    return run()["as_of"].date() if hasattr(run()["as_of"], "date") else run()["as_of"]


def watch() -> DataFrame:
    """What changed since the model in use was trained, the worst first."""
    return ask_if_held("watch")


def ask_if_held(table: str, **parameters: Any) -> DataFrame:
    """The query of a table's name; no row where the day is of a version before that table."""
    try:
        return ask(table, **parameters)
    except EarlierVersion:
        return ask("run").head(0)


@st.cache_resource(max_entries=2, show_spinner=False)
def _registry(path: str, uri: str | None) -> Registry:
    from models.registry import Registry

    return Registry(Path(path), uri)


def registry() -> Registry:
    """The models of the home; nothing is opened before it is asked."""
    return _registry(str(home().path), home().settings.mlflow_tracking_uri)


def figures() -> dict[str, Any]:
    """The figures at the head of the day."""
    return ask("day", as_of=day()).to_dict("records")[0]


def worklist(agent: str | None = None) -> DataFrame:
    """Contacts of the day in the order of work, of one collector or of all."""
    lines, lost = ask("worklist", agent=agent), ask_if_held("waiting_of_groups")
    if lost.empty:
        return lines.assign(cost_of_waiting=None)
    return lines.merge(lost, on="contact_group_id", how="left")


def agents() -> DataFrame:
    """Collectors with a contact today and the minutes planned."""
    return ask("agents")


def find_claims(text: str) -> DataFrame:
    """Open claims whose number, invoice or debtor holds a text; at most 200."""
    return ask("find_claims", text=text.strip())


def claim(claim_id: str) -> dict[str, Any] | None:
    """All that the day says of one open claim; None when it is not open."""
    rows = ask("claim", claim_id=claim_id)
    return None if rows.empty else rows.to_dict("records")[0]


def reasons(subject_id: str, target: str) -> DataFrame:
    """Business reasons of an explained probability: contribution and base_value."""
    return ask("reasons", subject_id=subject_id, target=target)


def facts(claim_id: str) -> dict[str, Any]:
    """All that a model may know of one open claim; empty when it is not open."""
    rows = ask("facts", claim_id=claim_id).to_dict("records")
    return dict(rows[0]) if rows else {}


def levers(claim_id: str) -> DataFrame:
    """Levers of a claim with their modelled change, the most cash first."""
    return ask_if_held("levers", claim_id=claim_id)


def cash_forecast() -> DataFrame:
    """Cash of the weeks to come with its interval."""
    return ask_if_held("cash_forecast")


def effects() -> DataFrame:
    """Effects of acting in use on the day, with how far each is known."""
    return ask_if_held("effects")


def ends() -> DataFrame:
    """How unpaid claims end, by segment, age and days after it."""
    return ask_if_held("ends")


def fidelity() -> dict[str, Any]:
    """Mean absolute gap and R² of the reasons of the day."""
    return ask("fidelity").to_dict("records")[0]


def proof(claim_id: str) -> DataFrame:
    """Ledger rows that show the reasons of a claim, at most 100 of each kind."""
    return ask("proof", claim_id=claim_id)


def features(subject_id: str, target: str) -> DataFrame:
    """Features of an explained probability with their values."""
    return ask("features", subject_id=subject_id, target=target)


def earlier_days() -> list[kept.Day]:
    """Days kept that lie before the day looked at, newest first, each by the run that shows it."""
    shown: dict[date, kept.Day] = {}
    for kept_day in days():
        if kept_day.as_of < day():
            shown.setdefault(kept_day.as_of, kept_day)
    return list(shown.values())


def changes(since: kept.Day, claim_id: str | None = None) -> DataFrame:
    """Claims that came, were paid, went or moved between an earlier day and the one looked at."""
    return ask_both("changes", since, claim_id=claim_id)


def changed_events(since: kept.Day, claim_id: str | None = None) -> DataFrame:
    """Events of open claims that the day looked at knows and an earlier day did not."""
    return ask_both("changed_events", since, claim_id=claim_id)


def contradictions(*subject_ids: str) -> DataFrame:
    """Decisions that a later imported row contradicts, of some claims and debtors or of all."""
    return ask("contradictions", subject_ids=list(subject_ids) or None)


def ask_both(query: str, since: kept.Day, **parameters: Any) -> DataFrame:
    """A query of an earlier day and the one looked at, side by side."""
    path = snapshot()
    if path is None:
        raise LookupError("no day is published")
    return _compared(str(since.path), str(path), query, tuple(sorted(parameters.items())))


@st.cache_resource(max_entries=3, show_spinner=False)
def _both(earlier: str, later: str) -> duckdb.DuckDBPyConnection:
    return connection.side_by_side(earlier=Path(earlier), later=Path(later))


@st.cache_data(max_entries=100, show_spinner=False)
def _compared(
    earlier: str, later: str, query: str, parameters: tuple[tuple[str, Any], ...]
) -> DataFrame:
    sql = (_QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    return _both(earlier, later).cursor().execute(sql, dict(parameters)).df()


def look() -> Look | None:
    """Figures of the first look at the portfolio; None for a day published without them."""
    return _look(str(snapshot()))


@st.cache_data(max_entries=5, show_spinner=False)
def _look(path: str) -> Look | None:
    try:
        with Warehouse(home().path, file=Path(path)) as warehouse:
            return report.look(warehouse)
    except EarlierVersion:
        return None


def bilan_claims(line: str) -> list[dict[str, Any]]:
    """Claims of a line of the first look, the worthiest first; at most a thousand."""
    return _bilan_rows(str(snapshot()), "claims", line)


def credits() -> list[dict[str, Any]]:
    """Sums that debtors have in hand, largest first; at most a thousand."""
    return _bilan_rows(str(snapshot()), "credits", None)


@st.cache_data(max_entries=50, show_spinner=False)
def _bilan_rows(path: str, query: str, line: str | None) -> list[dict[str, Any]]:
    asked = {"most": 1000} if line is None else {"most": 1000, "line": line}
    with Warehouse(home().path, file=Path(path)) as warehouse:
        return warehouse.bilan(query, **asked)


def bilan_paper(language: str) -> Callable[[], bytes]:
    """What makes the first look as PDF when a person asks for it."""
    here, path = home(), snapshot()

    def made() -> bytes:
        with Warehouse(here.path, file=path) as warehouse:
            return report.bilan_pdf(warehouse, language=language, invented=here.is_demo)[0]

    return made


def messages() -> list[Prepared]:
    """Messages of the day's contacts, written or refused."""
    return _messages(str(snapshot()), home().settings.model_dump_json())


@st.cache_resource(max_entries=2, show_spinner=False)
def _messages(path: str, settings: str) -> list[Prepared]:
    return of_the_day(home(), file=Path(path))


def message_of(claim_id: str) -> Prepared | None:
    """The message about one open claim; None for a day published without what letters need."""
    try:
        return of_claim(home(), claim_id, file=snapshot())
    except (LookupError, EarlierVersion):
        return None


def letter_paper(message: Message) -> bytes:
    """One message as a letter."""
    return letters_pdf([message])


def to_confirm() -> DataFrame:
    """Claims lettered with a receipt that lies outside the file, largest first."""
    return ask("to_confirm")


def courses(suit_id: str) -> DataFrame:
    """Courses of a suit, the recommended one first."""
    return ask("courses", suit_id=suit_id)


def timeline(claim_id: str) -> DataFrame:
    """Events of a claim, newest first."""
    return ask("timeline", claim_id=claim_id)


def siblings(debtor_id: str) -> DataFrame:
    """Open claims of a debtor, oldest first."""
    return ask("siblings", debtor_id=debtor_id)


def _ask_store(query: str) -> DataFrame | None:
    """A query of the store, never cached: imports change it.

    Raises ``PipelineError`` while another process is importing.
    """
    path = home().store
    if not path.exists():
        return None
    sql = (_QUERIES / f"{query}.sql").read_text(encoding="utf-8")
    with open_store(path, read_only=True) as con:
        return con.execute(sql).df()


@st.cache_resource(show_spinner=False)
def _journal(url: str) -> Journal:
    return Journal(url)


def undecided() -> bool:
    """Whether nobody has decided anything yet up to the day looked at."""
    return not journal().standing(as_of=day())


def journal() -> Journal:
    """The journal of the home, opened once per console."""
    return _journal(home().journal_url)


def quarantine() -> DataFrame | None:
    """Rows refused and not yet corrected; None before the first import."""
    return _ask_store("quarantine")


def sources() -> DataFrame | None:
    """Sources imported, newest first; None before the first import."""
    return _ask_store("contents")

"""Is everything in order: the installation, the home, the models, the dates of the law."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Literal

import law.parameters
from amiable import law_values
from amiable.errors import AmiableError
from amiable.home import Home
from amiable.logs import counted
from amiable.promotion import earlier_model
from law.errors import LawError
from law.overrides import Override
from pipelines.contents import contents
from pipelines.days import days, folder_of
from pipelines.errors import PipelineError
from pipelines.journal import Journal
from pipelines.publication import published, published_day
from pipelines.warehouse import Warehouse

if TYPE_CHECKING:
    from models.registry import LoadedModel

State = Literal["good", "note", "bad"]
_LIBRARIES = ("duckdb", "pandas", "scikit-learn", "streamlit", "mlflow", "shap")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: its state and a sentence."""

    subject: str
    state: State
    says: str

    def told(self) -> dict[str, str]:
        """The finding as a plain object."""
        return asdict(self)


def examine(home: Home, today: date) -> list[Finding]:
    """Look at everything; nothing is changed."""
    return [*_installation(), *_home(home, today), *_law(home, today)]


def _installation() -> Iterator[Finding]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield Finding(
        "installation", "good", f"amiable {version('amiable')}, Python {python}, {libraries}"
    )


def _home(home: Home, today: date) -> Iterator[Finding]:
    if not home.path.exists():
        yield Finding("home", "note", f"{home.path} does not exist yet; `amiable import` makes it")
        return
    free = shutil.disk_usage(home.path).free / 2**30
    state: State = "good" if free > 1 else "bad"
    yield Finding("home", state, f"{home.path}, {free:.1f} GiB free")
    if home.is_demo:
        yield Finding("portfolio", "note", "invented by `amiable demo`")
    if not home.store.exists():
        yield Finding("store", "note", "nothing imported yet")
        return
    try:
        counts = contents(home.store)
        rows = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
        yield Finding("store", "note" if counts.get("quarantine") else "good", rows or "empty")
    except PipelineError as error:
        yield Finding("store", "bad", str(error))
    yield from _published(home, today)
    yield from _journal(home)
    yield from _models(home, today)


def _published(home: Home, today: date) -> Iterator[Finding]:
    try:
        day = published_day(home.path)
    except PipelineError as error:
        yield Finding("published day", "bad", str(error))
        return
    if day is None:
        yield Finding("published day", "note", "none yet; `amiable run` makes one")
    else:
        state: State = "good" if day >= today else "note"
        yield Finding("published day", state, day.isoformat())
        yield from _days(home)


def _days(home: Home) -> Iterator[Finding]:
    path = published(home.path)
    if path is None:
        return
    runs = days(home.path, path)
    size = sum(file.stat().st_size for file in folder_of(home.path).glob("*")) / 10**9
    says = (
        f"{len(runs)} runs can be looked at, {min(run.as_of for run in runs)} the oldest; they take"
        f" {size:.2f} of {home.settings.past_days_gigabytes:g} GB (past_days_gigabytes)"
    )
    yield Finding("days gone by", "good", says)


def _journal(home: Home) -> Iterator[Finding]:
    try:
        journal = Journal(home.journal_url)
        count = len(journal.entries())
        journal.close()
        yield Finding("journal", "good", counted(count, "entry"))
    except PipelineError as error:
        yield Finding("journal", "bad", str(error))


def _models(home: Home, today: date) -> Iterator[Finding]:
    from models.registry import Registry
    from models.training import loaded

    try:
        registry = Registry(home.path, home.settings.mlflow_tracking_uri)
        champion = registry.champion("recovery", today)
    # A broken registry fails in the ways of its database; the examination goes on.
    except Exception as error:
        first = (str(error).strip().splitlines() or ["unknown reason"])[0][:200]
        yield Finding("recovery model", "bad", f"the registry cannot be read ({first})")
        return
    if champion is None:
        yield Finding("recovery model", "note", "none; runs use the published curves by age")
    elif loaded(champion) is None:
        yield Finding("recovery model", "note", earlier_model(champion.version))
    else:
        says = f"version {champion.version}, trained as of {champion.trained_as_of}"
        yield Finding("recovery model", "good", says)
    yield _profiles(registry.champion("profile", today))
    yield _effects(registry.champion("effects", today))
    yield from _watch(home)


def _profiles(champion: LoadedModel | None) -> Finding:
    from models.profile.model import ProfileModel

    if champion is None:
        return Finding("profile model", "note", "none; runs use the elicited rates")
    if ProfileModel.from_parts(champion.parts) is None:
        return Finding("profile model", "note", earlier_model(champion.version, "profile"))
    says = f"version {champion.version}, trained as of {champion.trained_as_of}"
    return Finding("profile model", "good", says)


def _effects(champion: LoadedModel | None) -> Finding:
    """Which effects are in use, and how many of them the logs have shown."""
    from models.strategy.effects.model import mapping_of

    if champion is None:
        says = "none; runs use the elicited effects, not provable yet"
        return Finding("effects model", "note", says)
    mapping = mapping_of(champion.parts)
    if mapping is None:
        return Finding("effects model", "note", earlier_model(champion.version, "effects"))
    shown = [name for name, status in mapping["status"].items() if status != "not_provable_yet"]
    says = (
        f"version {champion.version}, trained as of {champion.trained_as_of};"
        f" {len(shown)} of {len(mapping['status'])} effects shown by the logs"
        + (f" ({', '.join(shown)})" if shown else ", the others not provable yet")
    )
    return Finding("effects model", "good", says)


def _watch(home: Home) -> Iterator[Finding]:
    """What the last published run saw change since training."""
    try:
        with Warehouse(home.path) as warehouse:
            if not warehouse.holds("watch"):
                return  # a day published by an older version
            lines = warehouse.table("watch")
    except PipelineError:
        return  # no day yet, or a broken file that was told above
    if lines.empty:
        return
    # What forecasts turned out to be comes before what the claims look like.
    lines = lines.assign(is_drift=lines["measure"] == "psi")
    for level in ("alarm", "warn"):
        found = lines[lines["level"] == level]
        found = found.sort_values(["is_drift", "figure"], ascending=[True, False])
        if len(found):
            shown = [
                f"{row.measure} of {row.feature} ({row.segment}) {row.figure:.2f}"
                for row in found.head(5).itertuples()
            ]
            more = f" and {len(found) - 5} more" if len(found) > 5 else ""
            yield Finding(f"model watch: {level}", "note", ", ".join(shown) + more)
    if (lines["level"] == "ok").all():
        yield Finding("model watch", "good", f"{len(lines)} measures, nothing changed")


def _law(home: Home, today: date) -> Iterator[Finding]:
    """What is unsure in the law, value by value, and what this client put in its place."""
    try:
        with law_values.in_force(home, today) as own:
            yield from _law_in_force(today)
            yield from _own_values(own, today)
    except (LawError, AmiableError) as error:
        yield Finding("own legal values", "bad", str(error))
        yield from _law_in_force(today)


def _law_in_force(today: date) -> Iterator[Finding]:
    yield Finding("legal parameters", "good", f"version {law.parameters.version()}")
    for record in law.parameters.behind(today):
        says = f"the value of {record.from_on} is used since nothing newer is known; look it up"
        yield Finding(f"law behind: {record.subject}.{record.name}", "note", says)
    doubtful = law.parameters.to_verify(today)
    if doubtful:
        says = f"{counted(len(doubtful), 'value')}, to be read on the official text"
        yield Finding("law to verify", "note", f"{says} (amiable law list)")
    for record in doubtful:
        says = f"{record.printed} since {record.from_on}, {record.article}; {record.source}"
        yield Finding(f"law to verify: {record.subject}.{record.name}", "note", says)
    old = law.parameters.stale(today)
    if old:
        last = max(record.checked_on for record in old)
        says = f"{counted(len(old), 'value')} not checked for six months, the last on {last}"
        yield Finding("law grown old", "note", f"{says} (amiable law list --old)")


def _own_values(own: tuple[Override, ...], today: date) -> Iterator[Finding]:
    for each in own:
        held = law.parameters.record(each.subject, each.name, max(today, each.from_on))
        state = "" if held.replaced == each.told else "no longer acts today; "
        if each.from_on > today:
            state = f"acts from {each.from_on}; "
        says = f"{state}{each.printed} from {each.from_on}: {each.told}"
        yield Finding(f"own legal value: {each.subject}.{each.name}", "note", says)

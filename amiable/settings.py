"""Where things are and how the house is set: read here, passed on as plain values."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from amiable.errors import AmiableError


class Settings(BaseSettings):
    """Every setting, with its default; ``HOME/settings.toml``, then ``AMIABLE_*`` above it.

    No legal value and no model parameter lives here.
    """

    model_config = SettingsConfigDict(env_prefix="AMIABLE_", extra="forbid")

    language: Literal["fr", "en"] = Field("fr", description="Language of the console at start.")
    default_minutes_per_day: float = Field(
        360, ge=0, le=1440, description="Minutes a day of a collector without a figure of its own."
    )
    tolerance: Decimal = Field(
        Decimal("1.00"), ge=0, description="Open amounts at or below it are not chased, in euros."
    )
    assumed_terms_days: int = Field(
        30, ge=0, le=120, description="Days from invoice to due date where the source has none."
    )
    journal_url: str | None = Field(
        None, description="SQLAlchemy URL of the journal; by default journal.db in the home."
    )
    mlflow_tracking_uri: str | None = Field(
        None,
        validation_alias=AliasChoices(
            "AMIABLE_MLFLOW_TRACKING_URI", "MLFLOW_TRACKING_URI", "mlflow_tracking_uri"
        ),
        description="MLflow server (or MLFLOW_TRACKING_URI); by default mlflow.db in the home.",
    )
    past_days_gigabytes: float = Field(
        5, ge=0, description="Disk for days gone by kept whole, in GB; then the oldest are let go."
    )
    profile_costs: dict[str, dict[str, float]] = Field(
        {},
        description="What differs from models/profile/costs.yaml, by true profile and word said.",
    )
    console_address: str = Field("127.0.0.1", description="Address on which the console listens.")
    console_port: int = Field(8501, ge=1, le=65535, description="Port of the console.")
    agency_name: str | None = Field(
        None, description="Your agency, where you collect for others (art. R124-4 CPCE)."
    )
    consumer_mediator: str | None = Field(
        None,
        description="Name and address of the consumer mediator, stated in formal notices.",
        max_length=300,
    )
    agency_siren: str | None = Field(None, description="SIREN of the agency.")
    agency_address: str | None = Field(None, description="Number and street of the agency.")
    agency_postcode: str | None = Field(None, description="Postcode of the agency.")
    agency_city: str | None = Field(None, description="Town of the agency.")
    agency_email: str | None = Field(None, description="E-mail address of the agency.")
    agency_phone: str | None = Field(None, description="Telephone of the agency.")
    agency_iban: str | None = Field(
        None, description="Account of the agency on which debtors pay for its clients."
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment over file over defaults; no .env and no secrets folder."""
        path = cls.model_config.get("toml_file")
        if path is None:
            return init_settings, env_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read(home: Path) -> Settings:
    """The settings of a home.

    Raises
    ------
    AmiableError
        Naming the file, the setting and what is wrong with it.
    """
    path = home / "settings.toml"

    class OfHome(Settings):
        model_config = SettingsConfigDict(
            env_prefix="AMIABLE_", extra="forbid", toml_file=path if path.exists() else None
        )

    try:
        return OfHome()  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise AmiableError(f"{path}, setting {name}: {first['msg']}.") from error
    except tomllib.TOMLDecodeError as error:
        raise AmiableError(f"{path} is not TOML: {error}.") from error


def example() -> str:
    """Text of ``settings.example.toml``: every setting with its default and a sentence."""
    lines = ["# Copy to HOME/settings.toml. AMIABLE_<NAME> in the environment wins over the file."]
    for name, field in Settings.model_fields.items():
        default = field.default
        shown = f'"{default}"' if isinstance(default, str | Decimal) else default
        lines += ["", f"# {field.description}"]
        lines += [f"# {name} = " if default is None else f"{name} = {shown}"]
    return "\n".join(lines).rstrip() + "\n"

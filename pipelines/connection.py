"""Connections to DuckDB that never ask the network for anything."""

from __future__ import annotations

from pathlib import Path
from string import Template

import duckdb

from pipelines.errors import PipelineError

Config = dict[str, str | bool | int | float | list[str]]


def offline(**further: str | bool | int | float | list[str]) -> Config:
    """Settings of a connection: no extension is fetched or loaded unasked.

    >>> offline(threads=2)["autoinstall_known_extensions"]
    False
    """
    return {
        "autoload_known_extensions": False,
        "autoinstall_known_extensions": False,
        # A table that a file lacks is an error, never a variable of this program by that name.
        "python_enable_replacements": False,
        **further,
    }


def read(path: Path) -> duckdb.DuckDBPyConnection:
    """A published file, read-only; ``PipelineError`` when it is none."""
    try:
        return duckdb.connect(str(path), read_only=True, config=offline())
    except duckdb.IOException as error:
        raise PipelineError(f"{path} cannot be read as a published day: {error}") from error


def side_by_side(**files: Path) -> duckdb.DuckDBPyConnection:
    """Published files under the names given, read-only, to be compared in one query."""
    con = duckdb.connect(":memory:", config=offline())
    for name, path in files.items():
        file = str(path).replace("'", "''")
        try:
            con.execute(
                Template("attach '$file' as $name (read_only)").substitute(file=file, name=name)
            )
        except duckdb.IOException as error:
            con.close()
            raise PipelineError(f"{path} cannot be read as a published day: {error}") from error
    return con

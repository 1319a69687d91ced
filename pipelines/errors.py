"""What can go wrong between a ledger and its tables; each message says what, where, how many."""


class PipelineError(Exception):
    """Base of the errors of this room."""


class LedgerRefused(PipelineError):
    """A source cannot be read at all, or was refused whole under ``--strict``."""


class BrokenPromise(PipelineError):
    """A built table breaks a promise written beside one of its columns."""


class UnknownTable(PipelineError):
    """A query reads a table that no file makes and nobody supplied."""


class EarlierVersion(PipelineError):
    """A published day lacks a table or a column, because an earlier version made it."""

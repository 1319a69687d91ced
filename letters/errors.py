"""Why a message is not written: one clear line each."""


class LetterError(Exception):
    """Base of what this room refuses."""


class MissingFact(LetterError):
    """A fact that the message must state is not known; says which, of whom, and what to do."""


class NotWritten(LetterError):
    """Nothing may or need be written: the law, a dispute, a promise, or no text for the action."""

"""What can go wrong when the law is asked."""


class LawError(Exception):
    """Base of the errors of this room."""


class NotYetLaw(LawError):
    """No value holds on the day asked: too early, repealed, or never written down."""


class BrokenParameter(LawError):
    """A parameter file does not keep the form that the loader promises."""

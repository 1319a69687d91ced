"""What the door refuses by itself."""


class AmiableError(Exception):
    """A failure that one clear line explains."""

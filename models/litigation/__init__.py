"""Is a suit worth it: each course against the best course without a suit (D15 to D24)."""

from models.litigation.compare import compare, own_outcomes

__all__ = ["compare", "own_outcomes"]

"""Is a suit worth it: each course against the best course without a suit (D15 to D24)."""

from models.litigation.compare import compare, own_outcomes
from models.litigation.laid_open import lay_open

__all__ = ["compare", "lay_open", "own_outcomes"]

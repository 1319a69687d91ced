"""Who to contact next, how and when: the ladder, the conduct rules and the day's order of work."""

from models.strategy.recommend import Advice, Policy, recommend
from models.strategy.worklist import in_order

__all__ = ["Advice", "Policy", "in_order", "recommend"]

"""Who to contact next, how and when: the ladder, the conduct rules and the day's order of work."""

from models.strategy.mdp import price_of_time
from models.strategy.recommend import Advice, Policy, recommend
from models.strategy.worklist import Day, in_order, planned

__all__ = [
    "Advice",
    "Day",
    "Policy",
    "in_order",
    "planned",
    "price_of_time",
    "recommend",
]

"""Who to contact next, how and when: the ladder, the conduct rules and the day's order of work."""

from models.strategy.recommend import Policy, recommend

__all__ = ["Policy", "recommend"]

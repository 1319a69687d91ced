"""A world with hidden truth that a policy plays week by week."""

from simulation.play.world import World

__all__ = ["World"]

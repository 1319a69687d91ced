"""A look ahead: what acting, waiting and the next stage are worth, over a year of weeks."""

from models.strategy.mdp.values import Values, values

__all__ = ["Values", "values"]

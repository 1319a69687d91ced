"""A look ahead: what acting, waiting and the next stage are worth, over a year of weeks."""

from models.strategy.mdp.outlook import Outlook, Shifted, outlook
from models.strategy.mdp.values import Values, unhurried, values

__all__ = ["Outlook", "Shifted", "Values", "outlook", "unhurried", "values"]

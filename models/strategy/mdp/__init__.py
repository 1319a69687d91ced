"""A look ahead: what acting, waiting and the next stage are worth, over a year of weeks."""

from models.strategy.mdp.outlook import Outlook, Shifted, outlook
from models.strategy.mdp.price import price_of_time
from models.strategy.mdp.values import Values, unhurried, values

__all__ = ["Outlook", "Shifted", "Values", "outlook", "price_of_time", "unhurried", "values"]

"""Lawyers, enforcement officers, agencies and mediators: their areas, their own results (D23)."""

from models.partners.register import Register, read_register
from models.partners.results import partner_results

__all__ = ["Register", "partner_results", "read_register"]

"""Ledger to tables."""

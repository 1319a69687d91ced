"""What a table promises: the contract as code."""

from data_schema.contract import SQL_TYPES, Column, Table, codes, load_order, tables, word

__all__ = ["SQL_TYPES", "Column", "Table", "codes", "load_order", "tables", "word"]

-- One row per entry of a client's own legal value that the run knew.
select o.entry from law.own_values as o

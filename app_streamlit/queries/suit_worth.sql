-- One row per course of a suit: why this court, what it takes and what would change it.
select
    l.course, l.court_reason, l.months_to_cash, l.peak_cash_out, l.break_even_probability,
    l.settlement_low, l.settlement_high, l.pivot_1, l.pivot_1_at, l.pivot_2, l.pivot_2_at,
    l.report_value, l.buy_report
from mart.litigation as l
where l.suit_id = $suit_id
order by l.course

-- One row per course of a suit: why this court, what it takes, what would change it and what it
-- is worth; the recommended one first, then the best.
select
    l.course, l.court_reason, l.recommended, l.admissible, l.expected_net, l.cost, l.p_loss,
    l.p_success, l.p_collect, l.p10, l.p90, l.court, l.obstacles, l.tasks, l.break_even_amount, l.break_even_probability, l.months_to_cash,
    l.peak_cash_out, l.settlement_low, l.settlement_high, l.pivot_1, l.pivot_1_at, l.pivot_2,
    l.pivot_2_at, l.information_value, l.report_value, l.buy_report
from mart.litigation as l
where l.suit_id = $suit_id
order by l.recommended desc, l.expected_net desc nulls last, l.course

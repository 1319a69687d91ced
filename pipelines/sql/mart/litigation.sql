-- One row per suit and course.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(suit_id as varchar) as suit_id, -- #unique(course) #not_null
    cast(creditor_id as varchar) as creditor_id,
    cast(debtor_id as varchar) as debtor_id, -- #not_null
    cast(claim_ids as varchar[]) as claim_ids,
    cast(suit_amount as decimal(18,2)) as suit_amount,
    cast(course as varchar) as course, -- #not_null
    cast(admissible as boolean) as admissible, -- #not_null
    cast(obstacles as varchar[]) as obstacles,
    cast(tasks as varchar[]) as tasks,
    cast(court as varchar) as court,
    cast(cost as decimal(18,2)) as cost,
    cast(p_success as double) as p_success,
    cast(p_collect as double) as p_collect,
    cast(expected_net as decimal(18,2)) as expected_net,
    cast(p10 as decimal(18,2)) as p10,
    cast(p50 as decimal(18,2)) as p50,
    cast(p90 as decimal(18,2)) as p90,
    cast(p_loss as double) as p_loss,
    cast(break_even_amount as decimal(18,2)) as break_even_amount,
    cast(duration_days as bigint) as duration_days,
    cast(recommended as boolean) as recommended, -- #not_null
    cast(court_reason as varchar) as court_reason,
    cast(months_to_cash as double) as months_to_cash,
    cast(peak_cash_out as decimal(18,2)) as peak_cash_out,
    cast(break_even_probability as double) as break_even_probability,
    cast(settlement_low as decimal(18,2)) as settlement_low,
    cast(settlement_high as decimal(18,2)) as settlement_high,
    cast(pivot_1 as varchar) as pivot_1,
    cast(pivot_1_at as double) as pivot_1_at,
    cast(pivot_2 as varchar) as pivot_2,
    cast(pivot_2_at as double) as pivot_2_at,
    cast(information_value as decimal(18,2)) as information_value,
    cast(report_value as decimal(18,2)) as report_value,
    cast(buy_report as boolean) as buy_report,
    cast(vat_part as decimal(18,2)) as vat_part,
    cast(partner_kind as varchar) as partner_kind,
    cast(partner_id as varchar) as partner_id,
    cast(partner_reason as varchar) as partner_reason,
    cast(partner_gain as decimal(18,2)) as partner_gain,
    cast(partner_ahead as decimal(18,2)) as partner_ahead,
    cast(titled_amount as decimal(18,2)) as titled_amount
from scores.litigation
order by suit_id, course

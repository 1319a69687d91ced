-- One row per suit not advised that is nearest to being worth it, by its best course; at most 10.
select
    coalesce(d.name, l.debtor_id) as debtor_name,
    l.suit_id,
    l.suit_amount,
    l.course,
    l.expected_net,
    l.cost,
    l.break_even_amount,
    l.pivot_1,
    l.pivot_1_at,
    l.obstacles
from mart.litigation as l
join mart.litigation as advised
    on advised.suit_id = l.suit_id and advised.recommended
left join core.debtors as d on d.debtor_id = l.debtor_id
where not list_contains($calm, l.course)
  and list_contains($calm, advised.course)
  and (l.admissible or list_has_all($liftable, l.obstacles))
  and l.expected_net is not null
qualify row_number() over (partition by l.suit_id order by l.expected_net desc, l.course) = 1
order by l.expected_net desc, l.suit_id
limit 10

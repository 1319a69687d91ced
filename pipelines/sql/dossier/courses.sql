-- One row per course of the suit, as published: the course advised first, then the best ones.
select *
from mart.litigation
where suit_id = $suit_id
order by recommended desc, admissible desc, expected_net desc nulls last, course

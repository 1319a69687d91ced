-- One row: what the day published of enforcing the title of a suit, own results counted.
select p_collect
from mart.litigation
where suit_id = $suit_id and course = 'enforcement'

-- One row per outside partner.
select
    cast($as_of as date) as as_of, -- #not_null
    cast(partner_id as varchar) as partner_id, -- #unique #not_null
    cast(kind as varchar) as kind, -- #not_null
    cast(name as varchar) as name,
    cast(area as varchar) as area,
    cast(area_read as varchar) as area_read,
    cast(area_unread as varchar[]) as area_unread,
    cast(fixed_fee as decimal(18,2)) as fixed_fee,
    cast(success_rate_fee as decimal(12,6)) as success_rate_fee,
    cast(is_namesake as boolean) as is_namesake, -- #not_null
    cast(n_files as bigint) as n_files, -- #not_null
    cast(note as varchar) as note
from scores.partners
order by partner_id

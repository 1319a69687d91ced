-- One row per partner of the day, with what a letter to it bears.
select
    p.partner_id, p.kind, p.name, p.area, p.area_read, p.area_unread, p.fixed_fee,
    p.success_rate_fee, p.is_namesake, p.n_files, p.note, s.address, s.postcode, s.city, s.email
from mart.partners as p
left join staging.partners as s on s.partner_id = p.partner_id
order by p.partner_id

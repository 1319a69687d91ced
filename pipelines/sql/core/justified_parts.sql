-- One row per claim of which its creditor found something justified in a dispute: how much, since
-- when it was said, and until when it stood (null: it still does). What stands may be withheld (C.
-- civ. 1219).
select
    disputes.claim_id,                              -- #unique #not_null
    cast(
        least(sum(coalesce(disputes.amount, claims.amount)), any_value(claims.amount))
        as decimal(18, 2)
    ) as amount,                                    -- #not_null #positive
    min(disputes.opened_on) as since_on,            -- #not_null
    case
        when bool_and(disputes.closed_on is not null and disputes.remedied_on is not null)
            then max(greatest(disputes.closed_on, disputes.remedied_on))
    end as until_on
from core.disputes
join core.claims on claims.claim_id = disputes.claim_id
where disputes.founded
  and coalesce(disputes.amount, claims.amount) > 0
group by disputes.claim_id

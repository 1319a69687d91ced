-- One row per run and debtor: what was recommended for it, the contact where there is one, with its
-- chance and arm, and the belief of that day.
with runs as (
    select
        as_of as day,
        min(run_id) as run_id
    from previous.history.runs
    where published and as_of <= $as_of
    group by as_of
),

leads as (
    select
        runs.day,
        runs.run_id,
        recommendations.debtor_id,
        recommendations.recommendation_id,
        recommendations.contact_group_id,
        recommendations.action,
        recommendations.channel,
        recommendations.stage,
        recommendations.tone,
        recommendations.act_on,
        recommendations.propensity,
        recommendations.propensity_wait,
        recommendations.arm,
        recommendations.policy_version,
        recommendations.expected_gain,
        row_number() over (
            partition by runs.run_id, recommendations.debtor_id
            order by
                recommendations.action <> 'wait' desc,
                recommendations.is_lead desc,
                recommendations.act_on,
                recommendations.recommendation_id
        ) as place
    from runs
    join previous.history.recommendations on recommendations.run_id = runs.run_id
),

-- What is done is written with the number of any claim that the contact is about.
told as (
    select
        runs.run_id,
        recommendations.contact_group_id,
        list(recommendations.recommendation_id) as recommendation_ids
    from runs
    join previous.history.recommendations on recommendations.run_id = runs.run_id
    where recommendations.action <> 'wait'
    group by runs.run_id, recommendations.contact_group_id
)

select
    leads.day,
    leads.debtor_id,
    leads.recommendation_id,
    told.recommendation_ids,
    leads.action,
    leads.channel,
    leads.stage,
    leads.tone,
    leads.act_on,
    leads.propensity,
    leads.propensity_wait,
    leads.arm,
    leads.policy_version,
    cast(leads.expected_gain as double) as expected_gain,
    profiles.p_disorganised,
    profiles.p_cash_strapped,
    profiles.p_bad_faith,
    profiles.p_dissatisfied
from leads
left join previous.history.profiles
    on profiles.run_id = leads.run_id
    and profiles.debtor_id = leads.debtor_id
left join told
    on told.run_id = leads.run_id
    and told.contact_group_id = leads.contact_group_id
where leads.place = 1
order by leads.day, leads.debtor_id

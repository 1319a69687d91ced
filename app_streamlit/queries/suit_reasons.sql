-- One row per reason why suits are not advised: how many, for how much, and the best net of them.
with calm as (
    select suit_id, suit_amount
    from mart.litigation
    where recommended and list_contains($calm, course)
),

courses as (
    select
        l.suit_id,
        l.course,
        l.expected_net,
        l.cost,
        l.obstacles,
        case
            when l.admissible then 'open'
            when list_has_all($liftable, l.obstacles) then 'liftable'
            else 'closed'
        end as state
    from mart.litigation as l
    semi join calm on calm.suit_id = l.suit_id
    where not list_contains($calm, l.course)
),

best as (
    select *
    from courses
    qualify row_number() over (
        partition by suit_id
        order by state = 'closed', state = 'liftable', expected_net desc nulls last, course
    ) = 1
),

-- What closes every way to a title: one obstacle, the same for all of them.
barring as (
    select told.suit_id, told.obstacle
    from (
        select suit_id, course, unnest(obstacles) as obstacle
        from courses
        semi join best on best.suit_id = courses.suit_id and best.state = 'closed'
        where course <> 'enforcement'
    ) as told
    where not list_contains($liftable, told.obstacle)
    group by told.suit_id, told.obstacle
    having count(distinct told.course) = (
        select count(distinct course) from courses where course <> 'enforcement'
    )
    qualify row_number() over (partition by told.suit_id order by told.obstacle) = 1
)

select
    case
        when best.state = 'closed' then coalesce(barring.obstacle, 'closed')
        when coalesce(best.expected_net, 0) <= 0 then 'loses'
        when best.state = 'liftable'
            and best.expected_net > greatest($least_gain, $least_return * best.cost) then 'held'
        else 'not_enough'
    end as reason,
    count(*) as n,
    sum(calm.suit_amount) as amount,
    max(best.expected_net) filter (where best.state <> 'closed') as best_net
from calm
join best on best.suit_id = calm.suit_id
left join barring on barring.suit_id = calm.suit_id
group by reason
order by n desc, reason

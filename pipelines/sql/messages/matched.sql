-- One row per message: the debtor that it most probably comes from, the claims of that debtor that it names, and by what.
with addresses as (
    select lower(trim(email)) as email, debtor_id
    from debtors
    where email is not null and deleted_on is null
    union
    select lower(trim(email)), debtor_id
    from contacts
    where email is not null and deleted_on is null
),

domains as (
    select split_part(email, '@', 2) as domain, min(debtor_id) as debtor_id
    from addresses
    where split_part(email, '@', 2) <> '' and not list_contains($free_mail, split_part(email, '@', 2))
    group by all
    having count(distinct debtor_id) = 1
),

people as (
    select name, debtor_id from debtors where name is not null and deleted_on is null
    union
    select name, debtor_id from contacts where name is not null and deleted_on is null
),

names as (
    select distinct
        array_to_string(
            list_filter(
                regexp_extract_all(strip_accents(lower(replace(name, '.', ''))), '[a-z0-9]+'),
                lambda word: not list_contains($legal_forms, word)
            ),
            ' '
        ) as name,
        debtor_id
    from people
),

numbers as (
    select upper(regexp_replace(claim_id, '[^0-9A-Za-z]', '', 'g')) as number, claim_id, debtor_id
    from claims
    where deleted_on is null
    union
    select upper(regexp_replace(invoice_number, '[^0-9A-Za-z]', '', 'g')), claim_id, debtor_id
    from claims
    where invoice_number is not null and deleted_on is null
),

mentioned as (
    select distinct message_id, unnest(mentions) as number from intake.messages
),

claimed as (
    select distinct mentioned.message_id, numbers.claim_id, numbers.debtor_id
    from mentioned
    join numbers on numbers.number = mentioned.number
),

signed as (
    select distinct message_id, unnest(names) as name from intake.messages
),

hints as (
    select messages.message_id, addresses.debtor_id, 8 as weight
    from intake.messages
    join addresses on addresses.email = messages.sender
    union
    select claimed.message_id, claimed.debtor_id, 4
    from claimed
    union
    select signed.message_id, names.debtor_id, 2
    from signed
    join names on names.name = signed.name
    where length(names.name) >= 5
    union
    select messages.message_id, domains.debtor_id, 1
    from intake.messages
    join domains on domains.domain = split_part(messages.sender, '@', 2)
),

weighed as (
    select message_id, debtor_id, sum(weight) as weight
    from hints
    group by all
),

ranked as (
    select
        message_id,
        debtor_id,
        weight,
        rank() over (partition by message_id order by weight desc) as place,
        count(*) over (partition by message_id, weight) as n_equal
    from weighed
),

-- Two debtors as probable as each other are none: a person attaches the message.
chosen as (
    select message_id, debtor_id, weight
    from ranked
    where place = 1 and n_equal = 1
)

select
    messages.message_id,
    chosen.debtor_id,
    list(distinct claimed.claim_id order by claimed.claim_id)
        filter (where claimed.claim_id is not null) as claim_ids,
    case
        when any_value(chosen.weight) >= 8 then 'address'
        when any_value(chosen.weight) >= 4 then 'number'
        when any_value(chosen.weight) >= 2 then 'name'
        when any_value(chosen.weight) >= 1 then 'domain'
    end as matched_by
from intake.messages
left join chosen on chosen.message_id = messages.message_id
left join claimed
    on claimed.message_id = messages.message_id
    and claimed.debtor_id = chosen.debtor_id
group by all

-- One row per debtor, also one that only claims or payments name: who it is, how we know, and
-- the insolvency proceeding open on the day. A liquidation that was closed goes on barring suits
-- (C. com. L643-11), unless the debtor was trusted again since.
with names as (
    select debtor_id from staging.debtors
    union
    select debtor_id from staging.claims
    union
    select debtor_id from staging.payments where debtor_id is not null
),

guesses as (
    select
        debtor_id,
        -- A legal form is read as a word of its own: SA in "Durand SA", not in "Sabrina".
        case
            when kind <> 'unknown' then kind
            when regexp_matches(written, '(^|[^\p{L}])(SARL|SAS|SASU|EURL|SCI|SNC|SCOP|SELARL|SCP|SCM|SEM|GIE|GAEC|EARL|SCEA|SA|SpA|SPA|GmbH|GMBH|AG|KG|Ltd|LTD|Limited|LIMITED|LLC|PLC|Inc|INC|BV|NV|SRL|SPRL|Société|SOCIETE|SOCIÉTÉ)([^\p{L}]|$)')
                then 'company'
            when regexp_matches(written, '(?i)(^|[^\p{L}])(EI|EIRL|auto-?entrepreneur|micro-?entrepreneur|entrepreneur individuel|entreprise individuelle)([^\p{L}]|$)')
                then 'sole_trader'
            when regexp_matches(written, '(?i)(^|[^\p{L}])(mairie|commune d[eu]s?|ville de|communauté de communes|communauté d.agglomération|métropole|minist[eè]re|CHU|CHR|centre hospitalier|h[oô]pital|conseil départemental|conseil régional|préfecture|université|rectorat|OPH)([^\p{L}]|$)')
                or siren like '1%' or siren like '2%'
                then 'public'
            when regexp_matches(written, '(?i)(^|[^\p{L}])(association|asso|fondation)([^\p{L}]|$)')
                then 'association'
            when siren is not null then 'company'
            else 'unknown'
        end as kind,
        kind as stated_kind
    from (
        select
            debtor_id,
            kind,
            siren,
            replace(coalesce(legal_form, '') || ' | ' || coalesce(name, ''), '.', '') as written
        from staging.debtors
    )
),

proceedings as (
    select
        debtor_id,
        kind,
        opened_on,
        published_on,
        declared_on,
        closed_on
    from core.insolvencies
    where is_open
       or kind = 'liquidation'
       and not exists (
           select 1
           from staging.claims
           where claims.debtor_id = insolvencies.debtor_id
             and claims.issued_on > insolvencies.closed_on
       )
    qualify row_number() over (partition by debtor_id order by opened_on desc, kind) = 1
)

select
    names.debtor_id,                                -- #unique #not_null
    coalesce(debtors.name, names.debtor_id) as name,
    coalesce(guesses.kind, 'unknown') as kind,      -- #not_null
    case
        when guesses.kind is null or guesses.kind = 'unknown' then 'unknown'
        when guesses.stated_kind = 'unknown' then 'inferred'
        else 'stated'
    end as kind_basis,                              -- #not_null #in(stated, inferred, unknown)
    debtors.siren,
    debtors.legal_form,
    coalesce(guesses.kind in ('company', 'sole_trader', 'association', 'public'), false)
        as is_professional,                         -- #not_null
    debtors.is_trader,
    debtors.naf,
    debtors.headcount,
    debtors.created_on,
    coalesce(debtors.country, 'FR') as country,     -- #not_null
    debtors.address,
    debtors.postcode,
    -- A ledger without any address says nothing of a missing one.
    debtors.address is not null or count(debtors.address) over () = 0 as has_post, -- #not_null
    -- What CPC 643 asks: overseas by its own country code (ISO 3166-1) or its postcode.
    case
        when debtors.country in (
            'GP', 'MQ', 'GF', 'RE', 'YT', 'PM', 'BL', 'MF', 'WF', 'PF', 'NC', 'TF'
        ) then 'overseas'
        when debtors.country <> 'FR' then 'abroad'
        when debtors.postcode like '97%' or debtors.postcode like '98%' then 'overseas'
        else 'metropolitan'
    end as residence,                               -- #not_null #in(metropolitan, overseas, abroad)
    debtors.city,
    debtors.commune_code,
    debtors.email,
    debtors.phone,
    debtors.email_consent,
    debtors.sms_consent,
    coalesce(debtors.do_not_contact, false) as do_not_contact, -- #not_null
    debtors.represented_by,
    coalesce(debtors.is_vulnerable, false) as is_vulnerable, -- #not_null
    debtors.solvency_score,
    coalesce(debtors.language, 'fr') as language,   -- #not_null
    proceedings.kind as insolvency_kind,
    proceedings.opened_on as insolvency_opened_on,
    proceedings.published_on as insolvency_published_on,
    proceedings.declared_on as insolvency_declared_on,
    proceedings.closed_on as insolvency_closed_on,
    debtors.extra
from names
left join staging.debtors on debtors.debtor_id = names.debtor_id
left join guesses on guesses.debtor_id = names.debtor_id
left join proceedings on proceedings.debtor_id = names.debtor_id

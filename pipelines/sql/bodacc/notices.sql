-- One row per notice: the SIREN numbers it names, its days, and what its judgment does.
with read as (
    select
        row_number,
        list_distinct(list_transform(
            list_filter(
                regexp_extract_all(
                    regexp_replace(
                        concat_ws(
                            ',',
                            registre,
                            -- Several persons stand in one notice; each names its number there.
                            array_to_string(
                                regexp_extract_all(
                                    listepersonnes, '"numeroIdentification"\s*:\s*"([^"]*)"', 1
                                ),
                                ','
                            )
                        ),
                        '[\s\x{00a0}\x{202f}.]+',
                        '',
                        'g'
                    ),
                    '[0-9]+'
                ),
                lambda digits: length(digits) in (9, 14)
            ),
            lambda digits: left(digits, 9)
        )) as sirens,
        coalesce(
            try_cast(left(dateparution, 10) as date),
            cast(try_strptime(dateparution, '%d/%m/%Y') as date)
        ) as published_on,
        case
            when familleavis is null and familleavis_lib is null then jugement is not null
            else lower(familleavis) = 'collective'
                or lower(strip_accents(familleavis_lib)) like 'procedure%collective%'
        end as is_collective,
        lower(strip_accents(concat_ws(
            ' ',
            typeavis,
            typeavis_lib,
            case when json_valid(jugement) then json_extract_string(jugement, '$.type') end
        ))) like '%annulation%' as is_cancellation,
        case when json_valid(jugement) then jugement end as judgment
    from bodacc_raw
),

told as (
    select
        row_number,
        sirens,
        published_on,
        coalesce(is_collective, false) as is_collective,
        is_cancellation,
        lower(strip_accents(
            coalesce(json_extract_string(judgment, '$.famille'), '') || ' '
            || coalesce(json_extract_string(judgment, '$.nature'), '')
        )) as words,
        lower(strip_accents(coalesce(
            json_extract_string(judgment, '$.complementJugement'),
            json_extract_string(judgment, '$.complementjugement')
        ))) as further_words,
        lower(strip_accents(json_extract_string(judgment, '$.date'))) as day_text
    from read
),

dated as (
    select
        row_number,
        sirens,
        published_on,
        is_collective,
        is_cancellation,
        words,
        -- « Autre jugement d'ouverture » names the kind in its text only; the first one counts.
        regexp_extract(further_words, 'liquidation judiciaire|redressement judiciaire|sauvegarde')
            as further_kind,
        coalesce(
            try_cast(left(day_text, 10) as date),
            cast(try_strptime(day_text, '%d/%m/%Y') as date),
            -- « 1er février 2026 »
            try_cast(
                regexp_extract(day_text, '([0-9]{4})$', 1) || '-'
                || list_position(
                    [
                        'janvier', 'fevrier', 'mars', 'avril', 'mai', 'juin', 'juillet', 'aout',
                        'septembre', 'octobre', 'novembre', 'decembre'
                    ],
                    regexp_extract(day_text, ' ([a-z]+) ', 1)
                ) || '-' || regexp_extract(day_text, '^([0-9]{1,2})', 1) as date
            )
        ) as judged_on
    from told
)

select
    row_number,
    sirens,
    published_on,
    is_collective,
    -- A judgment is not published before it is given: such a day is a slip.
    case
        when judged_on <= coalesce(published_on, judged_on) then judged_on
        else published_on
    end as judged_on,
    case
        when words like '%liquidation%' then 'liquidation'
        when words like '%redressement%' then 'receivership'
        when words like '%sauvegarde%' then 'safeguard'
        when further_kind like 'liquidation%' then 'liquidation'
        when further_kind like 'redressement%' then 'receivership'
        when further_kind = 'sauvegarde' then 'safeguard'
    end as kind,
    case
        when is_cancellation then 'cancellation'
        when regexp_matches(words, 'annul|retract|infirm') then 'cancellation'
        when regexp_matches(words, 'cloture')
            and not regexp_matches(words, 'report|prorog|differ|delai|terme|refus|rejet|reprise|reouv')
            then 'closing'
        when regexp_matches(words, 'modifi|depot|rejet|interdiction|faillite personnelle|mettant fin|arretant|arrete le plan|plan de (cession|continuation)|cloture')
            and not regexp_matches(words, 'reprise|reouv|resolution')
            then 'other'
        when words like '%conver%' then 'conversion'
        when regexp_matches(words, 'ouverture|ouvrant|prononcant|extension|resolution|reprise|reouv|^ *(jugement (de )?|mise en )*(liquidation|redressement|sauvegarde)')
            then 'opening'
        else 'other'
    end as effect
from dated

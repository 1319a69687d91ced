-- One row per debtor with a claim and word of its name: how many such debtors share the word, and
-- what it weighs (rare words weigh most). Legal forms and courtesies are no names.
with words as (
    select distinct
        debtors.debtor_id,
        unnest(
            string_split(
                trim(regexp_replace(upper(strip_accents(debtors.name)), '[^A-Z0-9]+', ' ', 'g')), ' '
            )[1:12]
        ) as word
    from core.debtors
    join (select distinct debtor_id from core.claims) as claimed
        on claimed.debtor_id = debtors.debtor_id
    where debtors.name is not null
),

kept as (
    select debtor_id, word, count(*) over (partition by word) as n_debtors
    from words
    where length(word) >= 2
      and word not in (
          'SARL', 'SAS', 'SASU', 'EURL', 'SA', 'SCI', 'SNC', 'SELARL', 'SCOP', 'GIE', 'EARL', 'GAEC',
          'EI', 'EIRL', 'SCP', 'STE', 'SOCIETE', 'ETS', 'ETABLISSEMENTS', 'ENTREPRISE', 'CIE',
          'GROUPE', 'FRANCE', 'MONSIEUR', 'MADAME', 'MR', 'MME', 'MLLE', 'DE', 'DU', 'DES', 'LA',
          'LE', 'LES', 'ET', 'AU', 'AUX', 'EN', 'VIR', 'VIREMENT', 'SEPA', 'RECU', 'FACTURE', 'FACT'
      )
)

select
    debtor_id,                                      -- #not_null
    word,                                           -- #not_null
    n_debtors,                                      -- #not_null
    ln(1 + 1000.0 / n_debtors) as weight,           -- #not_null
    row_number() over (partition by debtor_id order by n_debtors, word) as rarity -- #not_null
from kept

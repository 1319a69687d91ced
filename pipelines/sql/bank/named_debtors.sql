-- One row per open line and debtor whose name its text holds for the most part. It is looked for
-- by its rare words, or else by its two rarest words side by side.
with line_words as (
    select line_id, word, min(place) as place
    from bank.words
    group by line_id, word
),

pairs as (
    select
        one.debtor_id,
        least(one.word, two.word) || ' ' || greatest(one.word, two.word) as pair
    from bank.debtor_words as one
    join bank.debtor_words as two
        on two.debtor_id = one.debtor_id and two.rarity = 2 and one.rarity = 1
    where one.n_debtors > 30
    qualify count(*) over (partition by least(one.word, two.word), greatest(one.word, two.word)) <= 30
),

line_pairs as (
    select
        line_id,
        least(word, next_word) || ' ' || greatest(word, next_word) as pair
    from (
        select line_id, word, lead(word) over (partition by line_id order by place) as next_word
        from bank.words
    )
    where next_word is not null
),

sought as (
    select line_words.line_id, debtor_words.debtor_id
    from line_words
    join bank.debtor_words on debtor_words.word = line_words.word
    where debtor_words.n_debtors <= 30
    union
    select line_pairs.line_id, pairs.debtor_id
    from line_pairs
    join pairs on pairs.pair = line_pairs.pair
),

weighed as (
    select
        sought.line_id,
        sought.debtor_id,
        sum(debtor_words.weight) filter (where line_words.word is not null) as found,
        sum(debtor_words.weight) as whole
    from sought
    join bank.debtor_words on debtor_words.debtor_id = sought.debtor_id
    left join line_words
        on line_words.line_id = sought.line_id and line_words.word = debtor_words.word
    group by sought.line_id, sought.debtor_id
)

select
    line_id,                                        -- #not_null
    debtor_id,                                      -- #not_null
    found / whole as name_share                     -- #not_null
from weighed
where found >= 0.6 * whole

-- One row per message kept, newest first.
select
    messages.message_id,
    messages.sent_at,
    messages.sender,
    messages.sender_name,
    messages.subject,
    messages.text,
    coalesce(messages.attachments, []) as attachments,
    messages.debtor_id,
    debtors.name as debtor_name,
    coalesce(messages.claim_ids, []) as claim_ids,
    messages.matched_by
from intake.messages
left join debtors on debtors.debtor_id = messages.debtor_id
order by messages.sent_at desc, messages.message_id

"""Parts of the account of a claim: each line with its rate and article, and the files."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from amiable import statement
from app_streamlit import accounts
from app_streamlit.parts import tables
from app_streamlit.parts.words import Words, plain
from letters.statement import file_name, told, untold


def of_claim(say: Words, claim: dict[str, Any]) -> None:
    """The statement of a claim: its lines add up to the total due; as PDF and CSV too."""
    rows = accounts.statement(claim["claim_id"])
    if not rows:
        return
    with st.expander(say("claim.statement"), icon=":material/receipt:"):
        words = [told(row, say.language) for row in rows]
        tables.plain_table(
            pd.DataFrame(
                {say(f"statement.{name}"): [line[name] for line in words] for name in words[0]}
            )
        )
        total = say.money(claim["total_due"], claim["currency"])
        st.markdown(f"**{plain(say('claim.statement_sum', total=total))}**")
        st.caption(say("claim.statement_help"))
        if (before := untold(rows, say.language)) is not None:
            st.caption(plain(before))
        for why in dict.fromkeys(row["replaced"] for row in rows if row["replaced"]):
            st.caption(plain(say("law.replaced", why=why)))
        left, right = st.columns(2)
        left.download_button(
            say("claim.statement_pdf"),
            accounts.statement_paper(claim["claim_id"], say.language),
            file_name(claim["claim_id"], "pdf"),
            "application/pdf",
            key="statement_pdf",
        )
        right.download_button(
            say("claim.statement_csv"),
            statement.csv_text(rows),
            file_name(claim["claim_id"], "csv"),
            "text/csv",
            key="statement_csv",
        )

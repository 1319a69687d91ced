# %% [markdown]
# # What lies in this portfolio?
# A first look: how much is open, how old it is, and what is paid when.

# %%
import sys

import altair as alt
from portfolio import portfolio

from models.segments import segments
from pipelines.warehouse import Warehouse

home = portfolio()
with Warehouse(home.path) as warehouse:
    claims = warehouse.table("claims")
    recovery = warehouse.table("recovery")

# %% [markdown]
# ## How much is open, and how old is it?
# Most of the money lies in few claims; most of the claims are young.

# %%
claims["open_amount_eur"] = claims["open_amount_eur"].astype(float)
claims["age"] = segments(claims)["age"]
by_age = claims.groupby("age")["open_amount_eur"].agg(["count", "sum"]).reset_index()
sys.stdout.write(by_age.to_string(index=False) + "\n")
alt.Chart(by_age).mark_bar().encode(
    x=alt.X("sum:Q", title="open (EUR)"), y=alt.Y("age:N", title="days overdue")
)

# %% [markdown]
# ## How much of it will come by itself?
# The cash expected within a year, claim by claim, beside what is open.

# %%
both = claims.merge(recovery, on="claim_id")
expected, total = float(both["expected_recovered"].sum()), float(both["open_amount_eur"].sum())
sys.stdout.write(f"{expected:,.0f} EUR expected of {total:,.0f} EUR open\n")
assert 0 <= expected <= total
alt.Chart(both.astype({"expected_recovered": float})).mark_point().encode(
    x=alt.X("open_amount_eur:Q", scale=alt.Scale(type="log"), title="open (EUR)"),
    y=alt.Y("p_90:Q", title="paid within 90 days", axis=alt.Axis(format="%")),
    color="age:N",
)

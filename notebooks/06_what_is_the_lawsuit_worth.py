# %% [markdown]
# # What is the lawsuit worth?
# Not whether it would be won, but what it brings beyond the best course without a judge.

# %%
import sys

import altair as alt
from portfolio import portfolio

from pipelines.warehouse import Warehouse

home = portfolio()
with Warehouse(home.path) as warehouse:
    courses = warehouse.table("litigation")

# %% [markdown]
# ## The suit where a court would bring most

# %%
amicable = ["amicable", "plan", "agency", "write_off"]
court = courses[courses["admissible"] & ~courses["course"].isin(amicable)]
best = court if not court.empty else courses
suit_id = best.sort_values("expected_net", ascending=False).iloc[0]["suit_id"]
mine = courses[courses["suit_id"] == suit_id].sort_values("expected_net", ascending=False)
shown = ["course", "admissible", "cost", "p_success", "p_collect", "expected_net", "p10", "p90",
         "p_loss", "recommended"]  # fmt: skip
sys.stdout.write(mine[shown].round(2).to_string(index=False) + "\n")
assert mine["recommended"].sum() == 1

# %% [markdown]
# ## A good mean may hide a bad tail
# The line runs from the worst decile to the best; zero is the best course without a judge.

# %%
figures = mine.astype({"p10": float, "p90": float, "expected_net": float})
lines = alt.Chart(figures).mark_rule().encode(x="p10:Q", x2="p90:Q", y="course:N")
lines + alt.Chart(figures).mark_point(filled=True).encode(x="expected_net:Q", y="course:N")

# %% [markdown]
# ## How often is a lawsuit the answer?
# Seldom: small sums, uncertain proof and debtors who would pay anyway speak against it.

# %%
chosen = courses[courses["recommended"]]["course"].value_counts()
sys.stdout.write(chosen.to_string() + "\n")

# %% [markdown]
# # Why this claim?
# The first line of the worklist: what speaks for payment, what against, and by how many points.

# %%
import sys

import altair as alt
from portfolio import portfolio

from pipelines.warehouse import Warehouse

home = portfolio()
with Warehouse(home.path) as warehouse:
    first = warehouse.table("worklist").sort_values("rank").iloc[0]
    recovery = warehouse.table("recovery").set_index("claim_id")
    explanations = warehouse.table("explanations")

claim_id = first["claim_id"]
sys.stdout.write(
    f"{claim_id}: {first['action']} by {first['channel']}, worth {first['expected_gain']} EUR"
    f" against waiting; paid within 90 days: {recovery.loc[claim_id, 'p_90']:.0%}\n"
)

# %% [markdown]
# ## The reasons add up to the probability
# From the average claim to this one, in points. They say what goes with payment, not what would
# change it.

# %%
mine = explanations[(explanations["subject_id"] == claim_id) & (explanations["target"] == "p_90")]
reasons = mine.groupby("reason_group")["contribution"].sum().sort_values(key=abs, ascending=False)
base = float(mine["base_value"].iloc[0])
sys.stdout.write(f"average claim {base:.1%}\n")
for reason, points in reasons.head(6).items():
    sys.stdout.write(f"  {100 * points:+6.1f} points  {reason}\n")
assert abs(base + reasons.sum() - recovery.loc[claim_id, "p_90"]) < 1e-4
alt.Chart(reasons.head(8).reset_index()).mark_bar().encode(
    x="contribution:Q", y=alt.Y("reason_group:N", sort=None)
)

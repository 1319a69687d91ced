# %% [markdown]
# # Where does a figure come from?
# One invented portfolio, one day, one claim: from its ledger row to its line in the worklist.

# %%
import sys

from portfolio import portfolio

from amiable.trace import explain, lines
from pipelines.warehouse import Warehouse

home = portfolio()

# %% [markdown]
# ## The day's first contact

# %%
with Warehouse(home.path) as warehouse:
    worklist = warehouse.table("worklist").sort_values("rank")
    first = worklist.iloc[0]
    claim_id, steps = explain(warehouse, first["claim_id"])
sys.stdout.write(worklist.head(5).to_string(index=False) + "\n")

# %% [markdown]
# ## Its road, step by step

# %%
for line in lines(claim_id, steps):
    sys.stdout.write(line + "\n")

# %% [markdown]
# ## The reasons add up to the published probability

# %%
reasons = steps["reasons"]
published = steps["recovery"][0]["p_90"]
added = reasons[0]["base_value"] + sum(row["contribution"] for row in reasons)
assert abs(added - published) < 1e-4, (added, published)

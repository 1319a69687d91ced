# %% [markdown]
# # Are the forecasts right?
# Of a hundred claims given 30 %, about thirty should be paid. And what does one see who looks at
# paid claims only?

# %%
import sys

import altair as alt
import pandas as pd
from portfolio import DAY, portfolio

from models.registry import Registry

home = portfolio()
kept = Registry(home.path).load("recovery", "1")

# %% [markdown]
# ## Calibration: forecast beside outcome, on past days and debtors never seen

# %%
tables = {horizon: pd.DataFrame(bins) for horizon, bins in kept.records["calibration"].items()}
horizon = "90" if "90" in tables else min(tables, key=int, default=None)
if horizon is not None:
    sys.stdout.write(f"{horizon} days\n{tables[horizon].round(3).to_string(index=False)}\n")
    chart = (
        alt.Chart(tables[horizon]).mark_point().encode(x="forecast:Q", y="observed:Q", size="n:Q")
    )

# %% [markdown]
# ## An average of the paid claims alone is too optimistic
# It forgets those that are still open; the curve below counts them.

# %%
curve = kept.records["payment_curve"]
frame = pd.DataFrame({key: curve[key] for key in ("days", "all", "paid_only", "censored")})
sys.stdout.write(frame.iloc[::4].round(3).to_string(index=False) + "\n")
sys.stdout.write(
    f"paid claims took {curve['mean_days_paid_only']:.0f} days on average; "
    f"{curve['n_open']} of {curve['n']} claims are still open on {DAY}\n"
)
assert (frame["paid_only"].iloc[1:] >= frame["all"].iloc[1:] - 1e-9).all()
alt.Chart(frame.melt("days", ["all", "paid_only"])).mark_line().encode(
    x="days:Q", y=alt.Y("value:Q", axis=alt.Axis(format="%")), color="variable:N"
)

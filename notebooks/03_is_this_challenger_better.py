# %% [markdown]
# # Is this challenger better?
# A second model is trained some weeks later. The gates say whether it may replace the first.

# %%
import sys
from datetime import timedelta

from portfolio import DAY, portfolio

from amiable.learning import train
from amiable.logs import Steps
from models.registry import Registry, RegistryError

home = portfolio(own_copy=True)
registry = Registry(home.path)
for line in registry.versions("recovery"):
    sys.stdout.write(f"version {line.version} {line.aliases} AUC {line.metrics.get('auc')}\n")

# %% [markdown]
# ## Train on what is known today
# The model is judged on past days, each forecast by a model that knew only that day, of debtors it
# never saw. Nothing is replaced yet.

# %%
report = train(home, DAY + timedelta(days=1), steps=Steps())
for gate in report.gates.values():
    sys.stdout.write(f"{'yes' if gate.passed else 'NO ':3} {gate.title('en')}: {gate.says('en')}\n")

# %% [markdown]
# ## May it be promoted?
# One gate that does not hold is enough to say no; the answer names it.

# %%
try:
    sys.stdout.write(registry.promote("recovery", report.version) + "\n")
except RegistryError as error:
    sys.stdout.write(f"Refused. {error}\n")
champions = [v.version for v in registry.versions("recovery") if "champion" in v.aliases]
assert (report.version in champions) == (report.n_failed == 0)

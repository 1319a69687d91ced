"""``python -m amiable``: the same as the console script."""

from amiable.cli import main

main()

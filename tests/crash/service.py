"""`python -m tests.crash.service run`: the command line as it is, but with clocks of little patience.

One that falls silent is replaced after 3 s (or PATIENCE), and one that cannot write tries again as soon, as does who
makes a call to a webhook that was under way: else each kill of a clock would cost half a minute of waiting, and five
hundred of them a working day.
"""

import os

from chipwire.cli.app import main
from chipwire.clock import keeper
from chipwire.pipeline import webhooks

if __name__ == "__main__":
    keeper.LEASE = keeper.STEP_BACK = float(os.environ.get("PATIENCE", "3"))
    webhooks.CLAIMED = keeper.LEASE / 20
    main()

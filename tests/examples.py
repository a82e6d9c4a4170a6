"""How many examples a property is tried with: a tenth of them in the fast suite, all in the second look of .ci/run."""

import os
from typing import Any

from hypothesis import settings

WHOLE = "ALL_EXAMPLES" in os.environ


def examples(number: int = 100, *, fast: int = 0, **more: Any) -> settings:
    """`number` is how many there are in all, `fast` how many of a dear one the fast suite tries.

    No example has a deadline: machines that run tests are shared.
    """
    return settings(max_examples=number if WHOLE else fast or -(-number // 10), deadline=None, **more)

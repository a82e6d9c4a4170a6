"""`python -m tests.crash.service run`: the command line as it is, but a clock that falls silent is replaced in 3 s.

Else each kill of a clock would cost half a minute of waiting, and five hundred of them a working day.
"""

from chipwire import clock
from chipwire.cli.app import main

if __name__ == "__main__":
    clock.LEASE = 3.0
    main()

"""`python -m chipwire` is the console script."""

from chipwire.cli import main

main()

"""`python -m chipwire` is the console script."""

from chipwire.cli.app import main

main()

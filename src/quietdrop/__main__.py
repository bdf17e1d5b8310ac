"""`python -m quietdrop`."""

from quietdrop.cli import main

main()

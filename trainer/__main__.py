"""Run the `trainer` command with `python -m trainer`."""

from trainer.cli import main

main()

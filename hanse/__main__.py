"""`python -m hanse`: the same as the `hanse` command."""

from hanse.cli import main

if __name__ == "__main__":
    main(prog_name="hanse")

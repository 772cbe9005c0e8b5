"""`python -m qualkit` is the same as the command `qualkit`."""

from qualkit.cli.main import main

if __name__ == "__main__":
    main()

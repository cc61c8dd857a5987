"""`python -m bot.cli`: the `deskhand` command."""

from bot.cli.main import main

if __name__ == "__main__":
    main()

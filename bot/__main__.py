"""`python -m bot` is the `openoutcry` command."""

from bot.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

"""The `coach` command, a module for each of its subjects."""

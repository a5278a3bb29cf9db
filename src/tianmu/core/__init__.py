"""What every other layer stands on: errors, settings, the two languages, and files written whole or not at all."""

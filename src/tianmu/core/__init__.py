"""What every other layer stands on: errors, settings, the two languages, identifiers."""

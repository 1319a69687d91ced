"""Tables to numbers and choices."""

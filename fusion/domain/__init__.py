"""Values, rules and errors of fusion."""

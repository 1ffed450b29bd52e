"""What the board remembers: ports in base, SQL in sql."""

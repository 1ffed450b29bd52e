"""Where the gateway keeps things: SQL tables and payload files."""

"""The board's stores over SQLAlchemy: SQLite, PostgreSQL or MySQL."""

"""SQL behind Coach's ports: SQLite by default, PostgreSQL by URL, one implementation for both."""

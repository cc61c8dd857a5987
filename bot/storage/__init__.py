"""The only user of SQLAlchemy: tables, one module a noun, each function one transaction."""

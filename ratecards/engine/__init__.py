"""The rate engine: arrays and numbers in, arrays and numbers out. It knows no database, no request and no user."""

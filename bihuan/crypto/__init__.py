"""Encryption of personal data: a keyring outside the database, model fields, files, blind indexes, rotation."""

"""What keeps the data safe in the long run: new keys while everybody works, backups, and proof that they restore."""

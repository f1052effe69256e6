"""Exports of rows to a file: run as a job in batches, with progress, within today's rights of whoever asked."""

"""What every test of the project has: fixtures and plugins live in ``tests``."""

pytest_plugins = ["tests.plugins.features", "tests.plugins.output", "tests.plugins.queries"]

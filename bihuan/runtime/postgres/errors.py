"""What can go wrong with the embedded server, in sentences for the person at the terminal."""


class ClusterError(RuntimeError):
    """The embedded server cannot be started or reached; the message says why and what to do."""

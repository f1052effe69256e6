"""The platforms of other carriers, played on this machine: they check signatures, and can be told to misbehave."""

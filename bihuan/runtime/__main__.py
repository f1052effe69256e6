"""``python -m bihuan.runtime up``: the same as ``bihuan up``."""

import sys

from bihuan.runtime import supervisor

if sys.argv[1:2] != ["up"]:
    sys.exit("Usage: python -m bihuan.runtime up [--demo] [--port N] ...")
sys.exit(supervisor.main(sys.argv[2:]))

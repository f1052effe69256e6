"""The words that names are made of. A new verb is added here, beside the ones that already mean nearly the same."""

BANNED_FILES = {
    "base", "common", "helper", "helpers", "lib", "manager", "managers", "misc", "service", "services", "util",
    "utils",
}  # fmt: skip

# First words of an action's name. One word per meaning: "register" a person or customer, "open" a case, "add" a part.
VERBS = {
    "accept", "acknowledge", "activate", "add", "answer", "append", "approve", "archive", "ask", "assess", "assign",
    "cancel", "change", "claim", "clear", "close", "complete", "confirm", "contain", "copy", "correct", "count",
    "create", "deactivate", "decide", "decline", "deliver", "detach", "discard", "dismiss", "drain", "draw", "end",
    "enqueue", "erase", "escalate", "export", "extend", "fail", "file", "find", "finish", "fulfil", "give", "grant",
    "hand", "import", "invite", "issue", "keep", "lift", "link", "load", "lock", "mark", "mask", "merge", "move",
    "open", "park", "pause", "place", "plan", "poll", "post", "promise", "propose", "publish", "quarantine", "rate",
    "rebase", "recall", "receive", "recompute", "record", "redeem", "refuse", "register", "reindex", "release",
    "remove", "rename", "reopen", "reply", "report", "reprioritize", "request", "requeue", "reroute", "reset",
    "resolve", "restore", "resume", "retire", "retry", "return", "reveal", "revoke", "rewind", "rotate", "run",
    "save", "seal", "send", "set", "share", "sign", "simulate", "skip", "split", "start", "stop", "store", "submit",
    "sync", "take", "tell", "transfer", "undo", "unlock", "update", "upload", "urge", "verify", "waive", "withdraw",
    "write",
}  # fmt: skip

# Past participles that do not end in "ed".
PARTICIPLES = {
    "Begun", "Broken", "Built", "Chosen", "Drawn", "Found", "Given", "Heard", "Held", "Kept", "Left", "Lent",
    "Lost", "Met", "Put", "Read", "Rebuilt", "Reset", "Rewound", "Run", "Seen", "Sent", "Set", "Sold", "Split",
    "Taken", "Told", "Undone", "Withdrawn", "Written",
}  # fmt: skip

# Actions of one word: the journal's own verb takes its noun as an argument.
ONE_WORD_ACTIONS = {"journal.write"}

# Edges parse, call one action or query, and render; they may read the clock and hand it down as ``at``.
EDGES = {
    "api", "asgi", "cli", "consumers", "context", "forms", "management", "middleware", "simulate",
    "supervisor", "tasks", "views",
}  # fmt: skip

# Modules that are edges as a whole: shells, pages and the API.
EDGE_MODULES = {
    "api", "desk", "dossier", "portal", "web",
}  # fmt: skip

# Loops that run consumers, exports and jobs: they read the clock like edges, and fetch their own rows.
LOOPS = {
    "consuming", "exports", "polling",
}  # fmt: skip

# Edges that act for a person: not even a filtered list may pass by the person's rights.
REQUEST_EDGES = {
    "api", "context", "forms", "middleware", "views",
}  # fmt: skip

CLOCK_READERS = {
    "date.today", "datetime.date.today", "datetime.datetime.now", "datetime.now", "datetime.today",
    "datetime.utcnow", "moment.now", "time.time", "timezone.localdate", "timezone.localtime", "timezone.now",
}  # fmt: skip

"""Plan and history to what managers read: the ledger, reliability, oversight, the quarter."""

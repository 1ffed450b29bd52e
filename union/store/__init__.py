"""The read index: what the register holds, arranged for questions. It can be rebuilt from the ledger at any time."""

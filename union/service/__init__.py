"""The union's use cases: keep the register, follow the ledger, know the callers."""

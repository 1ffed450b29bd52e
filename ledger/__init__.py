"""The federation's ledger: its contract, records and nodes, and what evidence has to say of them.

For whoever reads or writes the ledger without a union in between: the union itself and `hanse audit`. Talks to an EVM
node, or holds one in its own process; owns the form of records and of evidence.
"""

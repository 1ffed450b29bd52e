"""Proves from a member's evidence file and a ledger's node alone who agreed to what and what made a model.

Nothing is asked of a board or a union: the file is compared with what the registry contract holds, and every signature
is checked again here. Needs the `audit` extra (web3), and for an embedded ledger's file the `union` extra (py-evm).
"""

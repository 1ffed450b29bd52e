"""Use cases; they know ports, never what stands behind them."""

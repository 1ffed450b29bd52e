"""Linear models over several parties' columns, trained on additive shares with Paillier products (after SSHE-LR)."""

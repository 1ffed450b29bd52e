"""Linear models over columns of several parties, trained on additive shares with Paillier products (a star after SSHE-LR)."""

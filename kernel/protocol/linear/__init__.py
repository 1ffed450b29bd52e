"""Linear models over several parties' columns: Gram blocks on shares, made once with Paillier, then a masked solver."""

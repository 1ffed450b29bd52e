"""Numbers in, numbers out: randomness, fixed point, curve, Paillier. Nothing here knows a party or a message."""

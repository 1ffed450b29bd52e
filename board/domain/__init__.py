"""Values and rules of the board, without I/O."""

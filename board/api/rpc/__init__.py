"""gRPC servicers of the board, and its clients of the other services."""

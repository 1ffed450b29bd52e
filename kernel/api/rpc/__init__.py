"""gRPC servicers of the kernel."""

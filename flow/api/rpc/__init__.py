"""gRPC servicers of flow, and `outbound`: its clients of kernel, gateway, board and the other flows."""

"""What the gateway does: spool, deliver, receive, relay, record; it knows ports, not implementations."""

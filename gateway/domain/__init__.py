"""Values and rules of messages, grants and members; pure."""

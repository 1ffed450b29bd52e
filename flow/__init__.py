"""Flow: runs jobs, one task a node, in step with the other members' flows.

It serves the member's own board, commands the member's own kernel and gateway, and reaches other flows through the
gateways. It owns jobs, tasks, attempts and schedules.
"""

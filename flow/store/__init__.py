"""Where jobs and schedules are kept."""

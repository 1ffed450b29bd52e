"""States, jobs, tasks and what can go wrong with them."""

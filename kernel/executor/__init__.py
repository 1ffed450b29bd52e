"""One process a job: a Spark session, the job's tables, the channel to the gateway, and the tasks' progress."""

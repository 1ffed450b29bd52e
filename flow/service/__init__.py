"""Use cases of flow: create and end jobs, coordinate as the promoter, take part as a provider, schedules."""

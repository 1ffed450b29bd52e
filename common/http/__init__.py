"""HTTP for the services that have a page or an HTTP API."""

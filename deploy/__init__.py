"""Deployment: a federation on one machine (`deploy.local`), the demo job (`deploy.demo`), images and dashboards."""

"""A federation on one machine: identities, ports, configuration, and supervisor to run it all."""

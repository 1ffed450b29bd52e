"""Records, their bodies and their states: values without input or output."""

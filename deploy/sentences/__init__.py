"""The sentences that the code builds and the board's page shows, found in the sources as gettext finds its messages."""

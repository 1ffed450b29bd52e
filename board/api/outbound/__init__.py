"""Ways out of the house for notices: mail and webhooks, to addresses that the operator has opened."""

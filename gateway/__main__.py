"""``python -m gateway --config FILE [--check-config]``."""

import sys

from common.runner import main
from gateway.app import GatewayApp
from gateway.settings import GatewaySettings

if __name__ == "__main__":
    sys.exit(main(GatewaySettings, GatewayApp))

"""`python -m flow --config FILE [--check-config]`."""

import sys

from common.runner import main
from flow.app import FlowApp
from flow.settings import FlowSettings

if __name__ == "__main__":
    sys.exit(main(FlowSettings, FlowApp))

"""`python -m kernel --config FILE [--check-config]`."""

import sys

from common.runner import main
from kernel.app import KernelApp
from kernel.settings import KernelSettings

if __name__ == "__main__":
    sys.exit(main(KernelSettings, KernelApp))

"""`python -m deploy.containers HOME`: identities, configuration and first accounts for docker-compose.yml."""

import sys
from pathlib import Path

from common.errors import HanseError
from deploy.demo.parts import PARTS
from deploy.local.configure import configure, create_admins, password_file
from deploy.local.topology import containers


def main(home: Path) -> int:
    """Set up the volume that all containers share read-only, but for their own data folders."""
    names = {part.member: part.name for part in PARTS}
    topology = containers([part.member for part in PARTS], names)
    try:
        topology.save(home)
        configure(home, topology)
        create_admins(home, topology)
    except HanseError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return 1
    for member in topology.members:
        sys.stdout.write(f"{member}: account admin, password in {password_file(home, member)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

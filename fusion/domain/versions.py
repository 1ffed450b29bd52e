"""Which versions of the calls between nodes fit."""

from fusion.domain.errors import VersionDiffers

#: What this node speaks, and the oldest of other nodes that it still understands. A change of proto/fusion/v1 that an
#: older node would take in wrongly makes a new version.
VERSION = 1
OLDEST = 1


def check_versions(own: str, partner: str, version: int, oldest: int) -> None:
    """See that two nodes speak a version in common.

    Parameters
    ----------
    version, oldest
        What the partner said of itself; 0: it has said nothing yet.

    Raises
    ------
    VersionDiffers
        With the name of the node that has to be brought to a newer version.
    """
    if not version or (version >= OLDEST and oldest <= VERSION):
        return
    behind, ahead = (partner, own) if version < OLDEST else (own, partner)
    told = f"{partner} speaks version {version} of fusion's calls, {own} version {VERSION}"
    hint = f"Bring {behind} to the version of fusion that {ahead} has."
    raise VersionDiffers(told, hint=hint, public_detail=told)

"""The setup token in a file that only the operator reads."""

from pathlib import Path

from common.keyfiles import write_private


class SetupTokenFile:
    """See `TokenFile`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str) -> None:
        """See `TokenFile.write`."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_private(self.path, text.encode())

    def read(self) -> str:
        """See `TokenFile.read`."""
        try:
            return self.path.read_text("utf-8").strip()
        except FileNotFoundError:
            return ""

    def delete(self) -> None:
        """See `TokenFile.delete`."""
        self.path.unlink(missing_ok=True)

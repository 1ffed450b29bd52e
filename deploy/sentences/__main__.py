"""`python -m deploy.sentences [--check]`: writes the page's catalogue of sentences, or says that it differs."""

import json
import sys
from pathlib import Path

from deploy.sentences.catalogue import catalogue

_FILE = Path(__file__).parents[2] / "board" / "web" / "src" / "i18n" / "sentences.json"


def main(arguments: list[str]) -> int:
    """Write the catalogue, or with --check compare it; returns the exit status."""
    text = json.dumps(catalogue(), ensure_ascii=False, indent=1) + "\n"
    if "--check" not in arguments:
        _FILE.write_text(text, encoding="utf-8")
    elif not _FILE.exists() or _FILE.read_text("utf-8") != text:
        sys.stderr.write(
            f"{_FILE.name} differs from the code: run `make docs`, then write the Chinese of what is new\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

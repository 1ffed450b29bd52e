"""The token of the set-up in memory."""


class MemoryToken:
    """A setup token that lies nowhere."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        self.text = text

    def read(self) -> str:
        return self.text

    def delete(self) -> None:
        self.text = ""

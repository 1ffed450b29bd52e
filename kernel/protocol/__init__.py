"""Building blocks of two and more parties: they take a context or, where no network is involved, plain numbers."""

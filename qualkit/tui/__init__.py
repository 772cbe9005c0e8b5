"""The coding screen: the only importer of Textual. What it shows and writes is decided in `coding`."""

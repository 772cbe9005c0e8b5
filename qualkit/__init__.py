"""qualkit: qualitative research with interviews, focus groups and workshops, on plain files."""

__version__ = "0.1.0"

"""The only code that opens the study's files."""

"""The command line: parse, call, print. One module a command; `output` is the only one that prints."""

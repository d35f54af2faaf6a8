"""Where the source files come from: a mirror of NLM over HTTP or in a directory, or files that a user names."""

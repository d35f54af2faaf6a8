"""Records that a PubMed query finds, through the NCBI E-utilities."""

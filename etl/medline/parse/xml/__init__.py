"""Reading PubMed XML: documents, declarations and records."""

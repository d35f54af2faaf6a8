"""Records back out of the warehouse, in the formats that readers of PubMed know."""

-- Returns: VARCHAR, the page of a citation at PubMed.
CREATE OR REPLACE MACRO pubmed_url(pmid) AS 'https://pubmed.ncbi.nlm.nih.gov/' || pmid || '/';
COMMENT ON MACRO pubmed_url IS 'pubmed_url(pmid): the page of a citation at PubMed. pubmed_url(20000001) = ''https://pubmed.ncbi.nlm.nih.gov/20000001/''';

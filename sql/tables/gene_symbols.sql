CREATE TABLE gene_symbols (
    "pmid" BIGINT,
    "version" INTEGER,
    "gene_symbol_seq" INTEGER,
    "gene_symbol" VARCHAR
);
COMMENT ON TABLE gene_symbols IS 'one row per gene symbol (1991 to 1995)';
COMMENT ON COLUMN gene_symbols."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN gene_symbols."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN gene_symbols."gene_symbol_seq" IS '1-based position';
COMMENT ON COLUMN gene_symbols."gene_symbol" IS 'gene symbol as the article gives it';

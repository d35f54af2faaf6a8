CREATE TABLE citation_subsets (
    "pmid" BIGINT,
    "version" INTEGER,
    "citation_subset_seq" INTEGER,
    "citation_subset" VARCHAR
);
COMMENT ON TABLE citation_subsets IS 'one row per journal or topic subset';
COMMENT ON COLUMN citation_subsets."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN citation_subsets."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN citation_subsets."citation_subset_seq" IS '1-based position';
COMMENT ON COLUMN citation_subsets."citation_subset" IS 'IM (Index Medicus), AIM, N (nursing), T (health technology) …';

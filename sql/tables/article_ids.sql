CREATE TABLE article_ids (
    "pmid" BIGINT,
    "version" INTEGER,
    "article_id_seq" INTEGER,
    "id_type" VARCHAR,
    "article_id" VARCHAR
);
COMMENT ON TABLE article_ids IS 'one row per identifier of the record itself (cited works'': reference_ids)';
COMMENT ON COLUMN article_ids."pmid" IS 'PubMed identifier of the record [PMID]';
COMMENT ON COLUMN article_ids."version" IS 'version of the record (PMID/@Version); NULL in MEDLINE text';
COMMENT ON COLUMN article_ids."article_id_seq" IS '1-based position';
COMMENT ON COLUMN article_ids."id_type" IS 'doi, pii, pmc, mid, pubmed, bookaccession … [AID PMC MID, @IdType]';
COMMENT ON COLUMN article_ids."article_id" IS 'identifier';

"""Values of a book document that the DTD demands, and MEDLINE text does not print."""

from __future__ import annotations

from medline.outputs.export.records import Record


def completed(record: Record) -> Record:
    """Return a book document of text with empty values where the DTD demands one, and its PMID among its ids.

    Articles of text stay as they are: the DTD demands too much of them (PubModel, the UI of each heading).
    """
    if not record.is_book or record.head["source_format"] != "medline":
        return record
    ids = record.rows.get("article_ids", [])
    rows = dict(record.rows)
    if all(row["id_type"] != "pubmed" for row in ids):
        own = {"pmid": record.pmid, "version": None, "article_id_seq": len(ids) + 1}
        rows["article_ids"] = [*ids, own | {"id_type": "pubmed", "article_id": str(record.pmid)}]
    if record.head["publication_status"] is None:
        rows["books"] = [record.head | {"publication_status": ""}]
    if types := rows.get("publication_types"):
        rows["publication_types"] = [row | {"publication_type_ui": row["publication_type_ui"] or ""} for row in types]
    return Record(record.pmid, rows)

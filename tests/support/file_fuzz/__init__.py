"""Damaged files, and the one law that reading them must keep.

    Each record of the input is read equal to its undamaged self, or is named in an error or a note; no other outcome,
    and no record is merged with another.

`records` makes records; `damages_text`, `damages_xml` and `damages_bytes` damage them and the files they stand in;
`required` says what each damage may lead to; `case` puts a case together; `law` reads it and judges.
By hand, from tests/:

    python -m file_fuzz --seconds 1800 --seed 7
"""

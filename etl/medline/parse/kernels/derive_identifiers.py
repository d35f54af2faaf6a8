"""DOIs, PIIs, ORCIDs and their like as kernels: what `medline.parse.identifiers` does for the usual forms."""

from __future__ import annotations

import numpy as np

from medline.parse.kernels.bytes import CLASS, DIGIT
from medline.parse.kernels.cells import HAS_MARKUP, HAS_REFERENCES, has_scratch, length_of, pack, start_of, take_scratch
from medline.parse.kernels.derive_pages import behind_digits
from medline.parse.kernels.jit import kernel, rare
from medline.parse.kernels.questions import DOI, ORCID, ask, cell_index, mark_fallback

MINUS, SLASH, DOT, PERCENT = (ord(sign) for sign in "-/.%")
ORCID_SOURCE = np.frombuffer(b"ORCID", np.uint8)

#: Operands of `derive_identifier`: the length of the kind of identifier, and its bytes.
KIND_LENGTH, KIND_BYTES = 9, 11


@rare
def derive_identifier(data, chunk, records, at, questions, count):
    """Find the first identifier of a kind; of DOIs, the first valid one.

    at: table, column; article_ids, id_type, article_id; elocation_ids, elocation_type, elocation_id, is_valid; the
    length of the kind, what is asked of it, its bytes.
    """
    table, column, ids, id_type, article_id = at[0], at[1], at[2], at[3], at[4]
    locations, elocation_type, elocation_id, is_valid_column, wanted = at[5], at[6], at[7], at[8], at[10]
    for record in range(records):
        if chunk.first[record, table] == chunk.first[record + 1, table]:
            continue
        target = cell_index(chunk, table, chunk.first[record, table], column)
        first = 0
        for row in range(chunk.first[record, ids], chunk.first[record + 1, ids]):
            kind = chunk.cells[cell_index(chunk, ids, row, id_type)]
            value = chunk.cells[cell_index(chunk, ids, row, article_id)]
            if not (_is_kind(data, chunk, record, kind, at) and length_of(value)):
                continue
            if wanted != DOI or _is_doi(data, value):
                first = value
                break
            count = ask(data, chunk, record, questions, count, DOI, target, value)
        if first == 0:
            for row in range(chunk.first[record, locations], chunk.first[record + 1, locations]):
                kind = chunk.cells[cell_index(chunk, locations, row, elocation_type)]
                value = chunk.cells[cell_index(chunk, locations, row, elocation_id)]
                valid = chunk.cells[cell_index(chunk, locations, row, is_valid_column)]
                is_valid = not (length_of(valid) == 1 and data[start_of(valid)] == 78)  # N
                if valid & 15:
                    mark_fallback(chunk, record)
                if not (_is_kind(data, chunk, record, kind, at) and is_valid):
                    continue
                if wanted != DOI or _is_doi(data, value):
                    first = value
                    break
                if length_of(value):
                    count = ask(data, chunk, record, questions, count, DOI, target, value)
        if first & HAS_MARKUP:
            mark_fallback(chunk, record)  # tags alone would be an empty text
        chunk.cells[target] = first
    return count


@kernel
def _is_doi(data, cell):
    """Whether a value is a DOI and nothing else, in ASCII; it may hold references."""
    start, stop = start_of(cell), start_of(cell) + length_of(cell)
    slash = behind_digits(data, start + 3, stop)
    if cell & ~HAS_REFERENCES & 15 or not 4 <= slash - start - 3 <= 9 or slash + 1 >= stop or data[slash] != SLASH:
        return False
    if data[start] != 49 or data[start + 1] != 48 or data[start + 2] != DOT:
        return False
    for index in range(slash + 1, stop):
        if not 32 < data[index] < 127:
            return False
    return True


@kernel
def _is_kind(data, chunk, record, cell, at):
    """Whether a cell holds the kind of identifier that the operands name."""
    if cell & 15:
        mark_fallback(chunk, record)
    return cell != 0 and length_of(cell) == at[KIND_LENGTH] and _is_text(data, start_of(cell), at)


@kernel
def _is_text(data, start, at):
    for index in range(at[KIND_LENGTH]):
        if data[start + index] != at[KIND_BYTES + index]:
            return False
    return True


@rare
def derive_orcid(data, chunk, records, at, questions, count):
    """Find each person's first ORCID.

    at: table, column; person_identifiers, role, person_seq, affiliation_seq, source, identifier; the role's constant.
    """
    table, column, ids, role_column, person_seq = at[0], at[1], at[2], at[3], at[4]
    affiliation_seq, source_column, identifier, own_role = at[5], at[6], at[7], chunk.constants[at[8]]
    for record in range(records):
        for row in range(chunk.first[record, ids], chunk.first[record + 1, ids]):
            role = chunk.cells[cell_index(chunk, ids, row, role_column)]
            source = chunk.cells[cell_index(chunk, ids, row, source_column)]
            cell = chunk.cells[cell_index(chunk, ids, row, identifier)]
            if role != own_role or source == 0 or cell == 0:
                continue
            if chunk.cells[cell_index(chunk, ids, row, affiliation_seq)] != 0:
                continue  # of an affiliation
            if source & 15 or not _is_ascii(data, source):
                mark_fallback(chunk, record)  # an upper case beyond ASCII
            if not _is_orcid_source(data, source):
                continue
            person = chunk.cells[cell_index(chunk, ids, row, person_seq)]
            target = cell_index(chunk, table, chunk.first[record, table] + person - 1, column)
            if chunk.cells[target] != 0:
                continue
            if cell & 15 == 0 and has_scratch(data, chunk, 20):
                chunk.cells[target] = _find_orcid(data, chunk, start_of(cell), start_of(cell) + length_of(cell))
            if chunk.cells[target] == 0:
                count = ask(data, chunk, record, questions, count, ORCID, target, cell)
    return count


@kernel
def _is_ascii(data, cell):
    for index in range(start_of(cell), start_of(cell) + length_of(cell)):
        if data[index] >= 128:
            return False
    return True


@kernel
def _is_orcid_source(data, cell):
    """Whether a source is ORCID, in capitals or not."""
    if length_of(cell) != ORCID_SOURCE.size:
        return False
    for index in range(ORCID_SOURCE.size):
        if data[start_of(cell) + index] & 0xDF != ORCID_SOURCE[index]:
            return False
    return True


@rare
def _find_orcid(data, chunk, start, stop):
    """Return the cell of the ORCID that ends an ASCII text (a / may follow) without other digits; 0 for other forms."""
    at = start
    while at < stop and not CLASS[data[at]] & DIGIT:
        if data[at] >= 128 or data[at] == PERCENT:
            return 0
        at += 1
    begin, digits = at, 0
    while at < stop and digits < 16:
        sign = data[at]
        if CLASS[sign] & DIGIT or (digits == 15 and sign & 0xDF == 88):
            digits += 1
        elif not (sign == MINUS and digits and digits % 4 == 0 and data[at - 1] != MINUS):
            return 0
        at += 1
    behind = at + 1 if at < stop and data[at] == SLASH else at
    if digits != 16 or behind != stop:
        return 0
    room = take_scratch(data, chunk, 20)
    digits = 0
    for index in range(begin, at):
        if data[index] != MINUS:
            data[room + digits + digits // 4] = data[index] & 0xDF if data[index] > 57 else data[index]
            digits += 1
    for index in range(4, 19, 5):
        data[room + index] = MINUS
    return pack(room, 19, 0)

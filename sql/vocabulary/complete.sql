-- What the records of MeSH say in other rows than the one that is asked: the scope note of a preferred concept, the
-- abbreviation of a qualifier's name, the star of a heading that a supplementary record is mapped to.
UPDATE mesh_descriptors
SET scope_note = concepts.scope_note
FROM mesh_concepts AS concepts
WHERE concepts.ui = mesh_descriptors.descriptor_ui AND concepts.is_preferred;

UPDATE mesh_qualifiers_vocabulary
SET scope_note = concepts.scope_note
FROM mesh_concepts AS concepts
WHERE concepts.ui = mesh_qualifiers_vocabulary.qualifier_ui AND concepts.is_preferred;

UPDATE mesh_qualifiers_vocabulary
SET abbreviation = terms.abbreviation
FROM mesh_terms AS terms
WHERE terms.ui = mesh_qualifiers_vocabulary.qualifier_ui
    AND terms.is_record_preferred
    AND NOT coalesce(terms.is_permuted, FALSE);

UPDATE mesh_supplementary_mappings
SET
    is_major = starts_with(descriptor_ui, '*') OR coalesce(starts_with(qualifier_ui, '*'), FALSE),
    descriptor_ui = ltrim(descriptor_ui, '*'),
    qualifier_ui = ltrim(qualifier_ui, '*');

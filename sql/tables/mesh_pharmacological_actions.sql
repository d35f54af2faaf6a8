CREATE TABLE mesh_pharmacological_actions (
    "ui" VARCHAR,
    "name" VARCHAR,
    "action_ui" VARCHAR,
    "action" VARCHAR
);
COMMENT ON TABLE mesh_pharmacological_actions IS 'one row per substance and pharmacological action';
COMMENT ON COLUMN mesh_pharmacological_actions."ui" IS 'identifier of the substance: D… or C… [RecordUI]';
COMMENT ON COLUMN mesh_pharmacological_actions."name" IS 'name of the substance [RecordName/String]';
COMMENT ON COLUMN mesh_pharmacological_actions."action_ui" IS 'descriptor of the action: mesh_descriptors.descriptor_ui [DescriptorReferredTo/DescriptorUI]';
COMMENT ON COLUMN mesh_pharmacological_actions."action" IS 'name of the action: Anti-Bacterial Agents [DescriptorReferredTo/DescriptorName/String]';

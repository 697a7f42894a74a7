/** Where a judge of the corpus and the standard part, each with the reason; a case that is not here has to be as the judge says. */

/** Vectors of Aria's suite (1.0), by test. */
export const ariaDisagreements: ReadonlyMap<string, string> = new Map([
  ...[
    'test_imports.py::test_import_file_short_form',
    'test_imports.py::test_import_file',
    'test_imports.py::test_import_repository',
    'test_imports.py::test_import_bad',
    'test_imports.py::test_import_unicode',
  ].map((name) => [name, 'The file is on a server of the test, which is not there: it can’t be judged.'] as const),
  [
    'test_imports.py::test_import_plugin',
    'A plug-in of that tool, which no standard knows, from a repository nobody declares.',
  ],
  [
    'test_metadata.py::test_metadata_normative_fields_syntax_type[template_version-0.123]',
    '0.123 is a version by 1.0 §3.2.2.',
  ],
  ...['true', '123'].map(
    (value) =>
      [
        `test_metadata.py::test_metadata_non_normative_fields_syntax_type[${value}]`,
        'OASIS’s own suite has plain scalars in metadata.',
      ] as const,
  ),
  ['test_function_concat.py::test_functions_concat_syntax_empty', '1.0 §4.3.1: there is at least one expression.'],
  ...['main-node', 'main-group', 'main-relationship', 'relationship-node'].map(
    (name) =>
      [
        `test_template_interface.py::test_template_interface_input_missing[${name}]`,
        '1.0 §3.5.14: a template may give inputs the type does not declare.',
      ] as const,
  ),
  ...['main-node', 'main-group', 'main-relationship', 'relationship-type-node'].map(
    (name) =>
      [
        `test_template_interface.py::test_template_interface_operation_input_missing[${name}]`,
        '1.0 §3.5.13: a template may give inputs the type does not declare.',
      ] as const,
  ),
  ['test_templates.py::test_templates_section_syntax_type[policy-[]]', '1.0 §3.8: policies are a list.'],
  ...['template', 'type'].map(
    (name) =>
      [
        `test_node_template_artifacts.py::test_node_template_artifact_syntax_type[${name}-a string]`,
        '1.0 §3.5.6.2: the short notation of an artifact is a text.',
      ] as const,
  ),
  [
    'test_node_template_requirements.py::test_node_template_requirement_capability_type_short_form',
    '1.0 §3.7.2.1.1: the short form names a node, and the one named offers no such capability.',
  ],
  ...['capabilities.py::test_node_type_capability', 'requirements.py::test_node_type_requirement'].map(
    (name) =>
      [
        `test_node_type_${name}_occurrences_bad[[ 1, 1 ]]`,
        'Exactly one is a range by 1.0 §3.2.3; the vector’s own list of bad ones errs.',
      ] as const,
  ),
]);

const library =
  'A file of types that leans on types the template importing it brings along (1.0 §3.5.7: a file imports what it uses).';
const dialect = 'Written in the NFV profile, which is recognised and not read (1.0 §3.1.2 knows no such version).';
const network = 'It imports from the network: it can’t be judged.';
const hosting =
  'A normative web application is hosted on a web server, by the node its requirement names, and here it is on a compute node (1.0 §3.7.2, chapter 5).';
const unfilled = 'A required property has no value (1.0 §3.5.8.2: required unless said otherwise).';

/** Verdicts of tosca-parser, by file below its samples. */
export const toscaParserDisagreements: ReadonlyMap<string, string> = new Map(
  [
    ['custom_types/collectd.yaml', library],
    ['custom_types/kibana.yaml', library],
    ['custom_types/nested_test_kibana.yaml', library],
    [
      'custom_types/nested_test_wordpress.yaml',
      'It joins a prefix and a name by a dot; a qualified name has a colon (1.0 §3.1.1, §3.5.7).',
    ],
    ['custom_types/rsyslog.yaml', library],
    ['extensions/tosca_helloworld_nfv.yaml', dialect],
    [
      'functions/test_container_cap_child.yaml',
      'The host capability of a compute node takes only software components, and the node is none (1.0 §3.6.1, chapter 5).',
    ],
    ['functions/test_get_attribute_host_keyword.yaml', unfilled],
    ['interfaces/test_custom_interface_in_template.yaml', hosting],
    ['interfaces/test_custom_interface_notifications.yaml', hosting],
    ['interfaces/test_custom_interface_operations.yaml', hosting],
    [
      'policies/custom_definitions.yaml',
      'What reads like a schema stands in the metadata of a policy type, a map of texts (1.0 §3.6.11).',
    ],
    ['policies/tacker_defs.yaml', dialect],
    ['policies/tacker_nfv_defs.yaml', dialect],
    ['policies/test_policies_without_required_property.yaml', dialect],
    ['policies/test_tosca_nfv_multiple_policies.yaml', dialect],
    ['policies/tosca_custom_policy_template.yaml', 'It imports custom_definitions.yaml, which is wrong itself.'],
    [
      'relationship/test_custom_relationship.yaml',
      'The file it imports says no version (1.0 §3.9.3.1), and a type of its own is nowhere.',
    ],
    ['repositories/test_repositories_definition.yaml', network],
    ['repositories/tosca_repositories_test_definition.yaml', network],
    ['requirements/test_requirements.yaml', 'The types have no requirements of these names (1.0 §3.7.2).'],
    [
      'test_attributes_inheritance.yaml',
      'An attribute that is an integer is given the text "yes" (1.0 §3.2.1, §3.5.10).',
    ],
    ['test_capability_without_properties.yaml', 'Its capability types stand among the node types (1.0 §3.6.6).'],
    ['test_credential_datatype.yaml', 'Values stand where property definitions should (1.0 §3.5.8).'],
    ['test_no_inputs_in_template.yaml', 'Metadata is a map of texts, and this is a text (1.0 §3.9.3.2).'],
    [
      'test_nodetype_without_relationship.yaml',
      'The target has no capability of the type that is asked for (1.0 §3.7.2).',
    ],
    ['test_tosca_custom_rel.yaml', 'A property definition is a map, and this one is a text (1.0 §3.5.8).'],
    ['topology_template/databasesubsystem.yaml', 'A property that is a string is given an integer (1.0 §3.2.1).'],
    [
      'topology_template/definitions_1_2.yaml',
      'It names data types of the NFV profile, and imports none (1.2 §3.6.5).',
    ],
    [
      'topology_template/queuingsubsystem.yaml',
      'The relationship fits its requirement (1.0 §3.7.2); that tool looks it up among others.',
    ],
    ['topology_template/system.yaml', unfilled],
    ['topology_template/transactionsubsystem.yaml', unfilled],
    [
      'topology_template/validate/test_example_app_substitution_mappings.yaml',
      'Substitution mappings have no "properties" before 1.2 (1.0 §3.8.2).',
    ],
    [
      'topology_template/validate/test_substitution_mappings_section.yaml',
      'A node filter in a node filter, and an operation where a workflow is wanted (1.3 §3.8.13).',
    ],
    [
      'topology_template/validate/test_substitution_mappings_valid_output.yaml',
      'Substitution mappings have no "properties" before 1.2 (1.0 §3.8.2).',
    ],
    ['tosca_elk.yaml', unfilled],
  ].map(([file, reason]) => [`samples/tests/data/${file ?? ''}`, reason ?? ''] as const),
);

/** Lines of Cloudnet's tests we report and they do not, by file; each has been read against the standard. */
export const cloudnetReviewed: ReadonlyMap<string, readonly number[]> = new Map([
  // 1.3 §3.6.23.1: "delegate" names a workflow of the topology, and there is none of this name.
  ['syntax_checking-1.3.yaml', [32]],
]);

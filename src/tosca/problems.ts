/** What can be wrong with a TOSCA file. The names are OASIS's own where its test suite has one, and made like them where not. */
import type { Problem, ProblemTable, Span } from '../diagnostic/problem.ts';
import type { Version } from './version.ts';

export const toscaProblems = {
  MissingTOSCAVersion: { severity: 'error', explain: 'The file does not say which version of TOSCA it is written in.' },
  InvalidTOSCAVersion: { severity: 'error', explain: 'No version of TOSCA has this name.' },
  TOSCAVersionMustBeFirstLine: {
    severity: 'error',
    explain: 'tosca_definitions_version has to come before everything but comments.',
  },
  UnsupportedDialect: {
    severity: 'error',
    explain: 'The file is written in a language that only resembles TOSCA; it is recognised and not read.',
  },
  InvalidType: { severity: 'error', explain: 'A map, a list or a text stands where something else is expected.' },
  MissingRequiredKeyname: { severity: 'error', explain: 'A keyname that must be there is not.' },
  UnknownKeyname: { severity: 'error', explain: 'The construct has no such keyname in this version of TOSCA.' },
  EmptyDefinition: { severity: 'error', explain: 'A section or definition is written down and empty.' },
  ExclusiveKeynames: { severity: 'error', explain: 'Keynames that exclude each other stand side by side.' },
  InvalidName: { severity: 'error', explain: 'A name is empty or no text.' },
  DuplicateName: { severity: 'error', explain: 'Two things of one kind have one name.' },
  UnknownDslDefinition: { severity: 'error', explain: 'An alias (*name) refers to an anchor that stands nowhere.' },
  MissingImportFile: { severity: 'error', explain: 'The file that is imported is not there or can’t be read.' },
  InvalidImport: { severity: 'error', explain: 'The import says nothing that can be imported, or too much.' },
  ImportNeedsNetwork: {
    severity: 'error',
    explain: 'The import is on the network, and Clocker goes there only when told to (--online, or --map url=path).',
  },
  UnknownProfile: { severity: 'error', explain: 'No profile of this name comes with Clocker or lies beside the file.' },
  UnknownRepository: { severity: 'error', explain: 'The file declares no repository of this name.' },
  MissingArtifactFile: { severity: 'warning', explain: 'The file of an artifact is not there.' },
  MissingArchiveFile: { severity: 'error', explain: 'The archive lacks a file that its templates name.' },
  InvalidArchive: {
    severity: 'error',
    explain: 'The archive is damaged, not a CSAR, or tries to reach outside itself.',
  },
  ChecksumMismatch: { severity: 'error', explain: 'A file differs from the checksum that was written down for it.' },
  InvalidSignature: {
    severity: 'error',
    explain: 'The signature of the archive does not belong to it or to this key.',
  },
  InvalidParentType: { severity: 'error', explain: 'derived_from names no type of this kind, or leads in a circle.' },
  MissingArtifactType: { severity: 'error', explain: 'No artifact type has this name.' },
  UnknownDataType: { severity: 'error', explain: 'No data type has this name.' },
  UnknownCapabilityType: { severity: 'error', explain: 'No capability type, or none of its sources, has this name.' },
  UnknownNodeType: { severity: 'error', explain: 'No node type has this name.' },
  UnknownRelationshipType: { severity: 'error', explain: 'No relationship type has this name.' },
  UnknownInterfaceType: { severity: 'error', explain: 'No interface type has this name.' },
  UnknownGroupType: { severity: 'error', explain: 'No group type has this name.' },
  UnknownPolicyType: { severity: 'error', explain: 'No policy type has this name.' },
  InvalidNativeTypeExtend: { severity: 'error', explain: 'A type derived from a built-in one can’t have properties.' },
  InvalidRefinement: {
    severity: 'error',
    explain:
      'A definition changes what it inherits in a way that makes the derived type unfit to stand for its parent.',
  },
  InvalidScalarType: { severity: 'error', explain: 'The units of a scalar type leave open what one of it is.' },
  InvalidSchema: { severity: 'error', explain: 'The schema of entries or keys does not fit the type it is for.' },
  InvalidConstraint: { severity: 'error', explain: 'The constraint can’t be applied to values of this type.' },
  ConstraintViolation: { severity: 'error', explain: 'The value breaks a constraint of its type or definition.' },
  ValueTypeMismatch: { severity: 'error', explain: 'The value is not of the type it is declared to have.' },
  FixedValue: { severity: 'error', explain: 'The definition has given the value already; it can’t be given again.' },
  MissingRequiredProperty: { severity: 'error', explain: 'A required property has no value and no default.' },
  MissingRequiredInput: { severity: 'error', explain: 'A required input has no value and no default.' },
  UnknownProperty: { severity: 'error', explain: 'The type declares no such property.' },
  UnknownAttribute: { severity: 'error', explain: 'The type declares no such attribute.' },
  UnknownInput: { severity: 'error', explain: 'No input has this name.' },
  UnknownOutput: { severity: 'error', explain: 'No output has this name.' },
  UnknownCapability: { severity: 'error', explain: 'The node has no capability of this name or type.' },
  UnknownRequirement: { severity: 'error', explain: 'The node has no requirement of this name.' },
  UnknownInterface: { severity: 'error', explain: 'The type has no interface of this name.' },
  UnknownOperation: { severity: 'error', explain: 'The interface has no operation of this name.' },
  UnknownNotification: { severity: 'error', explain: 'The interface has no notification of this name.' },
  UnknownArtifact: { severity: 'error', explain: 'The node has no artifact of this name.' },
  UnknownNodeTemplate: { severity: 'error', explain: 'No node template, or node type, has this name.' },
  UnknownRelationship: { severity: 'error', explain: 'No relationship template, or relationship type, has this name.' },
  UnknownMember: { severity: 'error', explain: 'No node template or group has this name.' },
  UnknownWorkflow: { severity: 'error', explain: 'No workflow has this name.' },
  UnknownStep: { severity: 'error', explain: 'The workflow has no step of this name.' },
  UnknownFunction: { severity: 'error', explain: 'No function has this name.' },
  UnknownDirective: { severity: 'error', explain: 'No such directive exists here.' },
  InvalidFunction: {
    severity: 'error',
    explain: 'The function is called with the wrong arguments or in the wrong place.',
  },
  CircularFunction: { severity: 'error', explain: 'Functions get their values from each other, in a circle.' },
  InvalidCopy: {
    severity: 'error',
    explain: 'A template is copied from one that is not there, copies itself, or is of another type.',
  },
  InvalidTarget: {
    severity: 'error',
    explain: 'The target is of a type that the requirement, relationship or policy rules out.',
  },
  NoMatchingNode: { severity: 'error', explain: 'No node of the template can be the target.' },
  InvalidOccurrences: { severity: 'error', explain: 'There are fewer or more of them than the definition allows.' },
  InvalidRange: { severity: 'error', explain: 'The lower bound is above the upper one, or a bound is no number.' },
  InvalidMapping: {
    severity: 'error',
    explain: 'The mapping of a substitution does not lead where its types say it should.',
  },
  InvalidOperationName: { severity: 'error', explain: 'An operation is named as interface.operation.' },
  InvalidImplementation: { severity: 'error', explain: 'An implementation stands where only signatures may be.' },
  DeprecatedKeyname: { severity: 'warning', explain: 'The keyname still works and should no longer be written.' },
  UnknownArtifactKind: {
    severity: 'warning',
    explain: 'The file’s ending belongs to no artifact type, so nobody can tell how to run it.',
  },
  EmptySection: {
    severity: 'warning',
    explain: 'A section is written down and left empty, which later versions refuse.',
  },
  UndeclaredInterface: {
    severity: 'warning',
    explain: 'The type declares no interface at all, so what is said of this one is not checked.',
  },
  DoubtfulTarget: {
    severity: 'warning',
    explain: 'No node of the type named has a capability of the type named, unless a derived type adds one.',
  },
  DoubtfulAllocation: {
    severity: 'warning',
    explain: 'The capability has no property of this name that could be shared out.',
  },
  ShadowedName: { severity: 'warning', explain: 'Two imported files declare one name; the first is meant.' },
  UncheckedValue: {
    severity: 'warning',
    explain: 'The standard does not say what may stand here, so it is not checked.',
  },
  LossyTranslation: {
    severity: 'warning',
    explain: 'Part of the template has no counterpart in what it is translated to.',
  },
} as const satisfies ProblemTable;

export type ToscaProblemCode = keyof typeof toscaProblems;

export type ProblemDetail = Pick<Problem, 'hint' | 'related'> & {
  /** Section number; the version is put before it. */
  readonly section?: string | undefined;
  readonly version?: Version;
};

export function toscaProblem(
  code: ToscaProblemCode,
  message: string,
  at: Span | undefined,
  { section, version, ...rest }: ProblemDetail = {},
): Problem {
  const spec = section === undefined || version === undefined ? {} : { spec: `TOSCA ${version} §${section}` };
  const place = at === undefined ? {} : { at };
  return { code, severity: toscaProblems[code].severity, message, ...place, ...rest, ...spec };
}

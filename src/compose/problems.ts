/** What can be wrong with compose files. */
import type { Problem, ProblemTable, Span } from '../diagnostic/problem.ts';

const error = (explain: string): { readonly severity: 'error'; readonly explain: string } => ({
  severity: 'error',
  explain,
});
const warning = (explain: string): { readonly severity: 'warning'; readonly explain: string } => ({
  severity: 'warning',
  explain,
});
const info = (explain: string): { readonly severity: 'info'; readonly explain: string } => ({
  severity: 'info',
  explain,
});

export const composeProblems = {
  'attributes-exclusive': error('Two attributes that exclude each other stand side by side.'),
  'boolean-word': warning('yes, no, on, off, y and n mean true and false only to old YAML; write true or false.'),
  'build-context-unknown': error('An additional build context names a service that is not there or is not built.'),
  'command-unclosed': error('A quote or bracket in a command written as one text is not closed.'),
  'condition-test': error('A healthcheck given as a list begins with CMD, CMD-SHELL or NONE.'),
  'container-name-scaled': error('A service with a container_name has one container: names are unique.'),
  'container-name-twice': error('Two services have the same container_name.'),
  'dependency-cycle': error('Services wait for each other, so none of them would ever start.'),
  'dependency-inactive': error('A service depends on one whose profiles are not active.'),
  'device-invalid': error('A device is source[:target[:permissions]].'),
  'duration-invalid': error('A duration is a number with a unit, such as 1m30s; units are w d h m s ms us ns.'),
  'env-file-missing': error('A file of variables is not there.'),
  'env-file-nameless': warning('A line of a file of variables has a value without a name; no engine takes it.'),
  'env-file-syntax': error('A file of variables can’t be read on from this line.'),
  'extends-cycle': error('Services extend each other in a circle.'),
  'extends-deep': error('The chain of services that extend each other is longer than Clocker follows.'),
  'extends-unknown': error('The service to extend is not there.'),
  'external-attributes': error('An external volume has a name and nothing else: it is made by somebody else.'),
  'external-name': warning('external: {name: …} is the old way to write name: … and external: true.'),
  'external-name-conflict': error('name and the old external.name say different names.'),
  'file-binary': error('The file is no text.'),
  'file-empty': error('The compose file says nothing.'),
  'file-missing': error('A file that is named here is not there or can’t be read.'),
  'file-not-a-map': error('A compose file is a map with services, networks and so on.'),
  'file-remote': error('A file in a repository or registry is named; Clocker reads only files of this machine.'),
  'file-several': warning('Several files have names Compose looks for; the first is read.'),
  'format-old': info('The file is of an old format. It is read as what it means today.'),
  'host-invalid': error('An extra host is name=address.'),
  'include-cycle': error('Compose files include each other in a circle.'),
  'include-many': error('More files are included than Clocker reads.'),
  'item-twice': error('The same item stands in a list twice.'),
  'key-old': info('Only an old format has this key. It is read as what says the same today.'),
  'key-not-text': error('Keys are texts; quote the key.'),
  'key-required': error('A key that must be there is missing.'),
  'key-unknown': error('The compose language has no such key here. Keys of your own begin with x-.'),
  'many-ports': error('More ports are published than Clocker counts one by one.'),
  'merge-different': error('A later file says a list or map where an earlier one says something else.'),
  'mode-invalid': error('A file mode is octal, such as 0440.'),
  'mount-invalid': error('A mount is [source:]target[:options].'),
  'mount-source-missing': error('A bind mount needs a source.'),
  'mount-target-missing': error('A mount, port or device needs a target.'),
  'mount-twice': error('Two mounts have the same target.'),
  'name-invalid': error('Names are made of letters, digits, dots, dashes and underscores.'),
  'number-invalid': error('A number stands here.'),
  'path-blank': error('A path stands here.'),
  'path-home': warning('~ stays as it is, since HOME is not known.'),
  'platform-unbuilt': error('The platform a service runs on is not among those it is built for.'),
  'port-address': error('The address of a published port is none; IPv6 addresses stand in brackets.'),
  'port-invalid': error('A port is [[address:]published:]target[/protocol].'),
  'port-range-uneven': error('Ranges of published and of target ports have different lengths.'),
  'project-name-invalid': error('A project’s name begins with a letter or digit and has only a-z, 0-9, - and _.'),
  'project-name-missing': error('The project has no name: its folder has none that could be used.'),
  'reference-undefined': error('A service names something that is not there.'),
  'service-image': error('A service needs an image or a build.'),
  'size-invalid': error('A size is a number with a unit, such as 512m; units are b k m g t p.'),
  'source-missing': error('A secret or config needs where its content comes from.'),
  'ssh-invalid': error('An ssh key to build with is default or id=path.'),
  'tag-unknown': error('Compose knows the tags !reset and !override.'),
  'timestamp-text': warning('An unquoted date is read as a text; Compose refuses it.'),
  'pair-invalid': error('KEY=value stands here.'),
  'value-conflict': error('Two attributes that mean the same have different values.'),
  'value-pattern': error('The text has not the shape it must have here.'),
  'value-range': error('The number is too small or too large.'),
  'value-type': error('A value of another kind stands here.'),
  'value-word': error('One of a few words stands here.'),
  'variable-cast': error('With its variables replaced, the text is not the number or boolean it must be.'),
  'variable-required': error('A variable the file requires (:? or ?) has no value.'),
  'variable-syntax': error('A $ or ${ is not followed by what a variable looks like; a plain dollar is written $$.'),
  'variable-unset': warning('A variable has no value; it is replaced by nothing.'),
  'version-obsolete': warning('version says nothing any more; remove it.'),
  'watch-target': error('Watched files that are synchronised need a target.'),
} as const satisfies ProblemTable;

export type ComposeCode = keyof typeof composeProblems;

export type MoreOfProblem = Partial<Pick<Problem, 'hint' | 'related' | 'spec'>>;

/** Takes in one problem. A hint that is `undefined` is none. */
export type Report = (
  code: ComposeCode,
  message: string,
  at: Span,
  more?: { readonly [Key in keyof MoreOfProblem]?: MoreOfProblem[Key] | undefined },
) => void;

export function reporter(problems: Problem[]): Report {
  return (code, message, at, more = {}) => {
    const { hint, related, spec } = more;
    problems.push({
      code,
      severity: composeProblems[code].severity,
      message,
      at,
      ...(hint === undefined ? {} : { hint }),
      ...(related === undefined ? {} : { related }),
      ...(spec === undefined ? {} : { spec }),
    });
  };
}

/** `clocker up --config FILE`: YAML with the names of the flags, `node-name: host1`. A flag wins over the file. Pure. */
import { hasErrors, type Checked, type Problem } from '../diagnostic/problem.ts';
import { didYouMean } from '../diagnostic/suggest.ts';
import type { Span } from '../diagnostic/problem.ts';
import { parseDocument } from '../document/parse.ts';
import type { MapEntry } from '../document/node.ts';
import { logLevels, type DaemonConfig, type LogLevel } from './config.ts';

/** Names in the file, and on the command line. */
export const configNames = {
  store: 'store',
  docker: 'docker',
  'node-name': 'nodeName',
  'node-address': 'nodeAddress',
  'run-dir': 'runDir',
  'state-dir': 'stateDir',
  'plugin-dir': 'pluginDir',
  'socket-group': 'socketGroup',
  listen: 'listen',
  'token-file': 'tokenFile',
  'tls-cert': 'tlsCert',
  'tls-key': 'tlsKey',
  'tls-ca': 'tlsCa',
  'log-level': 'logLevel',
} as const satisfies Readonly<Record<string, keyof DaemonConfig>>;

type FileName = keyof typeof configNames;
const isFileName = (name: string): name is FileName => Object.hasOwn(configNames, name);
export const isLogLevel = (text: string): text is LogLevel => logLevels.some((level) => level === text);

export type GivenConfig = Partial<DaemonConfig>;

export function parseConfigFile(text: string, file: string): Checked<GivenConfig> {
  const document = parseDocument(text, file, { schema: 'core', duplicateKeys: 'refuse' });
  const problems: Problem[] = [...document.problems];
  const root = document.value;
  const given: { -readonly [K in keyof DaemonConfig]?: DaemonConfig[K] } = {};
  if (root.kind === 'scalar' && root.value === null) return { value: given, problems };
  if (root.kind !== 'map') {
    problems.push(wrong('A configuration is a map of names and values.', root.span));
    return { value: given, problems };
  }
  for (const entry of root.entries) {
    const read = readEntry(entry);
    if (read.kind === 'problem') problems.push(read.problem);
    else if (read.name === 'logLevel') {
      if (isLogLevel(read.text)) given.logLevel = read.text;
      else problems.push(wrong(`There are the levels ${logLevels.join(', ')}.`, entry.value.span));
    } else given[read.name] = read.text;
  }
  return { value: hasErrors(problems) ? {} : given, problems };
}

const wrong = (message: string, at: Span, hint?: string): Problem => ({
  code: 'config-value',
  severity: 'error',
  message,
  at,
  ...(hint === undefined ? {} : { hint }),
});

type Read =
  | { readonly kind: 'value'; readonly name: (typeof configNames)[FileName]; readonly text: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

function readEntry({ key, value }: MapEntry): Read {
  const name = key.kind === 'scalar' ? key.text : '';
  if (!isFileName(name)) {
    const problem = wrong(`There is no setting "${name}".`, key.span, didYouMean(name, Object.keys(configNames)));
    return { kind: 'problem', problem };
  }
  if (value.kind !== 'scalar' || value.value === null)
    return { kind: 'problem', problem: wrong(`"${name}" must be a text.`, value.span) };
  return { kind: 'value', name: configNames[name], text: value.text };
}

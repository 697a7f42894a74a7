/** `clocker up --config FILE`: YAML with the names of the flags, `node-name: host1`. Pure. */
import { hasErrors, type Checked, type Problem } from '../diagnostic/problem.ts';
import { didYouMean } from '../diagnostic/suggest.ts';
import type { Span } from '../diagnostic/problem.ts';
import { parseDocument } from '../document/parse.ts';
import type { MapEntry } from '../document/node.ts';
import { routeModes } from '../model/network/records.ts';
import { logLevels, type DaemonConfig, type LogLevel } from './config.ts';

/** Names in the file, and on the command line. */
const configNames = {
  store: 'store',
  docker: 'docker',
  'node-name': 'nodeName',
  address: 'addresses',
  'route-mode': 'routeMode',
  'forget-after': 'forgetAfter',
  'state-dir': 'stateDir',
  'plugin-socket': 'pluginSocket',
  socket: 'socket',
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
const isLogLevel = (text: string): text is LogLevel => logLevels.some((level) => level === text);

export type GivenConfig = Partial<DaemonConfig>;

export function parseConfigFile(text: string, file: string): Checked<GivenConfig> {
  const document = parseDocument(text, file, { schema: 'core', duplicateKeys: 'refuse' });
  const problems: Problem[] = [...document.problems];
  const root = document.value;
  const given: Given = {};
  if (root.kind === 'scalar' && root.value === null) return { value: given, problems };
  if (root.kind !== 'map') {
    problems.push(wrong('A configuration is a map of names and values.', root.span));
    return { value: given, problems };
  }
  for (const entry of root.entries) {
    const read = readEntry(entry);
    if (read.kind === 'problem') problems.push(read.problem);
    else if (!put(given, read.key, read.texts))
      problems.push(
        wrong(`There are ${(read.key === 'routeMode' ? routeModes : logLevels).join(', ')}.`, entry.value.span),
      );
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

type Given = { -readonly [K in keyof DaemonConfig]?: DaemonConfig[K] };

/** False where it is no value of this setting. */
function put(given: Given, key: (typeof configNames)[FileName], texts: readonly string[]): boolean {
  const [text = ''] = texts;
  if (key === 'addresses') given.addresses = texts;
  else if (key === 'logLevel') {
    if (!isLogLevel(text)) return false;
    given.logLevel = text;
  } else if (key === 'routeMode') {
    const mode = routeModes.find((one) => one === text);
    if (mode === undefined) return false;
    given.routeMode = mode;
  } else given[key] = text;
  return true;
}

type Read =
  | { readonly kind: 'value'; readonly key: (typeof configNames)[FileName]; readonly texts: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: Problem };

const textsOf = (node: MapEntry['value']): readonly string[] | undefined => {
  const nodes = node.kind === 'list' ? node.items : [node];
  const texts = nodes.flatMap((one) => (one.kind === 'scalar' && one.value !== null ? one.text : []));
  return texts.length === nodes.length ? texts : undefined;
};

function readEntry({ key, value }: MapEntry): Read {
  const name = key.kind === 'scalar' ? key.text : '';
  if (!isFileName(name)) {
    const problem = wrong(`There is no setting "${name}".`, key.span, didYouMean(name, Object.keys(configNames)));
    return { kind: 'problem', problem };
  }
  const texts = textsOf(value);
  if (texts === undefined || (value.kind === 'list' && name !== 'address'))
    return { kind: 'problem', problem: wrong(`"${name}" must be a text.`, value.span) };
  return { kind: 'value', key: configNames[name], texts };
}

type Told = { readonly [name in Exclude<FileName, 'address'>]?: string | undefined } & {
  readonly address?: readonly string[] | undefined;
};

/** Flags as a configuration; those not given are left out. */
export function toldOf(flags: Told): GivenConfig {
  const given: Given = {};
  for (const name of Object.keys(configNames).filter(isFileName)) {
    const value = flags[name];
    if (value !== undefined) put(given, configNames[name], [value].flat());
  }
  return given;
}

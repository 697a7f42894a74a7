/** Rules on one service. */
import type { Problem } from '../../diagnostic/problem.ts';
import type { Node } from '../../document/node.ts';
import { valueOf } from '../../document/node.ts';
import { entriesOfNode, finding, itemsOf, perService, services, textOfNode } from './finding.ts';
import type { Rule } from './finding.ts';

export const restart = perService(({ node }) => {
  const policy = valueOf(node, 'restart');
  const text = textOfNode(policy);
  if (policy === undefined || text === undefined || /^(?:no|always|unless-stopped|on-failure(?::\d+)?|)$/.test(text))
    return [];
  const hint = 'Use no, always, unless-stopped or on-failure[:retries].';
  return [finding('restart-unknown', `No engine knows the restart policy "${text}".`, policy.span, { hint })];
});

const unquotedOperator = /^(?:"(?:\\.|[^"\\])*"|'[^']*'|\\.|[^"'\\;|&])*[;|&]/s;

/** A quoted scalar is looked at without its own quotes. */
const unwrapped = (text: string): string => /^(['"])([\s\S]*)\1$/.exec(text)?.[2] ?? text;

export const command = perService(({ node }, { textAt }) =>
  ['command', 'entrypoint'].flatMap((name): readonly Problem[] => {
    const list = valueOf(node, name);
    const written = list?.kind === 'list' ? textAt(list.span) : undefined;
    // A list is what it says; only a single text is split.
    if (written === undefined || list === undefined || /^[[-]/.test(written.trimStart())) return [];
    const text = unwrapped(written.replace(/^[|>][-+\d]*\s*\n/, ''));
    if (!unquotedOperator.test(text)) return [];
    const hint = `To run it in a shell: ${name}: [sh, -c, ${JSON.stringify(text.trim())}]`;
    return [finding('command-cut', `Compose drops all from the first of ; | & in this ${name}.`, list.span, { hint })];
  }),
);

export const healthcheck = perService(({ node }) => {
  const test = valueOf(valueOf(node, 'healthcheck'), 'test');
  const [kind, program, second] = itemsOf(test);
  const text = textOfNode(program);
  if (textOfNode(kind) !== 'CMD' || program === undefined || text === undefined || second !== undefined) return [];
  if (!/\s/.test(text.trim())) return [];
  const hint = `Use CMD-SHELL, or one list item for each word.`;
  return [finding('healthcheck-one-word', `No program is called "${text}".`, program.span, { hint })];
});

/** distribution/reference: the name after `docker.io/` and `library/` are put in front. */
const imageName =
  /^(?:(?:localhost|[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|[A-Za-z0-9.-]+:\d+|\[[0-9a-fA-F:]+\](?::\d+)?)\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*(?::\w[\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,})?$/;

export const image = perService(({ node }) => {
  const named = valueOf(node, 'image');
  const text = textOfNode(named);
  if (named === undefined || text === undefined || imageName.test(text)) return [];
  const lower = text.toLowerCase();
  const hint = lower !== text && imageName.test(lower) ? { hint: `Names are in lower case: ${lower}` } : {};
  return [finding('image-invalid', `"${text}" is no image name.`, named.span, hint)];
});

const amounts = [
  'cpus',
  'cpu_count',
  'cpu_percent',
  'cpu_period',
  'cpu_quota',
  'cpu_shares',
  'scale',
  'mem_limit',
  'mem_reservation',
  'shm_size',
];

/** -1 means "no limit" for these. */
const sizes = ['mem_limit', 'mem_reservation', 'memswap_limit', 'shm_size'];
const largestSize = 2n ** 63n - 1n;

export const numbers = perService(({ node }) => {
  const limits = valueOf(valueOf(valueOf(node, 'deploy'), 'resources'), 'limits');
  const said: readonly (readonly [string, Node | undefined])[] = [
    ...amounts.map((name) => [name, valueOf(node, name)] as const),
    ['deploy.replicas', valueOf(valueOf(node, 'deploy'), 'replicas')],
    ['deploy.resources.limits.cpus', valueOf(limits, 'cpus')],
  ];
  return said.flatMap(([name, value]) =>
    value?.kind === 'scalar' && isNegative(value.value) && !(sizes.includes(name) && wraps(value.text))
      ? [finding('number-negative', `${name} is negative.`, value.span)]
      : [],
  );
});

const isNegative = (value: unknown): boolean =>
  (typeof value === 'number' && value < 0) || (typeof value === 'string' && /^-\d+(?:\.\d+)?$/.test(value));

/** Written without a minus sign, so that only its size made it negative. */
const wraps = (text: string): boolean => !text.trimStart().startsWith('-');

const unitBytes: Readonly<Record<string, bigint>> = {
  '': 1n,
  k: 2n ** 10n,
  m: 2n ** 20n,
  g: 2n ** 30n,
  t: 2n ** 40n,
  p: 2n ** 50n,
};

export const tooLarge = perService(({ node }, { textAt }) =>
  sizes.flatMap((name) => {
    const size = valueOf(node, name);
    const written = size && (textAt(size.span) ?? textOfNode(size));
    const [, digits, unit = ''] =
      /^["']?(\d{1,40})(?:\.\d+)?\s*([kmgtp]?)i?b?["']?$/i.exec(written?.trim() ?? '') ?? [];
    if (size === undefined || digits === undefined) return [];
    const bytes = BigInt(digits) * (unitBytes[unit.toLowerCase()] ?? 1n);
    return bytes > largestSize ? [finding('size-too-large', `${name} is beyond 8 EiB.`, size.span)] : [];
  }),
);

/** A number or date that YAML reads as such and Compose prints in its own way. */
export const environment = perService(({ node }, { textAt }) =>
  entriesOfNode(valueOf(node, 'environment')).flatMap(({ name, node: value }) => {
    const text = textOfNode(value);
    const written = textAt(value.span)?.trim();
    if (text === undefined || written === undefined || written === text || !/^[-+]?[\d.]/.test(written)) return [];
    if (!/^[-+]?(?:0[xob][\da-f_]+|[\d_.]+(?:e[-+]?\d+)?)$/i.test(written)) return [];
    const hint = `Quote it: "${written}"`;
    return [
      finding('environment-rewritten', `${name} is "${text}" in the container, not ${written}.`, value.span, { hint }),
    ];
  }),
);

export const fileModes = perService(({ node }, { textAt }) =>
  ['secrets', 'configs'].flatMap((name) =>
    itemsOf(valueOf(node, name)).flatMap((item) => {
      const mode = valueOf(item, 'mode');
      const written = mode && textAt(mode.span)?.trim();
      if (mode === undefined || written === undefined || !/^[1-7][0-7]{2}$/.test(written)) return [];
      const octal = Number(written).toString(8);
      const hint = `Write 0${written}, or quote it: "0${written}".`;
      return [finding('file-mode-decimal', `Mode ${written} is decimal: it sets 0${octal}.`, mode.span, { hint })];
    }),
  ),
);

const mountOptions = /^(?:ro|rw|z|Z|nocopy|volume-nocopy|copy|cached|delegated|consistent|r?shared|r?slave|r?private)$/;

export const mounts = perService(({ node }, { textAt }) =>
  itemsOf(valueOf(node, 'volumes')).flatMap((mount) => {
    const written = textAt(mount.span)?.trim();
    if (written === undefined || /[{}\n$]/.test(written)) return [];
    const withoutDrives = unwrapped(written).replaceAll(/(^|:)[A-Za-z]:(?=[\\/])/g, '$1');
    const options = withoutDrives.split(':')[2]?.split(',') ?? [];
    return options
      .filter((option) => !mountOptions.test(option))
      .map((option) => finding('mount-option-unknown', `Nobody knows the mount option "${option}".`, mount.span));
  }),
);

const absolute = /^(?:[/$]|[A-Za-z]:[\\/]|\\\\)/;

/** Where a container has what is mounted; `a:/b` is taken for a path on drive A. */
export const targets = perService(({ node }) => {
  const mounts = itemsOf(valueOf(node, 'volumes')).flatMap((mount) => valueOf(mount, 'target') ?? []);
  const said = [...mounts, ...itemsOf(valueOf(node, 'tmpfs'))];
  return said.flatMap((target) => {
    const path = textOfNode(target) ?? '/';
    const drive = /^([A-Za-z]):(\/.*)$/.exec(path);
    if (drive === null && (path === '' || absolute.test(path))) return [];
    const hint =
      drive === null
        ? 'Begin the path with a slash; a name before a colon is that of a volume.'
        : `If "${drive[1]}" is a volume, give it a longer name.`;
    return [finding('mount-target-relative', `"${path}" is no absolute path.`, target.span, { hint })];
  });
});

export const exposed = perService(({ node }) =>
  itemsOf(valueOf(node, 'expose')).flatMap((port) =>
    port.kind !== 'scalar' || /^\d{1,5}(?:-\d{1,5})?(?:\/(?:tcp|udp|sctp))?$/i.test(String(port.value))
      ? []
      : [finding('port-not-number', `"${String(port.value)}" is no port.`, port.span)],
  ),
);

export const publishedTwice: Rule = (input) => {
  const seen = new Map<string, { readonly service: string; readonly node: Node }>();
  const problems: Problem[] = [];
  for (const { name, node } of services(input))
    for (const port of itemsOf(valueOf(node, 'ports'))) {
      const published = textOfNode(valueOf(port, 'published'));
      if (published === undefined || !/^[1-9]\d*$/.test(published)) continue;
      const address = textOfNode(valueOf(port, 'host_ip')) ?? '';
      const key = `${address}:${published}/${textOfNode(valueOf(port, 'protocol')) ?? 'tcp'}`;
      const other = seen.get(key);
      seen.set(key, other ?? { service: name, node: port });
      if (other === undefined || other.service === name) continue;
      const related = [{ message: `"${other.service}" publishes it here.`, at: other.node.span }];
      problems.push(finding('port-published-twice', `Port ${published} is published twice.`, port.span, { related }));
    }
  return problems;
};

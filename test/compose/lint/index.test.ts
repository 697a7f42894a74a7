import { expect, test } from 'vitest';
import { lint, lintProblems } from '../../../src/compose/lint/index.ts';
import { parseDocument } from '../../../src/document/parse.ts';
import type { MapNode, Node } from '../../../src/document/node.ts';

const at = (text: string): MapNode => {
  const tree = parseDocument(text, 'compose.yaml', { schema: 'core' }).value;
  if (tree.kind !== 'map') throw new Error('not a map');
  return tree;
};

const codes = (tree: MapNode, text: string): readonly string[] =>
  lint({ tree, textAt: ({ start, end }) => text.slice(start.offset, end.offset) }).map(({ code, at: span }) => {
    if (span === undefined) throw new Error('no place');
    return `${code} ${text.slice(span.start.offset, span.end.offset)}`;
  });

const service = (text: string): readonly string[] => codes(at(`services: {a: {${text}}}`), `services: {a: {${text}}}`);

test.each([
  ['restart: sometimes', ['restart-unknown sometimes']],
  ['restart: on-failure:3', []],
  ['restart: "no"', []],
  ['healthcheck: {test: [CMD, curl -f http://x]}', ['healthcheck-one-word curl -f http://x']],
  ['healthcheck: {test: [CMD, curl, -f]}', []],
  ['healthcheck: {test: [CMD-SHELL, curl -f]}', []],
  ['image: A', ['image-invalid A']],
  ['image: a b', ['image-invalid a b']],
  ['image: "host:5000/x/y_z:1.2@sha256:0123456789abcdef0123456789abcdef"', []],
  ['image: ghcr.io/a/b', []],
  ['cpus: -1', ['number-negative -1']],
  ['memswap_limit: "-1"', []],
  ['mem_limit: 100000000000g', ['size-too-large 100000000000g']],
  ['mem_limit: 8g', []],
  ['dns: [8.8.8.888]', ['address-invalid 8.8.8.888']],
  ['ports: [{target: 1, published: "1", host_ip: nope}]', ['address-invalid nope']],
  ['networks: {q: {ipv4_address: 999.1.1.1}}', ['address-invalid 999.1.1.1']],
])('%s', (text, found) => {
  expect(service(text)).toEqual(found);
});

const networks = 'services: {a: {networks: {n: {ipv4_address: ADDRESS}}}}\nnetworks: {n: {ipam: {config: [{CONFIG}]}}}';

test.each([
  ['10.1.0.5', 'subnet: 10.1.0.0/24', []],
  ['10.2.0.5', 'subnet: 10.1.0.0/24', ['address-outside-subnet 10.2.0.5']],
  ['10.2.0.5', 'subnet: nope', ['subnet-invalid nope', 'address-without-subnet 10.2.0.5']],
  ['10.1.0.5', 'subnet: 10.1.0.0/24, gateway: 10.9.0.1', ['address-outside-subnet 10.9.0.1']],
  ['10.1.0.5', 'subnet: 10.1.0.0/24, ip_range: 10.1.1.0/28', ['address-outside-subnet 10.1.1.0/28']],
  ['10.1.0.5', 'subnet: 10.1.0.0/24, ip_range: 10.1.0.16/28, aux_addresses: {h: x}', ['address-invalid x']],
])('address %s, pool {%s}', (address, config, found) => {
  const text = networks.replace('ADDRESS', address).replace('CONFIG', config);
  expect(codes(at(text), text)).toEqual(found);
});

test('an external network is not looked at, and may have any subnet', () => {
  const text = 'services: {a: {networks: {n: {ipv4_address: 10.0.0.2}}}}\nnetworks: {n: {external: true, driver: x}}';
  expect(codes(at(text), text)).toEqual(['external-network-with-driver x']);
});

test('subnets that overlap are told once each', () => {
  const pools = ['10.1.0.0/16', '10.2.0.0/24', '10.1.3.0/24', '10.1.4.0/24'];
  const entries = pools.map((subnet, index) => `n${index}: {ipam: {config: [{subnet: ${subnet}}]}}`);
  const text = `networks: {${entries.join(', ')}}`;
  expect(codes(at(text), text)).toEqual(['subnets-overlap 10.1.3.0/24', 'subnets-overlap 10.1.4.0/24']);
});

test('a port two services publish is told at the second', () => {
  const port = '{target: 80, published: "8080", protocol: tcp}';
  const text = `services: {a: {ports: [${port}]}, b: {ports: [{target: 81, published: "8080", protocol: tcp}, ${port.replace('tcp', 'udp')}]}}`;
  expect(codes(at(text), text)).toEqual(['port-published-twice {target: 81, published: "8080", protocol: tcp}']);
});

/** What the loader makes of a single text stands at the place of that text. */
function withValue(written: string, key: string, value: (span: Node['span']) => Node): readonly string[] {
  const text = `services:\n  a:\n    ${key}: ${written}\n`;
  const replace = (node: Node): Node =>
    node.kind === 'map'
      ? {
          ...node,
          entries: node.entries.map((entry) =>
            entry.key.kind === 'scalar' && entry.key.value === key
              ? { ...entry, value: value(entry.value.span) }
              : { ...entry, value: replace(entry.value) },
          ),
        }
      : node;
  const tree = replace(at(text));
  if (tree.kind !== 'map') throw new Error('not a map');
  return codes(tree, text);
}

const scalar = (value: string, span: Node['span']): Node => ({
  kind: 'scalar',
  value,
  text: value,
  style: 'plain',
  span,
});
const words = (span: Node['span']): Node => ({ kind: 'list', items: [scalar('a', span)], span });

test.each([
  ['a && b', true],
  ['a | b', true],
  ['"a && b"', true],
  ["a '&&' b", false],
  ['a -b', false],
  ['[a, "&&", b]', false],
])('command: %s is cut: %s', (written, cut) => {
  expect(withValue(written, 'command', words).length > 0).toBe(cut);
});

test.each([
  ['data:/b:foo', ['mount-option-unknown']],
  ['data:/b:ro', []],
  ['/a:/b:ro,z', []],
  ['C:\\a:D:\\b:rw', []],
  ['C:\\a:D:\\b:rwx', ['mount-option-unknown']],
])('volumes: %s', (written, found) => {
  const mount = (span: Node['span']): Node => ({ kind: 'list', items: [scalar('x', span)], span });
  expect(withValue(written, 'volumes', mount).map((line) => line.split(' ')[0])).toEqual(found);
});

test.each([
  ['1.10', '1.1', ['environment-rewritten']],
  ['1e3', '1000', ['environment-rewritten']],
  ['0x1F', '31', ['environment-rewritten']],
  ['12', '12', []],
  ['"1.10"', '1.10', []],
])('environment: {A: %s}', (written, value, found) => {
  const text = `services:\n  a:\n    environment:\n      A: ${written}\n`;
  const environment = at(text);
  const rewrite = (node: Node): Node =>
    node.kind === 'scalar'
      ? scalar(value, node.span)
      : node.kind === 'map'
        ? { ...node, entries: node.entries.map((entry) => ({ ...entry, value: rewrite(entry.value) })) }
        : node;
  const tree = rewrite(environment);
  if (tree.kind !== 'map') throw new Error('not a map');
  expect(codes(tree, text).map((line) => line.split(' ')[0])).toEqual(found);
});

test('every code is explained', () => {
  for (const { explain } of Object.values(lintProblems)) expect(explain).toMatch(/\.$/);
});

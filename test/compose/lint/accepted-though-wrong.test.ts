/** What Docker Compose accepts, or says too little of, though it is surely wrong: each is told, where it stands. */
import { expect, test } from 'vitest';
import { convert } from '../../../src/convert/index.ts';
import { filesFromMap } from '../../../src/document/files.ts';

/** `|` stands before the place that is told, which no file has otherwise. */
const rows: readonly (readonly [string, string, string])[] = [
  ['a restart policy nobody knows', 'restart-unknown', 'services:\n  a:\n    image: x\n    restart: |sometimes\n'],
  [
    'an address that is none',
    'address-invalid',
    'services:\n  a:\n    image: x\n    networks: {n: {ipv4_address: |999.1.1.1}}\nnetworks: {n: {}}\n',
  ],
  [
    'a subnet that is none',
    'subnet-invalid',
    'services:\n  a: {image: x, networks: [n]}\nnetworks: {n: {ipam: {config: [{subnet: |nope}]}}}\n',
  ],
  [
    'an external network with a driver',
    'external-network-with-driver',
    'services:\n  a: {image: x, networks: [n]}\nnetworks:\n  n:\n    external: true\n    driver: |bridge\n',
  ],
  [
    'a mount option nobody knows',
    'mount-option-unknown',
    'services:\n  a:\n    image: x\n    volumes:\n      - |data:/b:foo\nvolumes: {data: {}}\n',
  ],
  ['a negative amount', 'number-negative', 'services:\n  a:\n    image: x\n    cpus: |-1\n'],
  ['an image in capitals', 'image-invalid', 'services:\n  a:\n    image: |A\n'],
  ['an image with a blank', 'image-invalid', 'services:\n  a:\n    image: |a b\n'],
  ['a size that overflows', 'size-too-large', 'services:\n  a:\n    image: x\n    mem_limit: |100000000000g\n'],
  ['a command that is cut', 'command-cut', 'services:\n  a:\n    image: x\n    command: |a && b\n'],
  ['an entrypoint that is cut', 'command-cut', 'services:\n  a:\n    image: x\n    entrypoint: |"a; b"\n'],
  [
    'a volume of one letter, read as a drive',
    'mount-target-relative',
    'services:\n  a:\n    image: x\n    volumes:\n      - |a:/b\n',
  ],
  [
    'a mode that is not octal',
    'file-mode-decimal',
    'services:\n  a:\n    image: x\n    secrets:\n      - source: s\n        mode: |644\nsecrets: {s: {environment: HOME}}\n',
  ],
  ['a date', 'timestamp-text', 'services:\n  a:\n    image: x\n    environment: {D: |2020-01-01}\n'],
  [
    'a number written otherwise',
    'environment-rewritten',
    'services:\n  a:\n    image: x\n    environment: {D: |1.10}\n',
  ],
  ['an exponent', 'environment-rewritten', 'services:\n  a:\n    image: x\n    environment: {D: |1e3}\n'],
  ['a hexadecimal number', 'environment-rewritten', 'services:\n  a:\n    image: x\n    environment: {D: |0x1F}\n'],
  [
    'a health check of one word',
    'healthcheck-one-word',
    'services:\n  a:\n    image: x\n    healthcheck: {test: [CMD, |"curl -f x"]}\n',
  ],
  [
    'an address outside its subnet',
    'address-outside-subnet',
    'services:\n  a:\n    image: x\n    networks: {n: {ipv4_address: |10.2.0.1}}\nnetworks: {n: {ipam: {config: [{subnet: 10.1.0.0/24}]}}}\n',
  ],
  [
    'an address on a network without a subnet',
    'address-without-subnet',
    'services:\n  a:\n    image: x\n    networks: {n: {ipv4_address: |10.2.0.1}}\nnetworks: {n: {}}\n',
  ],
  [
    'subnets that overlap',
    'subnets-overlap',
    'services:\n  a: {image: x, networks: [n, m]}\nnetworks:\n  n: {ipam: {config: [{subnet: 10.1.0.0/16}]}}\n  m: {ipam: {config: [{subnet: |10.1.2.0/24}]}}\n',
  ],
  [
    'a port two services publish',
    'port-published-twice',
    'services:\n  a:\n    image: x\n    ports: ["80:80"]\n  b:\n    image: x\n    ports: [|"80:81"]\n',
  ],
  ['a server for names that is none', 'address-invalid', 'services:\n  a:\n    image: x\n    dns: |8.8.8\n'],
  [
    'a host without an address',
    'address-invalid',
    'services:\n  a:\n    image: x\n    extra_hosts:\n      - |db:nowhere\n',
  ],
  ['a MAC address that is none', 'mac-invalid', 'services:\n  a:\n    image: x\n    mac_address: |"0242"\n'],
  ['a relative target', 'mount-target-relative', 'services:\n  a:\n    image: x\n    tmpfs: |run\n'],
  ['a port that is none', 'port-not-number', 'services:\n  a:\n    image: x\n    expose: [|http]\n'],
];

const warnings = async (text: string): Promise<readonly string[]> => {
  const file = { path: 'compose.yml', text };
  const { problems } = await convert({
    documents: [file],
    disk: filesFromMap(new Map([['/p/compose.yml', text]])),
    currentDirectory: '/p',
    environment: new Map([['HOME', '/HOME']]),
    to: 'compose',
  });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return problems.map(({ code, at }) => `${at?.start.line}:${at?.start.column} ${code}`);
};

test.each(rows)('%s: %s', async (_what, code, marked) => {
  const at = marked.indexOf('|');
  const before = marked.slice(0, at).split('\n');
  const place = `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
  expect(await warnings(marked.replace('|', ''))).toEqual([`${place} ${code}`]);
});

test('a file with nothing wrong has no warning', async () => {
  const text = `services:
  a:
    image: ghcr.io/a/b:1@sha256:${'0'.repeat(64)}
    restart: on-failure:3
    command: [sh, -c, a && b]
    extra_hosts: ["db:10.0.0.1", "up=host-gateway", "six:::1"]
    volumes: [ "data:/b:ro", "./x:/y", "/z", 'C:\\x:D:\\y' ]
    tmpfs: [/run, "/tmp:size=1m"]
    expose: [80, "90-99/udp"]
    mac_address: 02:42:ac:11:00:02
    environment: {A: 12, B: "1.10", C: }
volumes: {data: {}}
`;
  expect(await warnings(text)).toEqual([]);
});

test('warnings stand in the order of the text, beside errors too', async () => {
  const text = 'services:\n  a:\n    restart: maybe\n    image: X\n    cpus: -1\n    prots: []\n';
  const { problems } = await convert({
    documents: [{ path: 'compose.yml', text }],
    disk: filesFromMap(new Map()),
    currentDirectory: '/p',
    environment: new Map(),
    to: 'blueprint',
  });
  expect(problems.map(({ at }) => at?.start.line)).toEqual([3, 4, 5, 6]);
});

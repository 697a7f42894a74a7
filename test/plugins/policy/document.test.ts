/** Files of policies: read as calicoctl reads them, mistakes at their place, stored as Calico's client stores them. */
import { describe, expect, test } from 'vitest';
import { readResources, toStore } from '../../../plugins/policy/index.ts';

const policy = `apiVersion: projectcalico.org/v3
kind: GlobalNetworkPolicy
metadata:
  name: allow-web
spec:
  order: 10
  selector: app == 'db'
  ingress:
    - action: Allow
      protocol: TCP
      source:
        selector: "app == 'web'"
      destination:
        ports: [5432, "8000:8080"]
`;

/** `line:column-endColumn code message` of each problem. */
const problemsOf = (text: string): readonly string[] =>
  readResources(text, 'p.yaml').problems.map(
    ({ at, code, message }) => `${at?.start.line}:${at?.start.column}-${at?.end.column} ${code} ${message}`,
  );

test('a policy is read, with nothing to say', () => {
  const { value, problems } = readResources(policy, 'p.yaml');
  expect(problems).toEqual([]);
  expect(value).toMatchObject([{ kind: 'GlobalNetworkPolicy', metadata: { name: 'allow-web' } }]);
});

test('several documents and lists', () => {
  const { value, problems } = readResources(
    `${policy}---\n---\napiVersion: v1\nkind: List\nitems:\n- ${policy.trimEnd().replaceAll('\n', '\n  ')}\n`,
    'p.yaml',
  );
  expect(problems).toEqual([]);
  expect(value).toHaveLength(2);
});

test('what calicoctl get prints is read again', () => {
  const printed = policy.replace(
    '  name: allow-web\n',
    '  name: default.allow-web\n  creationTimestamp: 2026-01-01T00:00:00Z\n  resourceVersion: "12"\n  uid: 5f0c\n',
  );
  expect(problemsOf(printed)).toEqual([]);
});

describe('a mistake is shown where it is', () => {
  test.each([
    ['in a plain selector', policy.replace("app == 'db'", "app = 'db'"), ['7:17-18 policy-selector Write ==.']],
    ['in a quoted selector', policy.replace("app == 'web'", "app == 'web' &&"), ['12:35-36']],
    ['in an unknown key', policy.replace('protocol:', 'protocoll:'), ['10:7-16 policy-shape']],
    ['in an action', policy.replace('Allow', 'Alow'), ['9:15-19 policy-shape']],
    ['in a range', policy.replace('8000:8080', '8080:8000'), ['14:23-34 policy-value']],
    ['in a kind', policy.replace('GlobalNetworkPolicy', 'GlobalNetworkPolcy'), ['2:7-25 policy-kind']],
    ['in what is missing', policy.replace('  name: allow-web', '  labels: {}'), ['4:3-13 policy-shape']],
    ['in ports without a protocol', policy.replace('      protocol: TCP\n', ''), ['9:7-']],
    ['in YAML', `${policy}  order: 2\n`, ['15:3-8 yaml-duplicate-key']],
  ])('%s', (_what, text, expected) => {
    const found = problemsOf(text);
    expect(found).toHaveLength(expected.length);
    for (const [index, begin] of expected.entries()) expect(found[index]).toContain(begin);
  });
});

test.each([
  [
    'another namespace',
    policy.replace('GlobalNetworkPolicy', 'NetworkPolicy').replace('  name', '  namespace: shop\n  name'),
    'policy-namespace',
  ],
  ['HTTP', policy.replace('      protocol: TCP', '      http: {methods: [GET]}\n      protocol: TCP'), 'policy-http'],
  [
    'what is not tracked',
    policy.replace('  order: 10', '  doNotTrack: true\n  applyOnForward: true'),
    'policy-untracked',
  ],
])('%s is allowed, with a warning', (_what, text, code) => {
  expect(readResources(text, 'p.yaml').problems).toMatchObject([{ code, severity: 'warning' }]);
});

test('hostile files do no harm', () => {
  expect(problemsOf(`kind: ${'x'.repeat(1_000_000)}`)).toHaveLength(1);
  expect(problemsOf('kind: __proto__')).toHaveLength(1);
  expect(problemsOf('[]')).toHaveLength(1);
  const many = `${policy.replace('[5432, "8000:8080"]', `[${Array.from({ length: 2000 }, () => 'x y').join(',')}]`)}`;
  expect(problemsOf(many).length).toBeLessThan(3000);
});

describe('what is stored', () => {
  const fresh = { uid: '5f0c0000-0000-4000-8000-000000000001', creationTimestamp: '2026-01-01T00:00:00Z' };
  const [resource] = readResources(policy, 'p.yaml').value;
  if (resource === undefined) throw new Error('It was not read.');

  test('is what Calico’s client stores, byte for byte', () => {
    expect(toStore(resource, fresh, () => undefined)).toEqual({
      key: '/calico/resources/v3/projectcalico.org/globalnetworkpolicies/default.allow-web',
      name: 'default.allow-web',
      isChanged: true,
      value:
        '{"kind":"GlobalNetworkPolicy","apiVersion":"projectcalico.org/v3","metadata":{"name":"default.allow-web","uid":"5f0c0000-0000-4000-8000-000000000001","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{"order":10,"selector":"app == \'db\'","ingress":[{"action":"Allow","protocol":"TCP","source":{"selector":"app == \'web\'"},"destination":{"ports":[5432,"8000:8080"]}}],"tier":"default","types":["Ingress"]}}',
    });
  });

  test('keeps who it is when it is applied again', () => {
    const first = toStore(resource, fresh, () => undefined);
    const again = toStore(resource, { uid: 'other', creationTimestamp: 'later' }, () => first.value);
    expect(again.isChanged).toBe(false);
    expect(again.value).toBe(first.value);
  });
});

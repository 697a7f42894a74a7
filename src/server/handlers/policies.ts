/** Calico's policies and what belongs to them: sets, tiers, profiles, host endpoints. */
import { randomUUID } from 'node:crypto';
import {
  appliedKinds,
  appliedShapes,
  checkResource,
  comparePolicies,
  isAppliedKind,
  isNamespaced,
  prefixOfKind,
  shownName,
  storedName,
  toStore,
  type AppliedKind,
  type AppliedResource,
  type Policy,
} from '../../../plugins/policy/index.ts';
import type { PolicyView } from '../../api/index.ts';
import { Fault } from '../../diagnostic/fault.ts';
import { parseJson } from '../../model/network/json.ts';
import { resourceTime } from '../../model/network/resources.ts';
import { fits, readShape, record, renderIssues, optional, text } from '../../shape/index.ts';
import type { Condition, Entry, Operation, Store } from '../../store/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';
import { answerQuestion } from '../policy-question.ts';
import { readPopulation, readRulebook, readStoredPolicies, type StoredPolicy } from '../policy-records.ts';

type PolicyHandlers = Pick<Handlers, 'listPolicies' | 'applyPolicies' | 'testPolicy' | 'getPolicy' | 'removePolicy'>;

export function policyHandlers({ store }: Pick<ServerDeps, 'store'>): PolicyHandlers {
  return {
    listPolicies: async () =>
      listed(
        await readStoredPolicies(store),
        (await readRulebook(store)).tiers.map(({ tier }) => tier.name),
      ),
    applyPolicies: async ({ body }) => apply(body.resources.map(checked), store),
    testPolicy: async ({ body }) => answerQuestion(body, await readRulebook(store), await readPopulation(store)),
    getPolicy: async ({ params }) => parseJson((await find(params.name, store)).value),
    removePolicy: async ({ params }) => {
      const { key, revision } = await find(params.name, store);
      await store.transact([{ key, is: 'revision', revision }], [{ op: 'delete', key }]);
      return undefined;
    },
  };
}

function listed(stored: readonly StoredPolicy[], tiers: readonly string[]): PolicyView[] {
  const usable = stored.flatMap(({ policy, value }) => (policy === undefined ? [] : [{ policy, value }]));
  const ordered = usable.sort(
    (a, b) => tiers.indexOf(a.policy.tier) - tiers.indexOf(b.policy.tier) || comparePolicies(a.policy, b.policy),
  );
  return [
    ...ordered.map(({ policy, value }) => viewOf(policy, value)),
    ...stored.flatMap(({ policy, kind, key }) => (policy === undefined ? [unusable(kind, key)] : [])),
  ];
}

const selectorOf = record(
  { spec: record({ selector: optional(text({ longest: 65_536 })) }, { unknownKeys: 'ignored' }) },
  { unknownKeys: 'ignored' },
);

const viewOf = (policy: Policy, value: string): PolicyView => {
  const said = parseJson(value);
  return {
    kind: policy.kind,
    name: shownName(policy.name),
    ...(policy.namespace === undefined ? {} : { namespace: policy.namespace }),
    tier: policy.tier,
    ...(policy.order === undefined ? {} : { order: policy.order }),
    selector: (fits(selectorOf, said) ? said.spec.selector : undefined) ?? 'all()',
    types: [...policy.types],
    ingress: policy.ingress.length,
    egress: policy.egress.length,
    isUsable: true,
  };
};

const unusable = (kind: StoredPolicy['kind'], key: string): PolicyView => ({
  kind,
  name: shownName(key.slice(key.lastIndexOf('/') + 1)),
  tier: '',
  selector: '',
  types: [],
  ingress: 0,
  egress: 0,
  isUsable: false,
});

const kindShape = record({ kind: text({ longest: 100 }) }, { unknownKeys: 'ignored' });

/** The command has shown the mistakes at their place already; who calls the API gets them by path. */
function checked(resource: unknown, index: number): AppliedResource {
  const refuse = (why: string): Fault => new Fault('request-invalid', `Resource ${index + 1}: ${why}`);
  if (!fits(kindShape, resource) || !isAppliedKind(resource.kind))
    throw refuse(`its kind must be one of ${appliedKinds.join(', ')}.`);
  const read = readShape<AppliedResource>(appliedShapes[resource.kind], resource);
  if (read.kind === 'issues') throw refuse(renderIssues(read.issues));
  const wrong = checkResource(read.value).filter(({ code }) => code === 'policy-selector' || code === 'policy-value');
  if (wrong.length > 0) throw refuse(renderIssues(wrong.map(({ issue }) => issue)));
  return read.value;
}

const mostRaces = 5;

async function apply(
  resources: readonly AppliedResource[],
  store: Store,
): Promise<Awaited<ReturnType<PolicyHandlers['applyPolicies']>>> {
  const creationTimestamp = resourceTime(Date.now());
  for (let race = 0; race < mostRaces; race++) {
    const known = await currentOf(resources, store);
    const wanted = resources.map((resource) =>
      toStore(resource, { uid: randomUUID(), creationTimestamp }, (key) => known.get(key)?.value),
    );
    const writes = [...new Map(wanted.filter(({ isChanged }) => isChanged).map((one) => [one.key, one])).values()];
    const conditions = writes.map(({ key }): Condition => {
      const entry = known.get(key);
      return entry === undefined ? { key, is: 'absent' } : { key, is: 'revision', revision: entry.revision };
    });
    const operations = writes.map(({ key, value }): Operation => ({ op: 'put', key, value }));
    if (writes.length > 0 && !(await store.transact(conditions, operations)).succeeded) continue;
    return wanted.map(({ key, name, isChanged }, index) => ({
      kind: resources[index]?.kind ?? '',
      name: shownName(name),
      change: known.has(key) ? (isChanged ? 'changed' : 'unchanged') : 'created',
    }));
  }
  throw new Fault('store-conflict', 'Somebody else changes the same policies at the same time.', { transient: true });
}

async function currentOf(resources: readonly AppliedResource[], store: Store): Promise<ReadonlyMap<string, Entry>> {
  const kinds = [...new Set(resources.map(({ kind }) => kind))];
  const lists = await Promise.all(kinds.map((kind) => store.list(prefixOfKind(kind))));
  return new Map(lists.flatMap(({ entries }) => entries.map((entry) => [entry.key, entry] as const)));
}

/** `name`, `Kind/name`, `namespace/name` or `Kind/namespace/name`. */
async function find(said: string, store: Store): Promise<Entry> {
  const [first = '', ...rest] = said.split('/');
  const kinds = isAppliedKind(first) ? [first] : appliedKinds;
  const place = isAppliedKind(first) ? rest : [first, ...rest];
  const found = (await Promise.all(kinds.map((kind) => findOf(kind, place, store)))).flat();
  const [entry, second] = found;
  if (entry === undefined)
    throw new Fault(
      'policy-unknown',
      `There is no policy ${said.slice(0, 200)}, nor a set, tier, profile or host endpoint.`,
      {
        hint: 'clocker policy ls shows the policies there are.',
      },
    );
  if (second === undefined) return entry;
  throw new Fault('request-invalid', `Several resources are called ${said.slice(0, 200)}.`, {
    hint: `Say which kind: ${kinds.map((kind) => `${kind}/${place.join('/')}`).join(', ')}.`,
  });
}

async function findOf(kind: AppliedKind, place: readonly string[], store: Store): Promise<readonly Entry[]> {
  const name = place.at(-1) ?? '';
  const namespace = place.length > 1 ? place[0] : undefined;
  if (namespace !== undefined && !isNamespaced(kind)) return [];
  const names = new Set([name, storedName(kind, name)]);
  const { entries } = await store.list(prefixOfKind(kind));
  return entries.filter(({ key }) => {
    const path = key.slice(prefixOfKind(kind).length).split('/');
    return names.has(path.at(-1) ?? '') && (namespace === undefined || path[0] === namespace);
  });
}

/** What Calico's client refuses to store (libcalico-go validation), and what would have no effect here. */
import { endpointNamespace } from '../../src/model/network/keys.ts';
import type { policyProblems } from './problems.ts';
import type { Issues, PolicyIssue } from './selectors.ts';
import type { AppliedResource, PolicySpec } from './shapes.ts';
import { readPolicy, readProfile, readSet } from './translate.ts';

export type Finding = { readonly code: keyof typeof policyProblems; readonly issue: PolicyIssue };

export function checkResource(resource: AppliedResource): readonly Finding[] {
  const issues: Issues = [];
  switch (resource.kind) {
    case 'NetworkPolicy':
    case 'GlobalNetworkPolicy':
      readPolicy(resource, issues);
      checkSpec(resource.spec ?? {}, issues);
      checkName(resource.metadata.name, resource.spec?.tier, issues);
      break;
    case 'Profile':
      readProfile(resource, issues);
      break;
    case 'NetworkSet':
    case 'GlobalNetworkSet':
      readSet(resource, issues);
      break;
    case 'HostEndpoint':
      if ((resource.spec?.node ?? '') === '') issues.push({ at: 'spec.node', message: 'must name the host' });
      if ((resource.spec?.interfaceName ?? '') === '' && (resource.spec?.expectedIPs ?? []).length === 0)
        issues.push({ at: 'spec', message: 'must have an interfaceName or expectedIPs' });
      break;
    case 'Tier':
      break;
  }
  return [...issues.map((issue): Finding => ({ code: codeOf(issue), issue })), ...hints(resource)];
}

const codeOf = ({ within }: PolicyIssue): Finding['code'] =>
  within === undefined ? 'policy-value' : 'policy-selector';

function checkSpec(spec: PolicySpec, issues: Issues): void {
  if (spec.preDNAT === true && spec.doNotTrack === true)
    issues.push({ at: 'spec.preDNAT', message: 'does not go with doNotTrack' });
  if ((spec.preDNAT === true || spec.doNotTrack === true) && spec.applyOnForward !== true)
    issues.push({ at: 'spec', message: 'with preDNAT or doNotTrack must say applyOnForward: true' });
  if (spec.preDNAT === true && (spec.egress ?? []).length > 0)
    issues.push({ at: 'spec.egress', message: 'does not go with preDNAT' });
}

/** Policies of a tier bear its name in front; those of the default tier need not say so. */
function checkName(name: string, tier: string | null | undefined, issues: Issues): void {
  if (tier === undefined || tier === null || tier === '' || tier === 'default' || name.startsWith(`${tier}.`)) return;
  issues.push({ at: 'metadata.name', message: `must begin with the name of its tier: ${tier}.${name}` });
}

function hints(resource: AppliedResource): readonly Finding[] {
  const { metadata } = resource;
  const namespace = metadata.namespace ?? endpointNamespace;
  const isNamespaced = resource.kind === 'NetworkPolicy' || resource.kind === 'NetworkSet';
  const elsewhere: readonly Finding[] =
    isNamespaced && namespace !== endpointNamespace
      ? [
          {
            code: 'policy-namespace',
            issue: {
              at: 'metadata.namespace',
              message: `is ${namespace}; the containers of Docker hosts are in ${endpointNamespace}`,
            },
          },
        ]
      : [];
  if (resource.kind !== 'NetworkPolicy' && resource.kind !== 'GlobalNetworkPolicy') return elsewhere;
  const { ingress, egress } = readPolicy(resource, []);
  const impossible = (['ingress', 'egress'] as const).flatMap((direction) =>
    (direction === 'ingress' ? ingress : egress).flatMap(({ isImpossible }, index): readonly Finding[] =>
      isImpossible
        ? [
            {
              code: 'policy-http',
              issue: { at: `spec.${direction}[${index}]`, message: 'asks for HTTP or a service, so it never matches' },
            },
          ]
        : [],
    ),
  );
  const untracked: readonly Finding[] =
    resource.spec?.doNotTrack === true
      ? [
          {
            code: 'policy-untracked',
            issue: { at: 'spec.doNotTrack', message: 'has no effect: packets are always tracked' },
          },
        ]
      : [];
  return [...elsewhere, ...impossible, ...untracked];
}

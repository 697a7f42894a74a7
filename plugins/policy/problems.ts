/** What can be wrong with a file of policies. */
import type { ProblemTable } from '../../src/diagnostic/problem.ts';

export const policyProblems = {
  'policy-kind': {
    severity: 'error',
    explain:
      'A document is no resource of Calico’s that is about policies: NetworkPolicy, GlobalNetworkPolicy, Tier, Profile, NetworkSet, GlobalNetworkSet or HostEndpoint, of projectcalico.org/v3.',
  },
  'policy-shape': {
    severity: 'error',
    explain: 'A key is unknown, missing, or has a value of another kind than it takes.',
  },
  'policy-selector': { severity: 'error', explain: 'A selector is not in Calico’s selector language.' },
  'policy-value': { severity: 'error', explain: 'A value of a rule makes no sense, or does not go with another one.' },
  'policy-namespace': {
    severity: 'warning',
    explain: 'A policy is for a namespace no container is in: all of a Docker host are in libnetwork.',
  },
  'policy-http': {
    severity: 'warning',
    explain: 'A rule asks for HTTP or for a Kubernetes service, which nobody can tell here, so it never matches.',
  },
  'policy-untracked': {
    severity: 'warning',
    explain: 'A policy says doNotTrack: packets are always tracked here, so it has no effect.',
  },
} as const satisfies ProblemTable;

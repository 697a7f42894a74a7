/** Policies as they are judged: names resolved, texts read. Made from the resources by translate.ts. */
import type { Prefix } from '../../src/ip/prefix.ts';
import type { Labels } from './selector/evaluate.ts';
import type { Selector } from './selector/selector.ts';

export type Direction = 'ingress' | 'egress';
export const directions = ['ingress', 'egress'] as const satisfies readonly Direction[];
export type Action = 'allow' | 'deny' | 'pass' | 'log';

/** Both ends included; or the name of a port of an endpoint. */
export type PortMatch =
  | { readonly kind: 'range'; readonly first: number; readonly last: number }
  | { readonly kind: 'named'; readonly name: string };

/** One side of a rule. What is absent, or an empty list of `not…`, asks for nothing. */
export type PeerMatch = {
  readonly nets?: readonly Prefix[];
  readonly notNets: readonly Prefix[];
  readonly selector?: Selector;
  readonly notSelector?: Selector;
  readonly ports?: readonly PortMatch[];
  readonly notPorts: readonly PortMatch[];
};

export type IcmpMatch = { readonly type?: number; readonly code?: number };

export type Rule = {
  readonly action: Action;
  readonly ipVersion?: 4 | 6;
  /** IANA numbers. */
  readonly protocol?: number;
  readonly notProtocol?: number;
  readonly icmp?: IcmpMatch;
  readonly notIcmp?: IcmpMatch;
  readonly source: PeerMatch;
  readonly destination: PeerMatch;
  /** It asks for what no packet of ours has (an HTTP method, a Kubernetes service), so it never matches. */
  readonly isImpossible: boolean;
};

export type Policy = {
  readonly kind: 'NetworkPolicy' | 'GlobalNetworkPolicy';
  /** As stored: `default.allow-web`. */
  readonly name: string;
  readonly namespace?: string;
  readonly tier: string;
  /** Undefined comes last. */
  readonly order?: number;
  /** Whom it applies to, with the namespace written out. */
  readonly selector: Selector;
  readonly types: ReadonlySet<Direction>;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  /** For host endpoints only. */
  readonly isPreDnat: boolean;
  readonly isUntracked: boolean;
  readonly appliesOnForward: boolean;
};

export type Tier = { readonly name: string; readonly order?: number; readonly defaultAction: 'deny' | 'pass' };

export type Profile = {
  readonly name: string;
  readonly ingress: readonly Rule[];
  readonly egress: readonly Rule[];
  readonly labelsToApply: Labels;
};

export type NamedPort = { readonly name: string; readonly protocol: number; readonly port: number };

/** A workload or a host interface, as rules see it. */
export type Endpoint = {
  readonly kind: 'workload' | 'host';
  readonly name: string;
  readonly namespace?: string;
  readonly node: string;
  /** Own ones; those of its profiles come on top. */
  readonly labels: Labels;
  readonly profiles: readonly string[];
  /** Canonical, without a length. */
  readonly addresses: readonly string[];
  readonly ports: readonly NamedPort[];
};

export type NetworkSet = {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Labels;
  readonly nets: readonly Prefix[];
};

export const namespaceLabel = 'projectcalico.org/namespace';
export const defaultTier: Tier = { name: 'default', order: 1_000_000, defaultAction: 'deny' };

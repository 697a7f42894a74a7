/** Calico's policies: what they say (resources, selectors), whom they apply to, and what they decide. Pure. */
export { decide, type DecidedBy, type Decision, type Rulebook, type Ruling, type Verdict } from './decide.ts';
export {
  decodeGlobalNetworkPolicy,
  decodeGlobalNetworkSet,
  decodeHostEndpoint,
  decodeNetworkPolicy,
  decodeNetworkSet,
  decodeProfile,
  decodeTier,
  decodeWorkloadEndpoint,
} from './decode.ts';
export { readResources } from './document.ts';
export { checkResource } from './check.ts';
export { decodeFailsafe, usualFailsafe, type Failsafe, type FailsafePort } from './failsafe.ts';
export { explainRuling, loggedBy } from './explain.ts';
export type { Packet, Party } from './match.ts';
export {
  defaultTier,
  directions,
  namespaceLabel,
  type Direction,
  type Endpoint,
  type IcmpMatch,
  type NamedPort,
  type NetworkSet,
  type PeerMatch,
  type Policy,
  type PortMatch,
  type Profile,
  type Rule,
  type Tier,
} from './model.ts';
export { applying, comparePolicies, effectiveLabels, isUsual, orderPolicies, type OrderedTier } from './order.ts';
export { hasPorts, protocolName, protocolNumber } from './protocols.ts';
export { judge, matches, type Labels } from './selector/evaluate.ts';
export { parseSelector, type ParsedSelector } from './selector/parse.ts';
export { renderSelector, type Selector } from './selector/selector.ts';
export { appliedKinds, appliedShapes, isAppliedKind, type AppliedKind, type AppliedResource } from './shapes.ts';
export { isNamespaced, prefixOfKind, resourceKey, shownName, storedName, toStore, type ToStore } from './stored.ts';
export type { HostEndpoint } from './translate.ts';

/** The store: see store.ts for what it is. Others import only from here. */
export { defaultStoreAddress, describeStore, parseStoreAddress, type StoreAddress } from './address.ts';
export { pause, systemStoreClock, type StoreClock } from './clock.ts';
export {
  checkStore,
  copyingKey,
  copyInTheWay,
  copyStore,
  readCopyInTheWay,
  type CopyOptions,
  type CopyResult,
  type StoreCheck,
} from './copy.ts';
export { electionKey } from './election.ts';
export { openEmbeddedStore, type EmbeddedOptions } from './embedded/embedded.ts';
export { openMemoryStore, type MemoryOptions, type MemoryStore } from './memory.ts';
export type {
  Fed,
  Item,
  ItemChange,
  Mirror,
  MirrorGuard,
  MirrorBatch,
  MirrorOptions,
  MirrorSnapshot,
  MirrorState,
  View,
} from './mirror.ts';
export { isBehind } from './mirror/loss.ts';
export { openMirror } from './mirror/open.ts';
export { openMirrorSnapshot, type MirrorSnapshotOptions } from './mirror/snapshot.ts';
export { openStore } from './open.ts';
export { compareKeys } from './order.ts';
export { createOverlay, type Overlay, type Records } from './overlay.ts';
export type {
  Change,
  Condition,
  Entry,
  Leadership,
  Lease,
  Listing,
  Operation,
  Outcome,
  Store,
  WatchBatch,
  WatchOptions,
} from './store.ts';

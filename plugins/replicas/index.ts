/** One network on many engines. */
export { openReplicas, type ReplicaEngine, type Replicas, type ReplicasOptions } from './replicas.ts';

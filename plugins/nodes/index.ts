/** The hosts of a cluster: each makes itself known, and puts back what is its own when the store has lost it. */
export { createCollector, type Collector } from './collect.ts';
export { createMemory, type Memory } from './memory.ts';
export { createNotices, type Notices } from './notices.ts';
export { createRecovery, type RecoverOptions } from './recover.ts';
export { decodeLife, isOther, nameTaken, type Life } from './name.ts';
export { addressOf, aliveSeconds, registerNode, type RegisterOptions, type Registration } from './register.ts';

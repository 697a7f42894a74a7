/** The hosts of a cluster: each makes itself known. */
export { aliveSeconds, registerNode, type RegisterOptions, type Registration } from './register.ts';

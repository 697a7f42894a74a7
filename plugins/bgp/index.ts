/** Routes of other hosts, learned by BIRD. */
export { openBgp, type BgpOptions } from './bgp.ts';

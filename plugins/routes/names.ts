/** Names and numbers that the rest of the host sees of the routes to other hosts. */

/** rtnetlink protocol number of these routes: not the data plane's, so that neither part touches the other's. */
export const remoteProtocol = 68;
/** Behind every block of the same length: what no host has leads nowhere. Lower is better; IPv6 counts from 1024. */
export const poolMetric = 6700;

export const tunnelDevice = 'vxlan.clocker';

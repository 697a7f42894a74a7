/** Config keys of a VirtualNetwork, and of what an entity says about the networks it is on. */
import type { ConfigKeys } from './key.ts';

export const attachmentKeys = {
  'network.list': {
    kind: 'list',
    origin: 'clocker',
    meaning: 'Networks it is on, by network id; one that is not declared is made when first used.',
  },
  'network.attachments': {
    kind: 'map',
    meaning:
      'By network id: {aliases, ipv4_address, ipv6_address, link_local_ips, mac_address, interface_name, driver_opts, priority, gw_priority}.',
  },
  'docker.container.networkMode': {
    kind: 'string',
    flags: ['networkMode'],
    meaning: '`none`, `host`, `bridge`, `service:id`, `container:name`; then it is on no network of its own.',
  },
  'docker.container.macAddress': {
    kind: 'string',
    flags: ['macAddress'],
    meaning: 'MAC address on its first network.',
  },
  'sdn.applicationNetwork.create': {
    kind: 'boolean',
    origin: 'clocker',
    meaning: 'Join the application’s own network. True where network.list is absent.',
  },
} as const satisfies ConfigKeys;

export const networkKeys = {
  'network.id': {
    kind: 'string',
    flags: ['networkId'],
    origin: 'clocker',
    meaning: 'Name of the network on the engines; its entity’s id unless said.',
  },
  'network.cidr': {
    kind: 'string',
    flags: ['cidr'],
    origin: 'clocker',
    meaning: 'First address pool; chosen when absent.',
  },
  'sdn.provider.network': { kind: 'any', flags: ['sdn'], origin: 'clocker', meaning: 'The provider that makes it.' },
  'network.flags': {
    kind: 'map',
    flags: ['flags'],
    origin: 'clocker',
    meaning: 'Options of the network driver (`docker network create -o`).',
  },
  'network.gateway': { kind: 'string', flags: ['gateway'], meaning: 'Gateway of the first pool.' },
  'network.dnsServers': {
    kind: 'list',
    flags: ['dnsServers'],
    meaning: 'Name servers of the containers on it that have none of their own.',
  },
  'network.addIptablesRules': {
    kind: 'boolean',
    flags: ['addIptablesRules'],
    meaning: 'Masquerade and isolate it; false leaves the host’s firewall alone.',
  },
  'network.range': {
    kind: 'string',
    flags: ['range'],
    meaning: 'Part of the first pool that addresses are taken from.',
  },
  'network.auxAddresses': { kind: 'map', meaning: 'Addresses of the first pool that are somebody else’s, by name.' },
  'network.pools': { kind: 'list', meaning: 'Further pools: {cidr, gateway, range, auxAddresses}.' },
  'network.driver': { kind: 'string', flags: ['driver'], meaning: 'Network driver; `clocker` unless said.' },
  'network.ipam.driver': { kind: 'string', meaning: 'Address driver; that of the network driver unless said.' },
  'network.ipam.flags': { kind: 'map', meaning: 'Options of the address driver.' },
  'network.internal': { kind: 'boolean', flags: ['internal'], meaning: 'No way out and none in.' },
  'network.attachable': { kind: 'boolean', flags: ['attachable'], meaning: 'Plain containers may join (on a swarm).' },
  'network.ipv4': { kind: 'boolean', meaning: 'IPv4 addresses; true unless said.' },
  'network.ipv6': { kind: 'boolean', flags: ['ipv6'], meaning: 'IPv6 addresses.' },
  'network.labels': { kind: 'map', meaning: 'Labels of the network.' },
  'network.external': { kind: 'boolean', meaning: 'Made elsewhere: used, never made or removed.' },
} as const satisfies ConfigKeys;

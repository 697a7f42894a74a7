/**
 * Set-up for the two commands of the README: Debian packages and npm packages that are missing, and nothing else. Plain
 * Node only, because it runs before `npm ci`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Debian package -> a file that is there when it is installed in whatever way. */
export const runPackages = {
  'docker.io': ['/usr/sbin/dockerd', '/usr/bin/dockerd'],
  iproute2: ['/usr/sbin/ip', '/sbin/ip'],
  nftables: ['/usr/sbin/nft'],
  iptables: ['/usr/sbin/iptables'],
  'busybox-static': ['/bin/busybox', '/usr/bin/busybox'],
};
/** Debian 13 has the client in a package of its own; the one of Debian 12's engine brings it. */
const clientPackage = { 'docker-cli': ['/usr/bin/docker', '/usr/local/bin/docker'] };
export const testPackages = {
  ...runPackages,
  'etcd-server': ['/usr/bin/etcd'],
  'etcd-client': ['/usr/bin/etcdctl'],
  bird2: ['/usr/sbin/bird'],
  frr: ['/usr/lib/frr/bgpd'],
  conntrack: ['/usr/sbin/conntrack'],
  iperf3: ['/usr/bin/iperf3'],
  'iputils-ping': ['/bin/ping', '/usr/bin/ping'],
  'docker-compose': ['/usr/bin/docker-compose'],
};

const policyFile = '/usr/sbin/policy-rc.d';

/** A package's own service must not start: what a test or the demo needs, it starts and stops itself. */
function withoutStartingServices(install) {
  const ours = !existsSync(policyFile);
  if (ours) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return install();
  } finally {
    if (ours) rmSync(policyFile, { force: true });
  }
}

function run(command, args, options = {}) {
  const result = spawnSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', ...options });
  if (result.error !== undefined) throw new Error(`${command}: ${result.error.message}`);
  return result;
}

/** Installs what is missing; throws with apt's own words when it can't. */
export function ensureDebianPackages(packages, say) {
  ensureInstalled(packages, say);
  if ('docker.io' in packages) ensureInstalled(clientPackage, say);
}

function ensureInstalled(packages, say) {
  const missing = Object.entries(packages)
    .filter(([, files]) => !files.some((file) => existsSync(file)))
    .map(([name]) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`Missing ${missing.join(', ')}: run as root, or install them first.`);
  say(`Installing Debian packages: ${missing.join(' ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-q'], { env: environment });
  const result = withoutStartingServices(() =>
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...missing], { env: environment }),
  );
  if (result.status !== 0)
    throw new Error(`apt-get install ${missing.join(' ')} failed:\n${result.stdout}${result.stderr}`);
}

/** `npm ci` when node_modules is absent or older than the lock file. */
export function ensureNodePackages(say) {
  const installed = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  if (existsSync(installed) && sameLock(installed, lock)) return;
  say('Installing npm packages (npm ci)');
  const result = run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: root });
  if (result.status !== 0) throw new Error(`npm ci failed:\n${result.stdout}${result.stderr}`);
}

/** A fresh checkout gives files the time of the checkout, so times alone say too little. */
function sameLock(installed, lock) {
  const versions = (file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages)
      .filter(([name, entry]) => name !== '' && !entry.optional && !entry.devOptional)
      .map(([name, entry]) => `${name}@${entry.version}`)
      .sort()
      .join('\n');
  return versions(installed) === versions(lock);
}

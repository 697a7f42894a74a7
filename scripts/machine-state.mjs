/** What of this machine the demo must leave as it was. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** What a command prints, or nothing where it fails. */
export const ask = (program, ...args) => {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000 });
  return status === 0 ? stdout.trim() : '';
};

/** What of this machine must be the same afterwards: settings and bridges, and all that its own engine has. */
export function machineState() {
  const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8').trim() : 'none');
  const engine = existsSync('/var/run/docker.sock')
    ? Object.fromEntries(
        [
          ['containers', ['ps', '--all', '--no-trunc', '--format', '{{.ID}} {{.Names}} {{.Status}}']],
          ['networks', ['network', 'ls', '--no-trunc', '--format', '{{.ID}} {{.Name}}']],
          ['volumes', ['volume', 'ls', '--format', '{{.Name}}']],
          ['images', ['images', '--all', '--no-trunc', '--format', '{{.ID}} {{.Repository}}']],
        ].map(([what, args]) => [
          `${what} of its engine`,
          // How long it has been up changes by itself.
          ask('docker', '--host', 'unix:///var/run/docker.sock', ...args).replace(/ (?:Up|Exited \(\d+\)) .*$/gm, ''),
        ]),
      )
    : {};
  return {
    ip_forward: read('/proc/sys/net/ipv4/ip_forward'),
    docker_gwbridge: existsSync('/sys/class/net/docker_gwbridge') ? 'there' : 'none',
    'FORWARD policy': ask('iptables', '-S', 'FORWARD').split('\n')[0],
    'nftables tables': ask('nft', 'list', 'tables'),
    'workload interfaces':
      ask('ip', '-o', 'link')
        .match(/cali[0-9a-f]+/g)
        ?.join(' ') ?? 'none',
    ...engine,
  };
}

/** Throws with what is not as it was. */
export function requireUnchanged(before, say) {
  const after = machineState();
  const changed = Object.keys(after).filter((what) => after[what] !== before[what]);
  if (changed.length > 0)
    throw new Error(
      `This machine is not as it was: ${changed.map((what) => `${what}\n  was: ${before[what]}\n  is:  ${after[what]}`).join('\n')}`,
    );
  say(`    This machine is as it was: ${Object.keys(after).join(', ')}.`);
}

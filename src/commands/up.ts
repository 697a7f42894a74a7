import { hostname } from 'node:os';
import { Flags } from '@oclif/core';
import { routeModes } from '../model/network/records.ts';
import { ClockerCommand } from './base.ts';

export default class Up extends ClockerCommand {
  static override readonly summary = 'Run the daemon of this host.';
  static override readonly description =
    'Serves Docker’s network and IPAM plugins, keeps this host’s network, deploys applications and serves the REST API. Traffic goes on when it ends. Runs in the foreground until SIGTERM or SIGINT. A flag wins over its variable (CLOCKER_STORE for --store), that over the configuration file.';
  static override readonly examples = [
    '<%= config.bin %> up',
    '<%= config.bin %> up --store embedded:///srv/clocker/store',
    '<%= config.bin %> up --store etcd://host1,host2,host3',
    '<%= config.bin %> up --listen 127.0.0.1:7070 --token-file /etc/clocker/token',
  ];
  static override readonly flags = {
    config: Flags.string({
      description: 'YAML with the names of these flags (/etc/clocker/clocker.yaml unless told, if it is there)',
      env: 'CLOCKER_CONFIG',
    }),
    store: Flags.string({
      description: 'where records are kept (embedded:///var/lib/clocker/store unless told)',
      env: 'CLOCKER_STORE',
    }),
    docker: Flags.string({
      description: 'address of the Docker Engine (unix:///var/run/docker.sock unless told)',
      env: 'CLOCKER_DOCKER',
    }),
    'node-name': Flags.string({
      description: 'name of this host, the same after every restart (its hostname unless told)',
      env: 'CLOCKER_NODE_NAME',
    }),
    address: Flags.string({
      description: 'by which others reach this host; once for IPv4 and once for IPv6 (by default the way to the store)',
      env: 'CLOCKER_ADDRESS',
      multiple: true,
      delimiter: ',',
    }),
    'route-mode': Flags.option({
      options: routeModes,
      description: 'how packets get to other hosts, in networks that do not say -o clocker.routes (auto unless told)',
      env: 'CLOCKER_ROUTE_MODE',
    })(),
    'forget-after': Flags.string({
      description: 'how long a host may give no sign of life until its addresses are given back: 90m, 24h, never (24h)',
      env: 'CLOCKER_FORGET_AFTER',
    }),
    'state-dir': Flags.string({
      description:
        'folder for build contexts, secrets, and what this host remembers of its records (/var/lib/clocker unless told)',
      env: 'CLOCKER_STATE_DIR',
    }),
    'plugin-socket': Flags.string({
      description: 'where Docker looks for the plugin (/run/docker/plugins/clocker.sock unless told)',
      env: 'CLOCKER_PLUGIN_SOCKET',
    }),
    socket: Flags.string({
      description: 'where the REST API is served (/run/clocker/clocker.sock unless told)',
      env: 'CLOCKER_SOCKET',
    }),
    'socket-group': Flags.string({
      description: 'group whose members may use the API, if it exists (clocker unless told)',
      env: 'CLOCKER_SOCKET_GROUP',
    }),
    listen: Flags.string({ description: 'host:port to serve the REST API on as well', env: 'CLOCKER_LISTEN' }),
    'token-file': Flags.string({
      description: 'file with the token a client must show over TCP',
      env: 'CLOCKER_TOKEN_FILE',
    }),
    'tls-cert': Flags.string({ description: 'certificate for TCP, PEM', env: 'CLOCKER_TLS_CERT' }),
    'tls-key': Flags.string({ description: 'its key, PEM', env: 'CLOCKER_TLS_KEY' }),
    'tls-ca': Flags.string({
      description: 'authority whose certificates clients must show, PEM',
      env: 'CLOCKER_TLS_CA',
    }),
    'log-level': Flags.option({
      options: ['debug', 'info', 'warn', 'error'] as const,
      description: 'least important line to write (info unless told)',
      env: 'CLOCKER_LOG_LEVEL',
    })(),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Up);
    const { readConfig, runDaemon, toldOf } = await import('../daemon/index.ts');
    const config = await readConfig(toldOf(flags), flags.config, hostname());
    await runDaemon({ config, version: this.config.version, write: (line) => this.note(line) });
  }
}

/**
 * The systemd unit. Before docker.service, because dockerd asks for its networks' drivers when it starts; and notify, so
 * that "started" means the plugin socket answers. Traffic needs no daemon, so a restart of either harms nothing.
 */
export const renderUnit = (command: readonly string[]): string => `[Unit]
Description=Clocker, routed networks and applications for Docker
Documentation=https://github.com/clocker/clocker
Before=docker.service
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
NotifyAccess=all
ExecStart=${command.map(quoted).join(' ')}
Restart=always
RestartSec=1
TimeoutStartSec=60
TimeoutStopSec=20
KillMode=process
RuntimeDirectory=clocker
RuntimeDirectoryPreserve=yes
StateDirectory=clocker
LimitNOFILE=65536
MemoryMax=1G
TasksMax=512
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
`;

/** systemd splits words, and gives % and $ a meaning. */
const quoted = (word: string): string => {
  const escaped = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@:./=%$,-]+$/.test(word) ? escaped : `"${escaped.replaceAll(/["\\]/g, '\\$&')}"`;
};

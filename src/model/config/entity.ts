/** Config keys any entity may have. */
import type { ConfigKeys } from './key.ts';

export const entityKeys = {
  'camp.plan.id': {
    kind: 'string',
    origin: 'brooklyn',
    meaning: 'The id `$brooklyn:entity("…")` finds it by; never inherited.',
  },
  'latch.start': {
    kind: 'latch',
    flags: ['startLatch'],
    origin: 'brooklyn',
    meaning: 'Starts only when this is ready.',
  },
  'latch.stop': { kind: 'latch', flags: ['stopLatch'], origin: 'brooklyn', meaning: 'Stops only when this is ready.' },
  'start.timeout': {
    kind: 'duration',
    flags: ['startTimeout'],
    origin: 'brooklyn',
    meaning: 'How long a start may take.',
  },
  'skip.start': { kind: 'boolean', origin: 'brooklyn', meaning: 'Taken as started already.' },
  'children.startable.mode': {
    kind: 'string',
    origin: 'brooklyn',
    meaning: '`none`, `foreground`, `foreground_late`, `background`, `background_late`.',
  },
  'clocker.compose': {
    kind: 'map',
    meaning: 'What a compose file said that no other key has a word for, in Compose’s own words.',
  },
} as const satisfies ConfigKeys;

export const softwareKeys = {
  'install.version': { kind: 'string', flags: ['version'], origin: 'brooklyn', meaning: 'Version to install.' },
  'download.url': {
    kind: 'string',
    flags: ['downloadUrl'],
    origin: 'brooklyn',
    meaning: 'Where it is downloaded from.',
  },
  'pre.install.command': { kind: 'string', origin: 'brooklyn', meaning: 'Run before install.' },
  'install.command': { kind: 'string', origin: 'brooklyn', meaning: 'Installs it.' },
  'post.install.command': { kind: 'string', origin: 'brooklyn', meaning: 'Run after install.' },
  'pre.customize.command': { kind: 'string', origin: 'brooklyn', meaning: 'Run before customize.' },
  'customize.command': { kind: 'string', origin: 'brooklyn', meaning: 'Configures it.' },
  'post.customize.command': { kind: 'string', origin: 'brooklyn', meaning: 'Run after customize.' },
  'pre.launch.command': { kind: 'string', origin: 'brooklyn', meaning: 'Run before launch.' },
  'launch.command': { kind: 'string', origin: 'brooklyn', meaning: 'Starts it.' },
  'post.launch.command': { kind: 'string', origin: 'brooklyn', meaning: 'Run after launch.' },
  'checkRunning.command': {
    kind: 'string',
    origin: 'brooklyn',
    meaning: 'Succeeds while it runs; absent, the process of $PID_FILE is looked for.',
  },
  'stop.command': { kind: 'string', origin: 'brooklyn', meaning: 'Stops it.' },
  'shell.env': { kind: 'map', flags: ['env'], origin: 'brooklyn', meaning: 'Environment of all commands.' },
  'files.install': { kind: 'map', origin: 'brooklyn', meaning: 'Source to target, copied before install.' },
  'files.preinstall': { kind: 'map', origin: 'brooklyn', meaning: 'Source to target, copied before pre-install.' },
  'files.customize': { kind: 'map', origin: 'brooklyn', meaning: 'Source to target, copied before customize.' },
  'files.runtime': { kind: 'map', origin: 'brooklyn', meaning: 'Source to target, copied before launch.' },
  'templates.install': { kind: 'map', origin: 'brooklyn', meaning: 'As files.install, with substitutions.' },
  'templates.preinstall': { kind: 'map', origin: 'brooklyn', meaning: 'As files.preinstall, with substitutions.' },
  'templates.customize': { kind: 'map', origin: 'brooklyn', meaning: 'As files.customize, with substitutions.' },
  'templates.runtime': { kind: 'map', origin: 'brooklyn', meaning: 'As files.runtime, with substitutions.' },
  'template.substitutions': { kind: 'map', origin: 'brooklyn', meaning: 'Names a template may use.' },
  'install.dir': { kind: 'string', origin: 'brooklyn', meaning: '$INSTALL_DIR.' },
  'run.dir': { kind: 'string', origin: 'brooklyn', meaning: '$RUN_DIR.' },
  'provisioning.properties': { kind: 'map', origin: 'brooklyn', meaning: 'What its location is told.' },
  'latch.setup': { kind: 'latch', origin: 'brooklyn', meaning: 'Set up only when this is ready.' },
  'latch.provision': { kind: 'latch', origin: 'brooklyn', meaning: 'Provisioned only when this is ready.' },
  'latch.install': {
    kind: 'latch',
    flags: ['installLatch'],
    origin: 'brooklyn',
    meaning: 'Installed only when this is ready.',
  },
  'latch.customize': {
    kind: 'latch',
    flags: ['customizeLatch'],
    origin: 'brooklyn',
    meaning: 'Customized only when this is ready.',
  },
  'latch.launch': {
    kind: 'latch',
    flags: ['launchLatch'],
    origin: 'brooklyn',
    meaning: 'Launched only when this is ready.',
  },
  'skip.install': {
    kind: 'boolean',
    flags: ['skipInstall'],
    origin: 'brooklyn',
    meaning: 'Taken as installed already.',
  },
} as const satisfies ConfigKeys;

/** What Docker Compose accepts though it is surely, or very likely, wrong. */
import type { ProblemTable } from '../../diagnostic/problem.ts';

export const lintProblems = {
  'address-invalid': {
    severity: 'warning',
    explain: 'This is no IP address; Compose takes it, and the engine will refuse it.',
  },
  'address-outside-subnet': {
    severity: 'warning',
    explain: 'A fixed address, gateway or range lies in no subnet of its network.',
  },
  'address-without-subnet': {
    severity: 'warning',
    explain: 'A fixed address needs a network whose subnet is given too; the engine refuses it otherwise.',
  },
  'command-cut': {
    severity: 'warning',
    explain: 'Compose reads a command up to the first of ; | & and drops the rest, since it starts no shell.',
  },
  'environment-rewritten': {
    severity: 'warning',
    explain: 'An unquoted number reaches the container in another form than it is written in.',
  },
  'external-network-with-driver': {
    severity: 'warning',
    explain: 'An external network is made elsewhere, so its driver, options and addresses are not looked at.',
  },
  'file-mode-decimal': {
    severity: 'warning',
    explain: 'A mode without a leading 0 is a decimal number, so other bits are set than it reads.',
  },
  'healthcheck-one-word': {
    severity: 'warning',
    explain: 'A CMD test of one text with blanks runs a program of that whole name.',
  },
  'image-invalid': { severity: 'warning', explain: 'This is no image name; the engine will refuse it.' },
  'mac-invalid': { severity: 'warning', explain: 'This is no MAC address; the engine will refuse it.' },
  'mount-option-unknown': { severity: 'warning', explain: 'An option of a mount that nobody knows is dropped.' },
  'mount-target-relative': {
    severity: 'warning',
    explain: 'A mount needs an absolute path in the container. A volume of one letter is read as a drive of Windows.',
  },
  'number-negative': { severity: 'warning', explain: 'A negative amount means nothing here.' },
  'port-not-number': {
    severity: 'warning',
    explain: 'This is no port and no range of ports; the engine will refuse it.',
  },
  'port-published-twice': {
    severity: 'warning',
    explain: 'Two services publish the same port of the host; the second one fails to start.',
  },
  'restart-unknown': { severity: 'warning', explain: 'The restart policy is none that engines know.' },
  'size-too-large': { severity: 'warning', explain: 'The size is larger than engines can count.' },
  'subnet-invalid': {
    severity: 'warning',
    explain: 'This is no subnet; Compose takes it, and the engine will refuse it.',
  },
  'subnets-overlap': {
    severity: 'warning',
    explain: 'Two subnets of the file share addresses; the engine refuses the second.',
  },
} as const satisfies ProblemTable;

export type LintCode = keyof typeof lintProblems;

/** Before the live tests: one place for what every file would otherwise bundle for itself. */
import { mkdirSync, rmSync } from 'node:fs';
import { bundlesVariable } from './bundle.ts';
import { labDirectory, newLabName } from './lab/owner.ts';

/** Named as a lab is: of a run that was killed, the next lab takes it away. */
export function setup(): () => void {
  const directory = labDirectory(newLabName());
  mkdirSync(directory);
  process.env[bundlesVariable] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}

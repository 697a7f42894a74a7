/** What a deployment tells while it is under way. */
import type { ChangeLine } from '../change.ts';

export type DeployEvent =
  /** Everything that will be done, as far as it is known before anything is. */
  | { readonly kind: 'planned'; readonly changes: readonly ChangeLine[] }
  | { readonly kind: 'started'; readonly change: ChangeLine }
  | { readonly kind: 'done'; readonly change: ChangeLine }
  | { readonly kind: 'failed'; readonly change: ChangeLine; readonly message: string }
  /** An instance waits for another: `web` for `db` to be `docker.container.healthy`. */
  | { readonly kind: 'waiting'; readonly entity: string; readonly for: string; readonly sensor: string }
  /** A line of a build or a pull. */
  | { readonly kind: 'output'; readonly about: string; readonly line: string }
  | { readonly kind: 'warning'; readonly message: string };

export type Progress = (event: DeployEvent) => void;

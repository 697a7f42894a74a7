/** What loading compose files takes and gives. */
import type { Span } from '../diagnostic/problem.ts';
import type { Files } from '../document/files.ts';
import type { MapNode } from '../document/node.ts';
import type { Origins } from './origin.ts';

/** All on unless said; named after what `docker compose config` can leave out. */
export type ComposeFlags = {
  /** Replace `$NAME` and `${NAME…}`; without it nothing that depends on them is checked. */
  readonly interpolate: boolean;
  /** Add what is implied: the default network, names, dependencies. */
  readonly normalise: boolean;
  /** Check what services say about each other. */
  readonly consistency: boolean;
  /** Read `env_file` into `environment`; without it `env_file` stays in the tree as a reference. */
  readonly resolveEnv: boolean;
  /** Leave `env_file` and `label_file` out once they are read. */
  readonly discardEnvFiles: boolean;
  readonly resolvePaths: boolean;
  /** Leave out resources no active service uses. */
  readonly prune: boolean;
  /** Read format 1, and keys only formats 2 and 3 had, as what they are today. */
  readonly upgrade: boolean;
};

export type ComposeInput = {
  /** In the order of `-f`: each is merged over those before it. `path` is the name used in problems; `-` is stdin. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** Everything else it reads: `.env`, files it includes and extends, env files. */
  readonly disk: Files;
  /** Absolute; what relative paths of `files`, `projectDirectory` and `envFiles` start from. */
  readonly currentDirectory: string;
  /** The folder of the first file unless given. */
  readonly projectDirectory?: string;
  readonly projectName?: string;
  /** Of the process. */
  readonly environment: ReadonlyMap<string, string>;
  /** Instead of `.env` in the project directory; later ones win. */
  readonly envFiles?: readonly string[];
  /** Active ones, `*` for all; those of COMPOSE_PROFILES unless given. */
  readonly profiles?: readonly string[];
  readonly flags?: Partial<ComposeFlags>;
};

export type ComposeProject = {
  readonly name: string;
  /**
   * The normal form: as JSON equal to `docker compose config --format json` (every `$` doubled), and besides it the
   * `x-…` keys below the top, which Compose leaves out of its JSON.
   */
  readonly tree: MapNode;
  /** Services whose profiles are not active, in the same form. */
  readonly inactive: MapNode;
  /** By section, the resources no active service uses, in the same form. */
  readonly unused: MapNode;
  /** Absolute. */
  readonly workingDirectory: string;
  /** Texts read, by the name used in spans: compose files, and those included, extended and read for variables. */
  readonly sources: ReadonlyMap<string, string>;
  /** What interpolation saw: the process's variables, then those of `.env`. */
  readonly environment: ReadonlyMap<string, string>;
  readonly profiles: readonly string[];
  readonly flags: ComposeFlags;
  readonly origins: Origins;
  /** Values of the files that are not in the trees, and why. */
  readonly dropped: readonly Dropped[];
};

export type Dropped = { readonly path: string; readonly at: Span; readonly reason: string };

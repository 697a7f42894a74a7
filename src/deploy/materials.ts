/**
 * What an application refers to and does not hold: variables and files of whoever deploys it. They are handed over with
 * it, because the daemon may be on another machine, and kept apart from it, because they may be secret.
 */
export type Materials = {
  /** Variables of the deployer's own environment. */
  readonly environment: ReadonlyMap<string, string>;
  /** Files of variables (`docker.container.envFiles`, `…labelFiles`), already read, by path as written. */
  readonly variables: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Content of secrets and configs, by path as written. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Build contexts that were uploaded: `BuildContext.key` to digest. */
  readonly contexts: ReadonlyMap<string, string>;
};

export const noMaterials: Materials = {
  environment: new Map(),
  variables: new Map(),
  files: new Map(),
  contexts: new Map(),
};

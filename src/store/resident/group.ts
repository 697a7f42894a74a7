/** Group commit: what arrives while a group is being written is written together next. */

/** Tasks worked out and written as one group; bounds how long a group keeps its first one waiting. */
const groupSize = 512;

export type Group<S> = {
  /** The stage of a new group, on which its tasks run in turn. */
  readonly begin: () => S;
  /** Makes the stage durable, then visible. When it rejects, none of it happened. */
  readonly commit: (stage: S) => Promise<void>;
};

export type Writer<S> = {
  /** Answers with what `run` returned, once its group is durable. A task that throws leaves the others alone. */
  submit<T>(run: (stage: S) => T): Promise<T>;
  idle(): Promise<void>;
};

/** Runs on the stage and says what to do once the group is durable. */
type Task<S> = { readonly run: (stage: S) => () => void; readonly fail: (error: unknown) => void };

async function writeGroup<S>(group: Group<S>, tasks: readonly Task<S>[]): Promise<void> {
  const stage = group.begin();
  const settled: { readonly task: Task<S>; readonly succeed: () => void }[] = [];
  for (const task of tasks) {
    try {
      settled.push({ task, succeed: task.run(stage) });
    } catch (error) {
      task.fail(error);
    }
  }
  try {
    await group.commit(stage);
  } catch (error) {
    for (const { task } of settled) task.fail(error);
    return;
  }
  for (const { succeed } of settled) succeed();
}

export function createWriter<S>(group: Group<S>): Writer<S> {
  let queue: Task<S>[] = [];
  let writing: Promise<void> | undefined;

  async function writeAll(): Promise<void> {
    // One turn of the microtask queue, so that what is asked for in the same breath is written together.
    await Promise.resolve();
    while (queue.length > 0) {
      const tasks = queue.slice(0, groupSize);
      queue = queue.slice(groupSize);
      await writeGroup(group, tasks);
    }
    writing = undefined;
  }

  return {
    submit: (run) =>
      new Promise((resolve, reject) => {
        queue.push({
          run: (stage) => {
            const result = run(stage);
            return () => resolve(result);
          },
          fail: reject,
        });
        writing ??= writeAll();
      }),
    idle: async () => {
      await writing;
    },
  };
}

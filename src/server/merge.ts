/** Several streams as one, each item as soon as it is there. */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  type Turn = { readonly from: AsyncIterator<T>; readonly result: IteratorResult<T, unknown> };
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const ask = async (from: AsyncIterator<T>): Promise<Turn> => ({ from, result: await from.next() });
  const pending = new Map(iterators.map((iterator) => [iterator, ask(iterator)]));
  try {
    while (pending.size > 0) {
      const { from, result } = await Promise.race(pending.values());
      if (result.done === true) pending.delete(from);
      else {
        pending.set(from, ask(from));
        yield result.value;
      }
    }
  } finally {
    for (const iterator of pending.keys()) void iterator.return?.(undefined);
  }
}

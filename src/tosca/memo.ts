/** Remembers what was worked out of an object for as long as the object lives. The work must not depend on anything else. */
export function memo<Key extends object, Result>(work: (key: Key) => Result): (key: Key) => Result {
  const known = new WeakMap<Key, { readonly result: Result }>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found.result;
    const result = work(key);
    known.set(key, { result });
    return result;
  };
}

/** Programs of ours that change rules, so that a change is not taken for somebody else's. */

/** Process ids are used again, but not within so many of our own. */
const remembered = 4096;
const own = new Set<number>();

export function noteOwn(pid: number): void {
  own.delete(pid);
  own.add(pid);
  for (const oldest of own) {
    if (own.size <= remembered) break;
    own.delete(oldest);
  }
}

export const isOwnProcess = (pid: number): boolean => own.has(pid);

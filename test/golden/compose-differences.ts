/** Where Clocker deliberately differs from the answers of Docker Compose 2.40.3 (docs/compose-differences.md has the same list). */

export const composeDifferences: ReadonlyMap<string, string> = new Map([
  [
    '${V:-${W:?need W}} with {"V":"val"}',
    'A default nobody uses is not evaluated, as in compose-go’s HEAD; 2.9.1 evaluates it and stops.',
  ],
]);

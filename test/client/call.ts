/** A call by another user: prints the fault. Run as a process of its own. */
import { openClient } from '../../src/client/index.ts';

openClient({ address: process.argv[2] ?? '' })
  .call('listApplications')
  .catch((error: Error & { readonly code?: string; readonly hint?: string }) => {
    process.stdout.write(JSON.stringify({ code: error.code, hint: error.hint }));
  });

/** The daemon itself. */
import { renderOpenApi } from '../../api/index.ts';
import type { ServerDeps } from '../deps.ts';
import type { Handlers } from '../handler.ts';

export const daemonHandlers = ({
  version,
  metrics,
}: ServerDeps): Pick<Handlers, 'health' | 'metrics' | 'openapi' | 'version'> => ({
  health: async () => 'ok\n',
  metrics,
  openapi: async () => JSON.stringify(renderOpenApi((await version()).version)),
  version,
});

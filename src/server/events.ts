/** Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
import type { Response } from 'express';

/** Milliseconds: a comment now and then shows that the connection is alive. */
const heartbeat = 15_000;

export async function sendEvents(
  response: Response,
  events: AsyncIterable<unknown>,
  signal: AbortSignal,
): Promise<void> {
  response.status(200).set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const timer = setInterval(() => response.write(':\n\n'), heartbeat);
  timer.unref();
  try {
    for await (const event of events) {
      if (signal.aborted) return;
      const isRoom = response.write(`data: ${JSON.stringify(event)}\n\n`);
      if (!isRoom) await drained(response, signal);
    }
    // Tells a whole stream from one that was cut off.
    response.end('event: end\ndata: {}\n\n');
  } finally {
    clearInterval(timer);
    response.end();
  }
}

function drained(response: Response, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      response.off('drain', end);
      signal.removeEventListener('abort', end);
      resolve();
    };
    response.on('drain', end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

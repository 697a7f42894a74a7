import { Args, Flags } from '@oclif/core';
import { printable } from '../diagnostic/printable.ts';
import { applicationArg, DaemonCommand, daemonFlags } from './daemon-command.ts';
import { colourFor, type Colour } from './paint.ts';

const colours: readonly Colour[] = ['blue', 'green', 'yellow', 'red'];
const longestLine = 64 * 1024;

export default class Logs extends DaemonCommand {
  static override readonly summary = 'Show what the containers of an application print.';
  static override readonly description =
    'What was printed on stderr goes to stderr. With --json each line is a JSON object of its own.';
  static override readonly args = {
    application: applicationArg,
    entity: Args.string({ description: 'only this entity and what is in it', required: false }),
  };
  static override readonly examples = [
    '<%= config.bin %> logs guestbook',
    '<%= config.bin %> logs guestbook web -f --tail 10',
  ];
  static override readonly flags = {
    ...daemonFlags,
    follow: Flags.boolean({ char: 'f', description: 'go on with what is printed from now on' }),
    tail: Flags.integer({ char: 'n', description: 'so many lines from the end of each', min: 0, max: 999_999_999 }),
    since: Flags.string({ description: 'from then on: RFC 3339, or seconds since 1970' }),
    timestamps: Flags.boolean({ char: 't', description: 'when each line was printed' }),
    'no-prefix': Flags.boolean({ description: 'the lines as they are, without the name of the entity' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Logs);
    const client = await this.daemon(flags);
    const lines = await client.call('getLogs', {
      params: { application: args.application },
      query: {
        ...(args.entity === undefined ? {} : { entity: args.entity }),
        ...(flags.follow ? { follow: 'true' } : {}),
        ...(flags.timestamps ? { timestamps: 'true' } : {}),
        ...(flags.tail === undefined ? {} : { tail: String(flags.tail) }),
        ...(flags.since === undefined ? {} : { since: flags.since }),
      },
    });
    const colourOf = new Map<string, Colour | undefined>();
    for await (const one of lines) {
      if (flags.json) {
        process.stdout.write(`${JSON.stringify(one)}\n`);
        continue;
      }
      if (!colourOf.has(one.entity)) colourOf.set(one.entity, colours[colourOf.size % colours.length]);
      const stream = process[one.stream];
      const prefix = flags['no-prefix'] ? '' : `${colourFor(stream)(colourOf.get(one.entity), one.entity)} | `;
      // A terminal must not obey what a container prints.
      stream.write(`${prefix}${stream.isTTY ? printable(one.line, longestLine) : one.line}\n`);
    }
  }
}

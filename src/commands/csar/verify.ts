import { Args, Flags } from '@oclif/core';
import { Fault } from '../../diagnostic/fault.ts';
import { problemJson } from '../../diagnostic/render.ts';
import { ArchiveCommand, readBytes, readKeyFile } from '../csar-files.ts';
import { judgeFiles } from '../judge.ts';

export default class CsarVerify extends ArchiveCommand {
  static override readonly summary = 'Check a CSAR: what is in it, its checksums, and who signed it.';
  static override readonly description =
    'With --key the signature has to be there, made with this key, and every file as it was then. The template is checked as validate does it, and every file it names has to be there and to have the checksum written down for it. Exit codes: 0 right, 1 wrong.';
  static override readonly args = { archive: Args.string({ description: 'zip, tar or tgz', required: true }) };
  static override readonly examples = ['<%= config.bin %> csar verify shop.csar --key key.pub.pem'];
  static override readonly flags = {
    key: Flags.string({ description: 'public key in PEM of whoever has to have signed' }),
    signature: Flags.string({
      description: 'file of the signature; the archive’s name with .sig unless given',
      dependsOn: ['key'],
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(CsarVerify);
    const bytes = readBytes(args.archive);
    const { fingerprintOf, readPublicKey, unpackArchive, verifyContents } = await import('../../tosca/csar/index.ts');
    const { value: contents, problems } = await unpackArchive(bytes);
    if ((await this.refuses(problems)) || contents === undefined) return;
    let signer: string | undefined;
    if (flags.key !== undefined) {
      const reading = readPublicKey(readKeyFile(flags.key));
      if (reading.kind === 'bad')
        throw new Fault('request-invalid', `The key ${flags.key} can't be used: ${reading.why}.`);
      const signature = readBytes(flags.signature ?? `${args.archive}.sig`).toString('utf8');
      if (await this.refuses(verifyContents(contents, signature, reading.key))) return;
      signer = fingerprintOf(reading.key);
    }
    const judged = await judgeFiles([args.archive], {});
    if (await this.refuses(judged.problems, new Map(judged.sources))) return;
    if (flags.json)
      this.printJson({
        files: contents.size,
        ...(signer === undefined ? {} : { key: signer }),
        problems: judged.problems.map(problemJson),
      });
    else
      this.log(
        `${args.archive}: ${contents.size} files${signer === undefined ? ', not asked who signed it' : `, signed with the key ${signer}`}`,
      );
  }
}

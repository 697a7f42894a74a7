import { Args, Flags } from '@oclif/core';
import { Fault } from '../../diagnostic/fault.ts';
import { ArchiveCommand, readBytes, readKeyFile, writeBytes } from '../csar-files.ts';

export default class CsarSign extends ArchiveCommand {
  static override readonly summary = 'Sign a CSAR with an Ed25519 key.';
  static override readonly description =
    'The signature is a file of its own, beside the archive; it belongs to the files in the archive, however they are packed. A key is made by: openssl genpkey -algorithm ed25519 -out key.pem';
  static override readonly args = { archive: Args.string({ description: 'zip, tar or tgz', required: true }) };
  static override readonly examples = ['<%= config.bin %> csar sign shop.csar --key key.pem'];
  static override readonly flags = {
    key: Flags.string({ description: 'private key in PEM', required: true }),
    output: Flags.string({ char: 'o', description: 'file to write; the archive’s name with .sig unless given' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(CsarSign);
    const { fingerprintOf, readPrivateKey, signContents, unpackArchive } = await import('../../tosca/csar/index.ts');
    const reading = readPrivateKey(readKeyFile(flags.key));
    if (reading.kind === 'bad')
      throw new Fault('request-invalid', `The key ${flags.key} can't be used: ${reading.why}.`);
    const { value: contents, problems } = await unpackArchive(readBytes(args.archive));
    if ((await this.refuses(problems)) || contents === undefined) return;
    const output = flags.output ?? `${args.archive}.sig`;
    writeBytes(output, signContents(contents, reading.key));
    if (flags.json) this.printJson({ signature: output, key: fingerprintOf(reading.key) });
    else this.log(output);
  }
}

import { basename, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ArchiveCommand, readBytes } from '../csar-files.ts';

export default class CsarUnpack extends ArchiveCommand {
  static override readonly summary = 'Unpack a CSAR into a new folder.';
  static override readonly description =
    'Nothing is written outside of the folder, through a link, or over a file: an archive that tries is refused as a whole. Exit codes: 0 unpacked, 1 the archive is damaged or refused.';
  static override readonly args = { archive: Args.string({ description: 'zip, tar or tgz', required: true }) };
  static override readonly examples = [
    '<%= config.bin %> csar unpack shop.csar',
    '<%= config.bin %> csar unpack shop.csar -o work',
  ];
  static override readonly flags = {
    output: Flags.string({
      char: 'o',
      description: 'folder, new or empty; the archive’s name without its ending unless given',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(CsarUnpack);
    const { writeFolder } = await import('../../host/folder.ts');
    const { unpackArchive } = await import('../../tosca/csar/index.ts');
    const { value: contents, problems } = await unpackArchive(readBytes(args.archive));
    if ((await this.refuses(problems)) || contents === undefined) return;
    const name = basename(args.archive).replace(/\.(?:csar|zip|tar|tgz|tar\.gz)$/i, '');
    const folder = flags.output ?? (name === basename(args.archive) ? `${name}.d` : name);
    writeFolder(resolve(folder), contents);
    if (flags.json) this.printJson({ folder, files: [...contents.keys()] });
    else this.log(folder);
  }
}

import { basename, resolve } from 'node:path';
import { Args, Flags } from '@oclif/core';
import { ArchiveCommand, writeBytes } from '../csar-files.ts';
import { judgeRequest } from '../judge.ts';
import { readDocuments } from '../input.ts';

export default class CsarPack extends ArchiveCommand {
  static override readonly summary = 'Pack a folder into a CSAR.';
  static override readonly description =
    'The same files give the same bytes. TOSCA.meta is written where there is none. What is packed is checked first, and every file it names has to be in the folder. Exit codes: 0 packed, 1 something is wrong with the template.';
  static override readonly args = {
    folder: Args.string({ description: 'folder with the template and its files', required: true }),
  };
  static override readonly examples = [
    '<%= config.bin %> csar pack shop',
    '<%= config.bin %> csar pack shop -o shop-1.0.csar',
  ];
  static override readonly flags = {
    entry: Flags.string({ description: 'the template, where the folder has several YAML files and no TOSCA.meta' }),
    output: Flags.string({ char: 'o', description: 'archive to write; the folder’s name with .csar unless given' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(CsarPack);
    const { readFolder } = await import('../../host/folder.ts');
    const { contentsLimits, openArchive, packArchive } = await import('../../tosca/csar/index.ts');
    const contents = readFolder(resolve(args.folder), { files: contentsLimits.files, bytes: contentsLimits.total });
    const packed = packArchive(contents, flags.entry);
    if (packed.value === undefined) {
      await this.refuses(packed.problems);
      return;
    }
    const { value: template, problems } = await openArchive(args.folder, packed.value);
    const request = await readDocuments([], {});
    const judged =
      template === undefined
        ? { problems, sources: new Map<string, string>() }
        : await judgeRequest({
            ...request,
            documents: [{ path: template.path, text: template.text }],
            disk: template.files,
            tosca: { archive: template.archive },
            opened: problems,
          });
    if (await this.refuses(judged.problems, new Map(judged.sources))) return;
    const output = flags.output ?? `${basename(resolve(args.folder))}.csar`;
    writeBytes(output, packed.value);
    if (flags.json) this.printJson({ archive: output, bytes: packed.value.length, files: contents.size });
    else this.log(output);
  }
}

/** Building and pulling. */
import { Fault, isFault } from '../../diagnostic/fault.ts';
import { parseImageReference } from '../../model/image-reference.ts';
import type { WantedImage } from '../image.ts';
import type { Tools } from './tools.ts';

export async function pullImage(image: WantedImage, tools: Tools): Promise<void> {
  const { engine, progress, signal } = tools;
  const { reference, platform } = image;
  try {
    await engine.pullImage(reference, platform, (line) => progress({ kind: 'output', about: reference, line }), signal);
  } catch (error) {
    if (!isFault(error, 'docker-refused')) throw error;
    // An image that was to be pulled again and can't be is better than none.
    if ((await engine.image(reference)) !== undefined) {
      progress({ kind: 'warning', message: `${error.message} The ${reference} that is here is used.` });
      return;
    }
    throw new Fault(
      'docker-refused',
      `The image ${reference} is not on this host, and pulling it failed: ${reasonOf(error)}`,
      {
        cause: error,
        hint: `Check the name and that this host reaches the registry; or bring the image here yourself: docker load, docker import, docker build -t ${reference}, docker login for a private one.`,
      },
    );
  }
}

const reasonOf = ({ message }: Fault): string => message.replace(/^Docker (?:refused|failed) [^:]*: /, '');

export async function buildImage(image: WantedImage, tools: Tools): Promise<void> {
  const { engine, progress, signal, openContext } = tools;
  const { build, reference } = image;
  if (build === undefined) return;
  const context = build.context === undefined ? undefined : await openContext(build.context);
  if (build.context !== undefined && context === undefined)
    throw new Fault('file-unreadable', `The build context of ${reference} is not kept any more.`, {
      hint: 'Deploy again with "clocker deploy": it uploads the folder anew.',
    });
  const query = { ...build.query, t: reference };
  const { Readable } = await import('node:stream');
  const line = (text: string): void => progress({ kind: 'output', about: reference, line: text });
  try {
    await engine.buildImage(query, context ?? Readable.from([]), line, signal);
  } catch (error) {
    if (!isFault(error, 'docker-refused')) throw error;
    throw new Fault('docker-refused', `Building ${reference} failed: ${reasonOf(error)}`, {
      cause: error,
      hint: 'Its output is above. The classic builder is used: what only BuildKit can do is not known to it.',
    });
  }
  for (const tag of build.tags) {
    const { name, tag: version = 'latest' } = parseImageReference(tag);
    await engine.tagImage(reference, name, version);
  }
}

/** Id of the image as it is here. */
export async function requireImage(image: WantedImage, { engine }: Pick<Tools, 'engine'>): Promise<string> {
  const known = await engine.image(image.reference);
  if (known !== undefined) return known.id;
  throw new Fault('docker-refused', `The image ${image.reference} is not on this host.`, {
    hint:
      image.pull.kind === 'never'
        ? 'Its pull policy is "never": bring it here with docker load or docker build.'
        : 'Deploy again.',
  });
}

/** Image names: `[registry/]name[:tag][@digest]`, also as an entity type, `docker:` before it. */
export type ImageReference = {
  /** `redis`, `bitnami/redis`, `registry.example.com:5000/team/redis`. */
  readonly name: string;
  readonly tag?: string;
  /** `sha256:…` */
  readonly digest?: string;
};

/** Any text is taken apart; whether its parts are good names is for others to judge. */
export function parseImageReference(text: string): ImageReference {
  const at = text.indexOf('@');
  const named = at < 0 ? text : text.slice(0, at);
  // A colon before the last slash belongs to the registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  return {
    name: colon < 0 ? named : named.slice(0, colon),
    ...(colon < 0 ? {} : { tag: named.slice(colon + 1) }),
    ...(at < 0 ? {} : { digest: text.slice(at + 1) }),
  };
}

export function renderImageReference(image: ImageReference): string {
  const tag = image.tag === undefined ? '' : `:${image.tag}`;
  const digest = image.digest === undefined ? '' : `@${image.digest}`;
  return `${image.name}${tag}${digest}`;
}

/** The image in `docker:host:5000/img:tag@digest`; none for another type. */
export const imageOfType = (type: string): ImageReference | undefined =>
  type.startsWith('docker:') ? parseImageReference(type.slice('docker:'.length)) : undefined;

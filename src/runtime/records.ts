/** What is kept of applications in the store, as JSON. Spec (the text), wanted and observed are records of their own. */
import { anything, boolean, dictionary, fits, integer, optional, record, text, word } from '../shape/index.ts';
import type { Shape, TypeOf } from '../shape/index.ts';

/** Texts of our own records; the store bounds the whole. */
const own = { longest: 1024 * 1024 } as const;
const most = 100_000;
/** A newer daemon may know more. */
const lenient = { unknownKeys: 'ignored' } as const;

export const applicationsPrefix = '/clocker/v1/applications/';
export const applicationKey = (name: string): string => `${applicationsPrefix}${encodeURIComponent(name)}`;
export const statusPrefix = '/clocker/v1/status/';
export const statusOfPrefix = (application: string): string => `${statusPrefix}${encodeURIComponent(application)}/`;
export const statusKey = (application: string, instance: string): string =>
  `${statusOfPrefix(application)}${encodeURIComponent(instance)}`;

/** Those that end in -ing are gone on with after a crash. */
export const phases = [
  'deploying',
  'starting',
  'restarting',
  'deployed',
  'stopping',
  'stopped',
  'removing',
  'failed',
] as const;
export type Phase = (typeof phases)[number];

const applicationShape = record(
  {
    name: text(own),
    /** A blueprint, whatever it was written in. */
    blueprint: text(own),
    /** Sizes of clusters that were resized since it was deployed, by instance id. */
    sizes: optional(dictionary(integer({ least: 0 }), most)),
    /** What it was before the update under way, to which a failure may lead back. */
    previous: optional(
      record({ blueprint: text(own), sizes: optional(dictionary(integer({ least: 0 }), most)) }, lenient),
    ),
    /** Why the last update was taken back. */
    takenBack: optional(text(own)),
    /** The host it runs on. */
    node: text(own),
    phase: word(phases),
    /** Why it failed. */
    message: optional(text(own)),
    /** Of removing it: what else is taken away. */
    removal: optional(record({ volumes: boolean(), images: boolean() }, lenient)),
    /** RFC 3339. */
    createdAt: text(own),
    updatedAt: text(own),
  },
  lenient,
);

export type ApplicationRecord = TypeOf<typeof applicationShape>;

const statusShape = record(
  {
    application: text(own),
    instance: text(own),
    planId: text(own),
    name: text(own),
    type: text(own),
    kind: text(own),
    parent: optional(text(own)),
    node: text(own),
    sensors: dictionary(anything(), most),
  },
  lenient,
);

/** What was last seen of an entity. */
export type StatusRecord = TypeOf<typeof statusShape>;

const decode =
  <T>(shape: Shape<T>) =>
  (value: string): T | undefined => {
    const parsed = parse(value);
    return fits(shape, parsed) ? parsed : undefined;
  };

function parse(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** Undefined where the text is none. */
export const decodeApplication = decode(applicationShape);
export const decodeStatus = decode(statusShape);

const materialsShape = record(
  {
    environment: dictionary(text(own), most),
    variables: dictionary(dictionary(text(own), most), most),
    /** Base64. */
    files: dictionary(text({ longest: 64 * 1024 * 1024 }), most),
    contexts: dictionary(text(own), most),
  },
  lenient,
);

export type MaterialsRecord = TypeOf<typeof materialsShape>;
export const decodeMaterials = decode(materialsShape);

/** One step of a deployment. What is wanted goes along, so that carrying it out decides nothing. */
import type { WantedContainer } from './container/desired.ts';
import type { WantedImage } from './image.ts';
import type { WantedNetwork } from './network.ts';
import type { WantedVolume } from './volume.ts';

export type Change =
  | { readonly kind: 'create-network'; readonly network: WantedNetwork }
  /** It is there and differs: what is on it goes first. */
  | { readonly kind: 'replace-network'; readonly network: WantedNetwork; readonly id: string }
  | { readonly kind: 'remove-network'; readonly name: string; readonly id: string }
  | { readonly kind: 'create-volume'; readonly volume: WantedVolume }
  | { readonly kind: 'remove-volume'; readonly name: string }
  | { readonly kind: 'build-image'; readonly image: WantedImage; readonly because: string }
  | { readonly kind: 'pull-image'; readonly image: WantedImage; readonly because: string }
  | { readonly kind: 'remove-image'; readonly name: string }
  | { readonly kind: 'create-container'; readonly wanted: WantedContainer }
  | {
      readonly kind: 'replace-container';
      readonly wanted: WantedContainer;
      readonly id: string;
      readonly because: string;
    }
  /** What it will be is only known once others tell: then it is one of the other kinds, or nothing. */
  | { readonly kind: 'settle-container'; readonly name: string; readonly instance: string; readonly for: string }
  | { readonly kind: 'start-container'; readonly wanted: WantedContainer; readonly id: string }
  | { readonly kind: 'stop-container'; readonly name: string; readonly id: string; readonly instance: string }
  | { readonly kind: 'remove-container'; readonly name: string; readonly id: string; readonly instance: string };

/** As it is shown and sent: what is done to what, and why. */
export type ChangeLine = {
  readonly action: 'create' | 'replace' | 'remove' | 'build' | 'pull' | 'start' | 'stop';
  readonly kind: 'network' | 'volume' | 'image' | 'container';
  readonly name: string;
  /** Instance id; absent for what is nobody's alone. */
  readonly entity?: string;
  readonly because?: string;
};

export function changeLine(change: Change): ChangeLine {
  switch (change.kind) {
    case 'create-network':
      return { action: 'create', kind: 'network', name: change.network.name };
    case 'replace-network':
      return { action: 'replace', kind: 'network', name: change.network.name, because: 'its definition changed' };
    case 'remove-network':
      return { action: 'remove', kind: 'network', name: change.name };
    case 'create-volume':
      return { action: 'create', kind: 'volume', name: change.volume.name };
    case 'remove-volume':
      return { action: 'remove', kind: 'volume', name: change.name };
    case 'build-image':
      return { action: 'build', kind: 'image', name: change.image.reference, because: change.because };
    case 'pull-image':
      return { action: 'pull', kind: 'image', name: change.image.reference, because: change.because };
    case 'remove-image':
      return { action: 'remove', kind: 'image', name: change.name };
    case 'create-container':
      return { action: 'create', kind: 'container', name: change.wanted.name, entity: change.wanted.instance.id };
    case 'replace-container':
      return {
        action: 'replace',
        kind: 'container',
        name: change.wanted.name,
        entity: change.wanted.instance.id,
        because: change.because,
      };
    case 'settle-container': {
      const because = `it is told by ${change.for}`;
      return { action: 'create', kind: 'container', name: change.name, entity: change.instance, because };
    }
    case 'start-container':
      return { action: 'start', kind: 'container', name: change.wanted.name, entity: change.wanted.instance.id };
    case 'stop-container':
      return { action: 'stop', kind: 'container', name: change.name, entity: change.instance };
    case 'remove-container':
      return { action: 'remove', kind: 'container', name: change.name, entity: change.instance };
  }
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePrefix, type Prefix } from '../../../src/ip/prefix.ts';
import {
  addressOf,
  allocationsOf,
  assign,
  blockLengthOf,
  checkBlock,
  emptyBlock,
  holderOf,
  isEmpty,
  ordinalOf,
  release,
  type Block,
  type BlockAttribute,
} from '../../../src/model/network/block.ts';

const prefix = (text: string): Prefix => {
  const parsed = parsePrefix(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
};

const now = Date.UTC(2026, 0, 1);
const blockOf = (cidr: string): Block => emptyBlock(prefix(cidr), cidr, 'host1', now);
const attribute = (handle: string): BlockAttribute => ({
  handle_id: handle,
  secondary: { node: 'host1', type: 'libnetwork' },
});

describe('the length of a block', () => {
  test.each([
    ['10.0.0.0/8', 26],
    ['10.192.0.0/20', 26],
    ['10.192.0.0/22', 27],
    ['198.19.8.0/24', 29],
    ['198.19.8.0/25', 30],
    ['198.19.8.0/28', 30],
    ['198.19.8.0/30', 30],
    ['fd00::/48', 122],
    ['fd00::/122', 122],
    ['fd00::/124', 124],
  ])('of %s is /%i', (pool, length) => {
    expect(blockLengthOf(prefix(pool))).toBe(length);
  });
});

type Step = { readonly release: boolean; readonly ordinal: number; readonly handle: number };

/** One of Docker's own orders would be too tame: any step may come at any time. */
function walk(block: Block, { release: isRelease, ordinal, handle }: Step): Block {
  if (isRelease) return release(block, ordinal);
  return block.allocations[ordinal] === null ? assign(block, ordinal, attribute(`clk.${handle}`)) : block;
}

test('a block stays sound and its number grows, whatever is assigned and released', () => {
  const step = fc.record({ release: fc.boolean(), ordinal: fc.nat(15), handle: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const held = new Map<number, string>();
      let block = blockOf('198.19.8.16/28');
      for (const one of steps) {
        const before = block;
        block = walk(block, one);
        if (one.release) held.delete(one.ordinal);
        else if (!held.has(one.ordinal)) held.set(one.ordinal, `clk.${one.handle}`);
        expect(checkBlock(block)).toEqual([]);
        expect(block === before || block.sequenceNumber > before.sequenceNumber).toBe(true);
        expect([...allocationsOf(block)].map((each) => [each.ordinal, each.attribute.handle_id])).toEqual(
          [...held].sort(([a], [b]) => a - b),
        );
        expect(Object.keys(block.sequenceNumberForAllocation).map(Number)).toEqual(
          [...held.keys()].sort((a, b) => a - b),
        );
      }
      expect(isEmpty(block)).toBe(held.size === 0);
    }),
  );
});

test('addresses and ordinals are two names of one place', () => {
  fc.assert(
    fc.property(fc.constantFrom('198.19.8.64/26', 'fd00::40/122'), fc.nat(63), (cidr, ordinal) => {
      const block = blockOf(cidr);
      expect(ordinalOf(block, addressOf(block, ordinal))).toBe(ordinal);
    }),
  );
  const block = blockOf('198.19.8.64/26');
  expect(ordinalOf(block, '198.19.8.63')).toBeUndefined();
  expect(ordinalOf(block, '198.19.8.128')).toBeUndefined();
  expect(ordinalOf(block, 'fd00::1')).toBeUndefined();
  expect(ordinalOf(block, 'x')).toBeUndefined();
});

test('an address that was freed is given out as late as possible', () => {
  const block = release(assign(blockOf('198.19.8.0/29'), 0, attribute('a')), 0);
  expect(block.unallocated).toEqual([1, 2, 3, 4, 5, 6, 7, 0]);
  expect(block.attributes).toEqual([]);
});

test('equal attributes are kept once, and dropped with their last address', () => {
  const two = assign(assign(blockOf('198.19.8.0/30'), 0, attribute('a')), 2, attribute('a'));
  expect(two.attributes).toHaveLength(1);
  const one = release(two, 0);
  expect(holderOf(one, 2)?.handle_id).toBe('a');
  expect(release(one, 2).attributes).toEqual([]);
});

test('releasing what is free changes nothing', () => {
  const block = blockOf('198.19.8.0/30');
  expect(release(block, 1)).toBe(block);
});

describe('a broken block is told of', () => {
  const sound = assign(blockOf('198.19.8.0/30'), 1, attribute('a'));
  test.each<[string, Partial<Block>]>([
    ['refers to attribute 7', { allocations: [null, 7, null, null] }],
    ['both given out and free', { unallocated: [0, 1, 2, 3] }],
    ['belongs to no address', { attributes: [attribute('a'), attribute('b')] }],
    ['listed twice', { unallocated: [0, 0, 2, 3] }],
    ['are not 4', { unallocated: [0, 2] }],
  ])('%s', (message, change) => {
    expect(checkBlock(sound)).toEqual([]);
    expect(checkBlock({ ...sound, ...change }).join('; ')).toContain(message);
  });
});

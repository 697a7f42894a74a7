import { describe, expect, test } from 'vitest';
import { createServicesKeeper, type Wanted } from '../../../plugins/services/kernel.ts';
import { renderService, renderServices, usable, type Virtual } from '../../../plugins/services/rules.ts';

const virtual = (members: readonly string[], more: Partial<Virtual> = {}): Virtual => ({
  family: 4,
  address: '198.19.8.254',
  pool: '198.19.8.0/24',
  members,
  ...more,
});
const none = { 4: [], 6: [] };

describe('rules of virtual addresses', () => {
  test('lead whoever is of the pool to a member at random', () => {
    const text = renderService(undefined, virtual(['198.19.8.1', '198.19.8.65'])).join('\n');
    expect(text).toContain(
      'ip saddr 198.19.8.0/24 dnat ip to numgen random mod 2 map { 0 : 198.19.8.1, 1 : 198.19.8.65 }',
    );
    expect(text).toContain('virtual4 { 198.19.8.254 : goto to-198-19-8-254 }');
  });

  test.each([
    ['no members', virtual([])],
    ['members of the other family', virtual(['fd00::1'])],
    ['what is no address', virtual(['198.19.8.1 }; flush ruleset'])],
    ['an address of the other family', virtual(['198.19.8.1'], { address: 'fd00::1' })],
    ['no pool', virtual(['198.19.8.1'], { pool: 'all' })],
  ])('are none with %s', (_name, one) => {
    expect(usable(one)).toBeUndefined();
  });

  test('change in steps, and as a whole where a step is refused', async () => {
    const written: string[] = [];
    let refuses = false;
    const keeper = createServicesKeeper({
      rules: async (text) => {
        if (refuses && !text.startsWith('add table')) throw new Error('no such thing');
        written.push(text);
      },
      list: async () => (written.length === 0 ? undefined : 'printed'),
    });
    const wanted = (members: readonly string[]): Wanted => ({
      virtuals: new Map(members.length === 0 ? [] : [['web 4', virtual(members)]]),
      own: none,
    });
    await keeper.set(wanted([]));
    expect(written).toEqual([]);
    await keeper.set(wanted(['198.19.8.1']));
    expect(written.pop()).toBe(renderServices([virtual(['198.19.8.1'])], none));
    await keeper.set(wanted(['198.19.8.1']));
    expect(written).toHaveLength(0);
    await keeper.set({ ...wanted(['198.19.8.1', '198.19.8.2']), own: { 4: ['198.19.8.2'], 6: [] } });
    expect(written.pop()).toMatch(/mod 2 .*\nflush set .*\nadd element .*198.19.8.2 . 198.19.8.2/s);
    refuses = true;
    await keeper.set(wanted([]));
    expect(written.pop()).toBe(renderServices([], none));
  });

  test('are put right when somebody else changes them', async () => {
    let kernel: string | undefined;
    const keeper = createServicesKeeper({
      rules: async (text) => {
        kernel = text;
      },
      list: async () => kernel,
    });
    await keeper.set({ virtuals: new Map([['web 4', virtual(['198.19.8.1'])]]), own: none });
    expect(await keeper.check()).toBe(false);
    kernel = undefined;
    expect(await keeper.check()).toBe(true);
    expect(kernel).toContain('198.19.8.254');
  });
});

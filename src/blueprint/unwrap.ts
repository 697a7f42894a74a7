/**
 * Brooklyn drops the application it wraps services in when there is one service, an application itself, and the wrapper
 * says nothing that contradicts it (EntityManagementUtils.canUnwrapEntity).
 */
import { isDeepStrictEqual } from 'node:util';
import type { Adjunct, Application, Entity } from '../model/entity.ts';
import { kindOfType } from '../model/entity-types.ts';

export function unwrapSingleService(wrapper: Application): Application {
  const [child, ...others] = wrapper.children;
  if (child === undefined || others.length > 0 || !canUnwrap(wrapper, child)) return wrapper;
  const { children: _children, type: _type, ...own } = wrapper;
  return {
    ...child,
    ...own,
    ...(child.locations === undefined ? {} : { locations: child.locations }),
    config: new Map([...child.config, ...wrapper.config]),
    parameters: [...child.parameters, ...wrapper.parameters],
    policies: child.policies,
    enrichers: child.enrichers,
    initializers: child.initializers,
    tags: [...child.tags, ...wrapper.tags],
  };
}

function canUnwrap(wrapper: Application, child: Entity): boolean {
  return (
    kindOfType(child.type) === 'application' &&
    isPartOf(wrapper.policies, child.policies) &&
    isPartOf(wrapper.enrichers, child.enrichers) &&
    isPartOf(wrapper.initializers, child.initializers) &&
    agree(wrapper.name, child.name) &&
    agree(wrapper.id, child.id) &&
    agree(wrapper.description, child.description) &&
    agree(wrapper.iconUrl, child.iconUrl) &&
    (wrapper.locations === undefined || child.locations === undefined) &&
    [...wrapper.config].every(
      ([key, value]) => !child.config.has(key) || isDeepStrictEqual(child.config.get(key), value),
    ) &&
    !wrapper.parameters.some(
      (parameter) => parameter.default !== undefined && child.parameters.some(({ name }) => name === parameter.name),
    )
  );
}

const agree = (a: string | undefined, b: string | undefined): boolean => a === undefined || b === undefined || a === b;

const isPartOf = (some: readonly Adjunct[], all: readonly Adjunct[]): boolean =>
  some.every((one) => all.some((other) => isDeepStrictEqual(one, other)));

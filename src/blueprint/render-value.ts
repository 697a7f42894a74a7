/** Config values as what the YAML writer takes. */
import type { Renderable } from '../document/render.ts';
import type { Entity } from '../model/entity.ts';
import type { Deferred, DslChain, DslStep, Value, ValueMap } from '../model/value.ts';
import { isDeferred, isList, isMap } from '../model/value.ts';
import { dslPrefix } from './dsl/parse.ts';
import { quote, renderDsl, renderIndex, renderStep } from './dsl/render.ts';

/** Renders an entity specification; entities hold values and values entities. */
export type EntityRenderer = (entity: Entity) => Renderable;

export function renderValue(value: Value, entity: EntityRenderer): Renderable {
  if (typeof value === 'string') return renderText(value);
  if (isList(value)) return value.map((item) => renderValue(item, entity));
  if (isMap(value)) return renderValueMap(value, entity);
  return isDeferred(value) ? renderDeferred(value, entity) : value;
}

/** A text that looks like an expression without being one is told apart by `literal`. */
const renderText = (text: string): string =>
  text.startsWith(dslPrefix) ? `${dslPrefix}literal(${quote(text)})` : text;

export function renderValueMap(map: ValueMap, entity: EntityRenderer): Renderable {
  return new Map(
    [...map].map(([key, value]): [Renderable, Renderable] => [
      typeof key === 'string' ? renderText(key) : renderDeferred(key, entity),
      renderValue(value, entity),
    ]),
  );
}

const mapForm = (name: string, value: Renderable): Renderable => new Map([[`${dslPrefix}${name}`, value]]);

function renderDeferred(value: Deferred, entity: EntityRenderer): Renderable {
  if (value.kind === 'entitySpec') return mapForm('entitySpec', entity(value.entity));
  if (value.kind === 'object') return mapForm('object', renderValueMap(value.fields, entity));
  return renderDsl(value) ?? renderChain(value, entity);
}

/** Arguments that are no texts need the map form, and in a longer chain its list form. */
function renderChain({ steps }: DslChain, entity: EntityRenderer): Renderable {
  const [first, ...rest] = steps;
  if (first?.kind === 'call' && rest.length === 0) return mapForm(first.name, renderArguments(first, entity));
  const start: DslChain = { kind: 'dsl', steps: first === undefined ? [] : [first] };
  return mapForm('chain', [renderDeferred(start, entity), ...rest.map((step) => renderLink(step, entity))]);
}

function renderLink(step: DslStep, entity: EntityRenderer): Renderable {
  if (step.kind === 'index') return renderIndex(step);
  const text = renderStep(step);
  if (text !== undefined || step.kind === 'property') return `.${text ?? step.name}`;
  return new Map([[step.name, renderArguments(step, entity)]]);
}

type Call = Extract<DslStep, { readonly kind: 'call' }>;

/** What `literal` is given is written as it is, since nothing in it is an expression. */
const renderArguments = (call: Call, entity: EntityRenderer): Renderable =>
  call.arguments.map((value) => (call.name === 'literal' ? renderRaw(value, entity) : renderValue(value, entity)));

function renderRaw(value: Value, entity: EntityRenderer): Renderable {
  if (isList(value)) return value.map((item) => renderRaw(item, entity));
  if (isMap(value))
    return new Map(
      [...value].map(([key, part]) => [
        typeof key === 'string' ? key : renderDeferred(key, entity),
        renderRaw(part, entity),
      ]),
    );
  return isDeferred(value) ? renderDeferred(value, entity) : value;
}

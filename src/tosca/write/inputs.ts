/** Parameters of the application as inputs, and sensors it publishes as outputs. */
import { enricherType } from '../../model/entity-types.ts';
import type { Application, Parameter } from '../../model/entity.ts';
import { textOf } from '../../model/read.ts';
import type { Value } from '../../model/value.ts';
import { isDeferred, isMap } from '../../model/value.ts';
import type { Writing } from './draft.ts';
import { sayFor, tell } from './draft.ts';
import { schemaOf } from './schema.ts';

const types: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'integer',
  long: 'integer',
  short: 'integer',
  port: 'integer',
  double: 'float',
  float: 'float',
  boolean: 'boolean',
  list: 'list',
  map: 'map',
};

export function writeInputs(application: Application, writing: Writing): ReadonlyMap<string, Value> {
  const inputs = new Map<string, Value>();
  for (const parameter of application.parameters) {
    const given = application.config.get(parameter.name) ?? parameter.default;
    inputs.set(parameter.name, inputOf(parameter, given, writing));
  }
  for (const key of application.config.keys())
    if (typeof key === 'string' && !inputs.has(key))
      tell(writing, key, 'lost', 'A topology has no properties of its own.');
  return inputs;
}

function inputOf(parameter: Parameter, given: Value | undefined, writing: Writing): Value {
  const { name, type = 'string', description, constraints = [] } = parameter;
  const said = given === undefined || given === null ? undefined : sayFor(given, undefined, writing);
  const schema =
    said === undefined || given === undefined ? undefined : schemaOf(given, `input.${name}`, writing.dataTypes);
  const known = types[type] ?? 'string';
  // What it holds tells more than the word for its type, and has to fit it.
  const told =
    schema ??
    new Map<string, Value>([
      ['type', known],
      ...(known === 'list' || known === 'map' ? [['entry_schema', new Map([['type', 'string']])] as const] : []),
    ]);
  const entries: [string, Value][] = [];
  for (const constraint of constraints) {
    const regex = isMap(constraint) ? textOf(constraint.get('regex')) : undefined;
    const isWritten = regex !== undefined && told.get('type') === 'string';
    if (isWritten && entries.length === 0) entries.push([...writing.dialect.pattern(regex)]);
    else if (constraint !== 'required') tell(writing, `${name}.constraints`, 'lost', 'No clause of TOSCA says this.');
  }
  writing.dataTypes.inputs.set(name, told);
  if (types[type] === undefined) tell(writing, `${name}.type`, 'adapted', `TOSCA has no type "${type}".`);
  else tell(writing, name, 'carried');
  return new Map<string, Value>([
    ...told,
    ...(description === undefined ? [] : [['description', description] as const]),
    ...(constraints.includes('required') || said !== undefined ? [] : [['required', false] as const]),
    ...(said === undefined ? [] : [['default', said] as const]),
    ...entries,
  ]);
}

export function writeOutputs({ enrichers, initializers }: Application, writing: Writing): ReadonlyMap<string, Value> {
  const outputs = new Map<string, Value>();
  for (const { type, config } of initializers) {
    const name = textOf(config.get('name'));
    const value = config.get('static.value');
    const isOutput = type.endsWith('.StaticSensor') && name !== undefined && value !== undefined;
    if (!isOutput || !put(name, value)) tell(writing, name ?? type, 'lost', 'A topology has no such part.');
  }
  for (const { type, config } of enrichers) {
    const name = sensorName(config.get('enricher.targetSensor'));
    const value = config.get('enricher.targetValue');
    const isOutput = type === enricherType.transformer && name !== undefined && value !== undefined;
    if (!isOutput || !put(name, value))
      tell(writing, name ?? type, 'lost', 'Only what functions say can be an output.');
  }
  return outputs;

  function put(name: string, value: Value): boolean {
    const said = sayFor(value, undefined, writing);
    if (said === undefined) return false;
    outputs.set(name, new Map([['value', said]]));
    tell(writing, name, 'carried');
    return true;
  }
}

function sensorName(value: Value | undefined): string | undefined {
  if (typeof value === 'string') return value;
  const [step] = isDeferred(value) && value.kind === 'dsl' ? value.steps : [];
  return step?.kind === 'call' ? textOf(step.arguments.at(-1)) : undefined;
}

/** Config keys of the stock enrichers, initializers excepted: those are described by their own fields. */
import type { ConfigKey, ConfigKeys } from './key.ts';

const brooklyn = (kind: ConfigKey['kind'], meaning: string, ...flags: string[]): ConfigKey => ({
  kind,
  meaning,
  flags,
  origin: 'brooklyn',
});

const common: ConfigKeys = {
  uniqueTag: brooklyn('string', 'A second one with the same tag replaces the first.'),
  'enricher.suppressDuplicates': brooklyn('boolean', 'The same value twice is published once.', 'suppressDuplicates'),
  'enricher.producer': brooklyn('any', 'Where sensors are read; the entity itself unless said.', 'producer'),
};

const source = brooklyn('sensor', 'What is read.', 'sourceSensor');
const target = brooklyn('sensor', 'What is published.', 'targetSensor');
const transformation = brooklyn('any', 'How the value is made.', 'transformation');

export const transformerKeys: ConfigKeys = {
  ...common,
  'enricher.triggerSensors': brooklyn('list', 'Publishes when one of these changes.', 'triggerSensors'),
  'enricher.sourceSensor': source,
  'enricher.targetSensor': target,
  'enricher.targetValue': brooklyn('any', 'The value, found anew each time.', 'targetValue'),
  'enricher.targetType': brooklyn('string', 'Type of the value.', 'targetType'),
  'enricher.transformation': transformation,
  'enricher.transformation.fromevent': brooklyn(
    'any',
    'How the value is made from the event.',
    'transformationFromEvent',
  ),
  'enricher.allowCyclicPublishing': brooklyn(
    'boolean',
    'Whether it may publish what it reads.',
    'allowCyclicPublishing',
  ),
};

export const propagatorKeys: ConfigKeys = {
  ...common,
  'enricher.propagating.inclusions': brooklyn('list', 'Sensors copied.', 'propagating'),
  'enricher.propagating.sensorMapping': brooklyn('map', 'Sensors copied under another name.', 'sensorMapping'),
  'enricher.propagating.propagatingAll': brooklyn('boolean', 'Copy all.', 'propagatingAll'),
  'enricher.propagating.propagatingAllBut': brooklyn('list', 'Copy all but these.', 'propagatingAllBut'),
};

export const aggregatorKeys: ConfigKeys = {
  ...common,
  'enricher.sourceSensor': source,
  'enricher.targetSensor': target,
  'enricher.transformation': transformation,
  'enricher.aggregating.fromMembers': brooklyn('boolean', 'Over the members.', 'fromMembers'),
  'enricher.aggregating.fromChildren': brooklyn('boolean', 'Over the children.', 'fromChildren'),
  'enricher.aggregating.fromHardcodedProducers': brooklyn('list', 'Over these.', 'fromHardcodedProducers'),
  'enricher.aggregating.entityFilter': brooklyn('any', 'Which entities count.', 'entityFilter'),
  'enricher.aggregating.valueFilter': brooklyn('any', 'Which values count.', 'valueFilter'),
  'enricher.aggregator.excludeBlank': brooklyn('boolean', 'Leave out blank values.', 'excludeBlank'),
  'enricher.defaultMemberValue': brooklyn('any', 'For who has none.', 'defaultMemberValue'),
  'quorum.check.type': brooklyn('string', 'The quorum for `isQuorate`.', 'quorumCheckType'),
  'quorum.total.size': brooklyn('integer', 'Size the quorum is of.', 'quorumTotalSize'),
};

export const joinerKeys: ConfigKeys = {
  ...common,
  'enricher.sourceSensor': source,
  'enricher.targetSensor': target,
  'enricher.joiner.separator': brooklyn('string', 'Between values; "," unless said.', 'separator'),
  'enricher.joiner.quote': brooklyn('boolean', 'Quote values; true unless said.', 'quote'),
  'enricher.joiner.keyValueSeparator': brooklyn(
    'string',
    'Between key and value; "=" unless said.',
    'keyValueSeparator',
  ),
  'enricher.joiner.joinMapEntries': brooklyn('boolean', 'Join maps as key and value.', 'joinMapEntries'),
  'enricher.joiner.minimum': brooklyn('integer', 'Values at least.', 'minimum'),
  'enricher.joiner.maximum': brooklyn('integer', 'Values at most.', 'maximum'),
};

export const combinerKeys: ConfigKeys = {
  ...common,
  'enricher.sourceSensors': brooklyn('list', 'What is read.', 'sourceSensors'),
  'enricher.targetSensor': target,
  'enricher.transformation': transformation,
  'enricher.valueFilter': brooklyn('any', 'Which values count.', 'valueFilter'),
};

export const updatingMapKeys: ConfigKeys = {
  ...common,
  'enricher.updatingMap.fromSensor': brooklyn('sensor', 'What is read.', 'fromSensor'),
  'enricher.targetSensor': target,
  'enricher.updatingMap.keyInTargetSensor': brooklyn('string', 'Key it is put under.', 'keyInTargetSensor'),
  'enricher.updatingMap.computing': brooklyn('any', 'How the value is made.', 'computing'),
  'enricher.updatingMap.removingIfResultIsNull': brooklyn(
    'boolean',
    'Remove when there is none; true unless said.',
    'removingIfResultIsNull',
  ),
};

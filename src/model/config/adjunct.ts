/** Config keys of policies and enrichers. */
import type { ConfigKey, ConfigKeys } from './key.ts';

const brooklyn = (kind: ConfigKey['kind'], meaning: string, ...flags: string[]): ConfigKey => ({
  kind,
  meaning,
  flags,
  origin: 'brooklyn',
});

export const autoScalerKeys: ConfigKeys = {
  'autoscaler.metric': brooklyn('sensor', 'What is measured.', 'metric'),
  'autoscaler.entityWithMetric': brooklyn('any', 'Where it is measured; the cluster unless said.', 'entityWithMetric'),
  'autoscaler.metricLowerBound': brooklyn('number', 'Below it the cluster shrinks.', 'metricLowerBound'),
  'autoscaler.metricUpperBound': brooklyn('number', 'Above it the cluster grows.', 'metricUpperBound'),
  'autoscaler.minPoolSize': brooklyn('integer', 'Members at least; 1 unless said.', 'minPoolSize'),
  'autoscaler.maxPoolSize': brooklyn('integer', 'Members at most.', 'maxPoolSize'),
  'autoscaler.resizeUpIterationIncrement': brooklyn(
    'integer',
    'Growth is a multiple of it.',
    'resizeUpIterationIncrement',
  ),
  'autoscaler.resizeUpIterationMax': brooklyn('integer', 'Growth at once at most.', 'resizeUpIterationMax'),
  'autoscaler.resizeDownIterationIncrement': brooklyn(
    'integer',
    'Shrinking is a multiple of it.',
    'resizeDownIterationIncrement',
  ),
  'autoscaler.resizeDownIterationMax': brooklyn(
    'integer',
    'Shrinking at once at most; 0 never shrinks.',
    'resizeDownIterationMax',
  ),
  'autoscaler.minPeriodBetweenExecs': brooklyn(
    'duration',
    'Between two resizes; 100ms unless said.',
    'minPeriodBetweenExecs',
  ),
  'autoscaler.resizeUpStabilizationDelay': brooklyn(
    'duration',
    'How long the need to grow must last.',
    'resizeUpStabilizationDelay',
  ),
  'autoscaler.resizeDownStabilizationDelay': brooklyn(
    'duration',
    'How long the need to shrink must last.',
    'resizeDownStabilizationDelay',
  ),
  'autoscaler.insufficientCapacityHighWaterMark': brooklyn(
    'integer',
    'Size beyond which growing failed.',
    'insufficientCapacityHighWaterMark',
  ),
  'autoscaler.poolHotSensor': brooklyn('sensor', 'Tells that the pool is too small.', 'poolHotSensor'),
  'autoscaler.poolColdSensor': brooklyn('sensor', 'Tells that the pool is too large.', 'poolColdSensor'),
  'autoscaler.poolOkSensor': brooklyn('sensor', 'Tells that the pool is right.', 'poolOkSensor'),
  'autoscaler.maxSizeReachedSensor': brooklyn('sensor', 'Told when the maximum is reached.', 'maxSizeReachedSensor'),
  'autoscaler.maxReachedNotificationDelay': brooklyn(
    'duration',
    'How long at the maximum before it is told.',
    'maxReachedNotificationDelay',
  ),
  'autoscaler.resizeOperator': brooklyn('any', 'How to resize.', 'resizeOperator'),
  'autoscaler.currentSizeOperator': brooklyn('any', 'How to know the size.', 'currentSizeOperator'),
};

export const serviceRestarterKeys: ConfigKeys = {
  failureSensorToMonitor: brooklyn('sensor', 'What tells of a failure; ha.entityFailed unless said.'),
  failOnRecurringFailuresInThisDuration: brooklyn(
    'duration',
    'A second failure within it is not mended but told; 3m unless said.',
  ),
  setOnFireOnFailure: brooklyn('boolean', 'Whether giving up sets it on fire; true unless said.'),
};

export const serviceReplacerKeys: ConfigKeys = {
  failureSensorToMonitor: brooklyn('sensor', 'What tells of a failure; ha.entityFailed.restart unless said.'),
  failOnRecurringFailuresInThisDuration: brooklyn('duration', 'Window in which failures are counted; 5m unless said.'),
  failOnNumRecurringFailures: brooklyn('integer', 'Failures after which it gives up; 5 unless said.'),
  setOnFireOnFailure: brooklyn('boolean', 'Whether giving up sets it on fire; true unless said.'),
};

export const serviceFailureDetectorKeys: ConfigKeys = {
  onlyReportIfPreviouslyUp: brooklyn('boolean', 'Only after it was up once; true unless said.'),
  monitorServiceProblems: brooklyn('boolean', 'Problems count as failures; true unless said.'),
  'serviceOnFire.stabilizationDelay': brooklyn(
    'duration',
    'How long before it is on fire.',
    'serviceOnFireStabilizationDelay',
  ),
  'entityFailed.stabilizationDelay': brooklyn(
    'duration',
    'How long down before it is told.',
    'entityFailedStabilizationDelay',
  ),
  'entityRecovered.stabilizationDelay': brooklyn(
    'duration',
    'How long up before it is told.',
    'entityRecoveredStabilizationDelay',
  ),
  'entityFailed.republishTime': brooklyn(
    'duration',
    'How often a lasting failure is told again.',
    'entityFailedRepublishTime',
  ),
};

export const connectionFailureDetectorKeys: ConfigKeys = {
  'connectionFailureDetector.endpoint': brooklyn('any', '`host:port` to connect to.'),
  'connectionFailureDetector.pollPeriod': brooklyn('duration', 'How often; 1s unless said.'),
  'connectionFailureDetector.serviceFailedStabilizationDelay': brooklyn('duration', 'How long down before it is told.'),
  'connectionFailureDetector.serviceRecoveredStabilizationDelay': brooklyn(
    'duration',
    'How long up before it is told.',
  ),
};

const effectorPolicyKeys: ConfigKeys = {
  effector: brooklyn('string', 'What is invoked.'),
  args: brooklyn('map', 'Its arguments.'),
  time: brooklyn('string', 'First time of day, `HH:mm:ss`.'),
  wait: brooklyn('duration', 'How long to wait at first.'),
  'start.sensor': brooklyn('sensor', 'Begins when it is true; service.isUp unless said.'),
  'enabled.sensor': brooklyn('sensor', 'Runs only while it is true.'),
};

export const scheduledEffectorKeys: ConfigKeys = effectorPolicyKeys;

export const periodicEffectorKeys: ConfigKeys = {
  ...effectorPolicyKeys,
  period: brooklyn('duration', 'How often; 1h unless said.'),
};

export const stopAfterDurationKeys: ConfigKeys = {
  lifetime: brooklyn('duration', 'How long it may be in the state.'),
  state: brooklyn('string', 'The state; RUNNING unless said.'),
  pollPeriod: brooklyn('duration', 'How often to look; 30s unless said.'),
};

export const conditionalSuspendKeys: ConfigKeys = {
  suppressSensor: brooklyn('sensor', 'Suspends the target; ha.connectionFailed unless said.'),
  resetSensor: brooklyn('sensor', 'Resumes it; ha.connectionRecovered unless said.'),
  target: brooklyn('any', 'The policy suspended.'),
};

export const invokeEffectorOnSensorChangeKeys: ConfigKeys = {
  sensor: brooklyn('sensor', 'What is watched.'),
  producer: brooklyn('any', 'Where; the entity itself unless said.'),
  effector: brooklyn('string', 'What is invoked.'),
};

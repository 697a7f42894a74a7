/**
 * Applications on a Docker host: what is wanted (pure), what is there, the difference as steps, and carrying them out.
 * What runs is known by its labels, so that nothing but the engine has to remember it.
 */
export { applyDeployment, lookAt, planAll, startApplication } from './apply/apply.ts';
export type { Manner } from './apply/instances.ts';
export type { DeployEvent, Progress } from './apply/progress.ts';
export { removeApplication, stopApplication, type RemoveOptions } from './apply/remove.ts';
export type { DeployEngine, HookJournal, HooksRun, KeptFile, Tools } from './apply/tools.ts';
export { buildContextOf, type BuildContext } from './build-context.ts';
export { changeLine, type Change, type ChangeLine } from './change.ts';
export type { SensorOf } from './container/desired.ts';
export { draftContainers, type Drafted } from './check.ts';
export { containersBehind } from './dependencies.ts';
export { isNamed, sensorName } from './derived.ts';
export { desiredDeployment, type Deployment, type DeploymentOptions, type EngineTraits } from './deployment.ts';
export { enrichedSensors } from './enrichers.ts';
export { groupSensors } from './group-sensors.ts';
export { hostOf, type Instance, type Instances } from './instance.ts';
export { applicationLabel, entityLabel, hashLabel } from './labels.ts';
export { noMaterials, type Materials } from './materials.ts';
export { applicationName, applicationNamePattern } from './names.ts';
export { neededBy, type Needs } from './needs.ts';
export { applicationOutputs, derivedOf } from './outputs.ts';
export { findEntity } from './resolve/lookup.ts';
export { parseBytes, parseDuration } from './quantities.ts';
export { notUpReason, sensorsOf, serviceState, type Sensors, type ServiceState } from './sensors.ts';
export { hostsSoftware } from './software.ts';
export { wantsRollback } from './update-policy.ts';

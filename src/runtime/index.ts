/**
 * Applications while they live: what was ordered of this host's engine, as tasks and records, and what is seen of each
 * entity as sensors. Everything it knows is in the store and on the engine; it may be killed at any moment.
 */
export { createApplicationStore, type ApplicationStore } from './application-store.ts';
export {
  createApplications,
  type Applications,
  type DeployRequest,
  type Deploying,
  type Order,
  type Planned,
} from './applications.ts';
export { createCommandSensors } from './command-sensors.ts';
export { createDeployments } from './deployments.ts';
export { followEngine, type EngineNewsFeed } from './engine-news.ts';
export type { Log, RuntimeClock, Surroundings } from './host.ts';
export { outputsOf } from './outputs.ts';
export { decodeMaterials } from './records.ts';
export type { ApplicationRecord, MaterialsRecord, Phase, StatusRecord } from './records.ts';
export { createPolicing } from './policing.ts';
export { startStatus, type Status, type StatusOptions } from './status.ts';
export type { RunningTask, Task, TaskEvent, TaskFailure, Tasks } from './tasks.ts';

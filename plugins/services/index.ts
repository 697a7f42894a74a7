/** Virtual addresses of services, under `service.vip`. */
export { renderRemoval, servicesTable } from './rules.ts';
export { openServices, type Services, type ServicesOptions } from './services.ts';

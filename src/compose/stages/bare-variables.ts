/** A variable without a value (`- KEY`, `KEY:`) takes that of the project's environment, if there is one. */
import type { MapNode, Node } from '../../document/node.ts';
import { changeValues, isNull, scalarNode, withValue } from '../nodes.ts';
import { valueOf } from '../../document/node.ts';
import type { Lookup } from '../syntax/template.ts';

/** `environment` of services. */
export const fillEnvironment = (tree: MapNode, lookup: Lookup): MapNode =>
  changeServices(tree, (service) => {
    const environment = valueOf(service, 'environment');
    if (environment?.kind !== 'map') return service;
    return withValue(service, 'environment', fillVariables(environment, lookup));
  });

export const changeServices = (tree: MapNode, change: (service: MapNode, name: string) => Node): MapNode =>
  changeValues(tree, (services, section) =>
    section === 'services' && services.kind === 'map'
      ? changeValues(services, (service, name) => (service.kind === 'map' ? change(service, name) : service))
      : services,
  );

export const fillVariables = (variables: MapNode, lookup: Lookup): MapNode =>
  changeValues(variables, (value, name) => {
    const found = isNull(value) ? lookup(name) : undefined;
    return found === undefined ? value : scalarNode(found, value.span);
  });

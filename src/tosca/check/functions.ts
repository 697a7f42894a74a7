/** Function definitions of a file (2.0 §10.4): the types in their signatures, and their implementations. */
import { valueOf } from '../../document/node.ts';
import { asMap, readSchema } from '../definitions/schema.ts';
import type { Findings } from '../findings.ts';
import type { FunctionScope } from '../functions/scope.ts';
import type { Unit } from '../load/unit.ts';
import { checkImplementation } from './artifacts.ts';
import { checkSchema } from './values.ts';

export function checkFunctions(unit: Unit, findings: Findings): void {
  const scope: FunctionScope = { unit, topology: undefined, self: { kind: 'open' }, isOpen: true };
  for (const section of [valueOf(unit.root, 'functions'), valueOf(valueOf(unit.root, 'service_template'), 'functions')])
    for (const { value } of asMap(section)?.entries ?? []) {
      const signatures = valueOf(value, 'signatures');
      for (const signature of signatures?.kind === 'list' ? signatures.items : []) {
        for (const keyname of ['arguments', 'optional_arguments']) {
          const list = valueOf(signature, keyname);
          for (const schema of list?.kind === 'list' ? list.items : [])
            checkSchema(schema, readSchema(schema, unit), unit, findings);
        }
        const result = valueOf(signature, 'result');
        if (result !== undefined) checkSchema(result, readSchema(result, unit), unit, findings);
        const implementation = valueOf(signature, 'implementation');
        if (implementation !== undefined) checkImplementation(implementation, scope, findings);
      }
    }
}

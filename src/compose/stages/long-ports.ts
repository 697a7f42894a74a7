/** Ports in short: numbers, and texts each of which may stand for several. */
import type { Node, ScalarNode } from '../../document/node.ts';
import { listNode, mapOf, scalarNode } from '../nodes.ts';
import type { Report } from '../problems.ts';
import { renderScalar } from '../syntax/go-number.ts';
import type { PortMistake, ShortPort } from '../syntax/ports.ts';
import { parsePorts } from '../syntax/ports.ts';
import type { Canonical } from './canonical.ts';

export function writeOutPorts(node: Node, canonical: Canonical): Node {
  if (node.kind !== 'list') return node;
  const items = node.items.flatMap((item) => (item.kind === 'scalar' ? portsOf(item, canonical) : [item]));
  return listNode(items, node.span);
}

function portsOf(item: ScalarNode, { report, isLoose, budget }: Canonical): readonly Node[] {
  const text = renderScalar(item.value, item.text);
  const parsed = parsePorts(text);
  if (parsed.kind === 'mistake') {
    if (isLoose) return [item];
    tell(parsed.mistake, item, report);
    return [];
  }
  budget.ports -= parsed.ports.length;
  if (budget.ports < 0) {
    report('many-ports', 'With these there are too many ports to count them one by one.', item.span);
    return [];
  }
  return parsed.ports.map((port) => portNode(port, item));
}

function portNode({ hostIp, target, published, protocol }: ShortPort, { span }: ScalarNode): Node {
  const part = (value: string): Node | undefined => (value === '' ? undefined : scalarNode(value, span));
  return mapOf(
    {
      mode: scalarNode('ingress', span),
      host_ip: part(hostIp),
      target: scalarNode(target, span),
      published: part(published),
      protocol: scalarNode(protocol, span),
    },
    span,
  );
}

function tell(mistake: PortMistake, { span }: ScalarNode, report: Report): void {
  switch (mistake.kind) {
    case 'address': {
      const hint = /::|:.*:/.test(mistake.text)
        ? `IPv6 addresses stand in brackets: [${mistake.text}].`
        : 'A port is [ADDRESS:][PUBLISHED:]TARGET[/PROTOCOL].';
      report('port-address', `"${mistake.text}" is no address.`, span, { hint });
      return;
    }
    case 'target':
      report(
        'port-invalid',
        mistake.text === '' ? 'No port of the container is given.' : `"${mistake.text}" is no port.`,
        span,
      );
      return;
    case 'published':
      report('port-invalid', `"${mistake.text}" is no port to publish.`, span);
      return;
    case 'protocol':
      report('port-invalid', `"${mistake.text}" is no protocol.`, span, { hint: 'Use tcp, udp or sctp.' });
      return;
    case 'uneven':
      report('port-range-uneven', `The ports ${mistake.published} and ${mistake.target} differ in number.`, span);
  }
}

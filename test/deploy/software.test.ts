/** Software in a container runs there: by the container's hooks. */
import { expect, test } from 'vitest';
import { readBlueprint, renderBlueprint } from '../../src/blueprint/index.ts';
import { hostSoftware } from '../../src/deploy/software.ts';

const hosted = (text: string): string => renderBlueprint(hostSoftware(readBlueprint(text, 'a.yaml').value));

const vanilla = 'org.apache.brooklyn.entity.software.base.VanillaSoftwareProcess';

test('commands become hooks, in the order of the lifecycle, and the container waits for what the software waits for', () => {
  expect(
    hosted(`
name: a
services:
  - type: docker:busybox
    id: machine
    brooklyn.children:
      - type: ${vanilla}
        id: server
        brooklyn.config:
          launch.command: serve
          install.command: fetch
          stop.command: halt
          shell.env: { PORT: '80' }
          latch.start: $brooklyn:entity("store").attributeWhenReady("service.isUp")
  - type: docker:busybox
    id: other
    brooklyn.children:
      - type: ${vanilla}
        id: store
        brooklyn.config:
          launch.command: keep
`),
  ).toBe(
    hosted(`
name: a
services:
  - type: docker:busybox
    id: machine
    brooklyn.config:
      docker.container.postStart:
        - command: [ sh, -c, fetch ]
          environment: { PORT: '80' }
        - command: [ sh, -c, serve ]
          environment: { PORT: '80' }
      docker.container.preStop:
        - command: [ sh, -c, halt ]
          environment: { PORT: '80' }
      latch.start: $brooklyn:entity("other").attributeWhenReady("service.isUp")
  - type: docker:busybox
    id: other
    brooklyn.config:
      docker.container.postStart:
        - command: [ sh, -c, keep ]
`),
  );
});

test('an application without hosted software is left as it is', () => {
  const application = readBlueprint('name: a\nservices: [ { type: "docker:redis" } ]\n', 'a.yaml').value;
  expect(hostSoftware(application)).toBe(application);
});

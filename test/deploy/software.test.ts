/** Software in a container runs there: by the container's hooks. */
import { expect, test } from 'vitest';
import { readBlueprint, renderBlueprint } from '../../src/blueprint/index.ts';
import type { Entity } from '../../src/model/entity.ts';
import { expandApplication } from '../../src/deploy/expand.ts';
import { hostSoftware } from '../../src/deploy/software.ts';

/** What an entity says, as text. */
const configOf = (entity: Entity | undefined): string => {
  const { value } = readBlueprint('services: []', 'c.yaml');
  return renderBlueprint({ ...value, config: entity?.config ?? new Map() });
};

const vanilla = 'org.apache.brooklyn.entity.software.base.VanillaSoftwareProcess';

test('commands become hooks, in the order of the lifecycle, and the container waits for what the software waits for', () => {
  const [machine, other] = hostSoftware(
    readBlueprint(
      `
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
          files.install: { /from/site.tar: site.tar, /from/motd: /etc/motd }
  - type: docker:busybox
    id: other
    brooklyn.children:
      - type: ${vanilla}
        id: store
        brooklyn.config:
          launch.command: keep
`,
      'a.yaml',
    ).value,
  ).children;
  expect(configOf(machine)).toBe(
    configOf(
      readBlueprint(
        `
services:
  - type: docker:busybox
    brooklyn.config:
      docker.container.postStart:
        - command: [ sh, -c, fetch ]
          environment: { PORT: '80' }
          working_dir: /opt/clocker/server
        - command: [ sh, -c, serve ]
          environment: { PORT: '80' }
          working_dir: /opt/clocker/server
      docker.container.preStop:
        - command: [ sh, -c, halt ]
          environment: { PORT: '80' }
          working_dir: /opt/clocker/server
      docker.container.files:
        - { source: /from/site.tar, target: /opt/clocker/server/site.tar }
        - { source: /from/motd, target: /etc/motd }
      latch.start: $brooklyn:entity("store").attributeWhenReady("service.isUp")
`,
        'b.yaml',
      ).value.children[0],
    ),
  );
  expect(other?.config.get('docker.container.postStart')).toEqual([new Map([['command', ['sh', '-c', 'keep']]])]);
  expect(machine?.children.map(({ id }) => id)).toEqual(['server']);
});

test('an application without hosted software is left as it is', () => {
  const application = readBlueprint('name: a\nservices: [ { type: "docker:redis" } ]\n', 'a.yaml').value;
  expect(hostSoftware(application)).toBe(application);
});

test('what software says that nothing is made of is told', () => {
  const { value } = readBlueprint(
    `
services:
  - type: docker:busybox
    id: machine
    brooklyn.children:
      - type: ${vanilla}
        id: server
        brooklyn.config:
          launch.command: serve
          templates.install: { /from/site.conf: site.conf }
          checkRunning.command: pgrep serve
          provisioning.properties: { minRam: 1 }
`,
    'b.yaml',
  );
  const { problems } = expandApplication(hostSoftware(value));
  expect(problems.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'deploy-not-carried server: "checkRunning.command" has no effect on software that runs in a container.',
    'deploy-not-carried server: "templates.install" has no effect on software that runs in a container.',
  ]);
});

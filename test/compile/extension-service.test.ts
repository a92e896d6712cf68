import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkExtensionService } from '../../src/compile/extension-service.ts';
import type { TestObject } from './memory-view.ts';
import { MemoryView } from './memory-view.ts';

function check(spec: object | null, ...more: TestObject[]): string | null {
  const object = { kind: 'ExtensionService', metadata: { namespace: 'default', name: 'auth' }, spec };
  const objects = spec === null ? more : [object, ...more];
  return checkExtensionService(new MemoryView(objects), 'default', 'auth');
}

const GOOD = { services: [{ name: 'web', port: 80 }] };
const WEB = {
  kind: 'Service',
  metadata: { namespace: 'default', name: 'web' },
  spec: { ports: [{ port: 80 }] },
};

test('checkExtensionService() accepts one whose Services are there', () => {
  assert.equal(check(GOOD, WEB), null);
  assert.equal(check({ ...GOOD, protocol: 'h2c', timeoutPolicy: { response: '1s' } }, WEB), null);
});

test('checkExtensionService() names what is wrong', () => {
  const cases: [RegExp, object | null, TestObject[]][] = [
    [/does not exist/, null, []],
    [/has no services/, { services: [] }, []],
    [/has no TCP port 80/, GOOD, []],
    [/has no TCP port 81/, { services: [{ name: 'web', port: 81 }] }, [WEB]],
    [/ExternalName/, GOOD, [{ ...WEB, spec: { type: 'ExternalName', ports: [] } } as TestObject]],
    [/Cannot parse/, { ...GOOD, timeoutPolicy: { response: 'x' } }, [WEB]],
    [/protocol h2 only/, { ...GOOD, protocol: 'h2c', validation: {} }, [WEB]],
    [/does not exist/, { ...GOOD, validation: { caSecret: 'ca', subjectName: 'a' } }, [WEB]],
  ];
  for (const [fault, spec, objects] of cases) assert.match(check(spec, ...objects) ?? '', fault);
});

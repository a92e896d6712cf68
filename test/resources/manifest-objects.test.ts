import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type ManifestObjects,
  NO_OBJECTS,
  readManifestObjects,
} from '../../src/resources/manifest-objects.ts';
import { formatReport } from '../../src/resources/manifest-report.ts';
import { proxyYaml, validator } from './sample-objects.ts';

const read = (text: string, lastGood: ManifestObjects = NO_OBJECTS): ManifestObjects =>
  readManifestObjects({ path: 'm/web.yaml', text }, lastGood, validator);
const bad = (name: string): string => proxyYaml(name).replace('port: 80', 'port: 0');
const reported = ({ reports }: ManifestObjects): readonly string[] => reports.map(formatReport);

test('readManifestObjects() keeps objects by key, with the line on which they begin', () => {
  const { objects, reports } = read(`${proxyYaml('a')}---\n${proxyYaml('b')}`);
  assert.deepEqual(
    [...objects].map(([key, { origin }]) => [key, origin]),
    [
      ['HTTPProxy/default/a', { file: 'm/web.yaml', line: 1 }],
      ['HTTPProxy/default/b', { file: 'm/web.yaml', line: 15 }],
    ],
  );
  assert.deepEqual(reports, []);
});

test('readManifestObjects() refuses one object with file, line and field; the others serve', () => {
  const result = read(`${bad('a')}---\n${proxyYaml('b')}`);
  assert.deepEqual([...result.objects.keys()], ['HTTPProxy/default/b']);
  assert.deepEqual(reported(result), [
    'm/web.yaml:13: HTTPProxy default/a: spec.routes[0].services[0].port: Invalid value: 0: must be at least 1',
  ]);
});

test('readManifestObjects() keeps the last good form of an object that turns bad', () => {
  const good = read(`${proxyYaml('a')}---\n${proxyYaml('b')}`);
  const result = read(`${bad('a')}---\n${proxyYaml('c')}`, good);
  assert.deepEqual([...result.objects.keys()], ['HTTPProxy/default/a', 'HTTPProxy/default/c']);
  assert.equal(result.objects.get('HTTPProxy/default/a'), good.objects.get('HTTPProxy/default/a'));
  assert.equal(result.reports.length, 1);
});

test('readManifestObjects() keeps all last good objects of a file that does not parse', () => {
  const good = read(proxyYaml('a'));
  const result = read('a: [\n', good);
  assert.equal(result.objects, good.objects);
  assert.match(
    reported(result)[0] ?? '',
    /^m\/web\.yaml:\d+: Cannot parse: .*; its last good 1 objects stay$/,
  );
  assert.deepEqual([...read('', result).objects], []);
});

test('readManifestObjects() lets the first of two objects with one key stay', () => {
  const result = read(`${proxyYaml('a', '/first')}---\n${proxyYaml('a', '/second')}`);
  assert.equal(result.objects.get('HTTPProxy/default/a')?.origin.line, 1);
  assert.deepEqual(reported(result), [
    'm/web.yaml:15: HTTPProxy default/a: Defined twice in this file: line 1 stays; rename or remove one',
  ]);
});

test('readManifestObjects() warns of unknown fields and of kinds that look like ours', () => {
  const result = read(
    `${proxyYaml('a')}  extra: 1\n---\n{apiVersion: sluice.dev/v1alpha1, kind: Nope, metadata: {name: x}}\n---\n{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}}\n`,
  );
  assert.deepEqual(
    result.reports.map(({ severity, line }) => [severity, line]),
    [
      ['warning', 1],
      ['warning', 16],
    ],
  );
});

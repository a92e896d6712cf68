import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerForm, grpcToWeb, isGrpc, webForm, webToGrpc } from '../../../src/proxy/grpc/content-type.ts';

test('isGrpc() takes application/grpc, a format behind + and a parameter, and nothing else', () => {
  for (const type of ['application/grpc', 'application/grpc+proto', 'application/grpc;charset=utf-8'])
    assert.equal(isGrpc(type), true, type);
  for (const type of [
    'application/grpc-web',
    'application/grpcx',
    'application/grp',
    'text/plain',
    '',
    ' application/grpc',
    'application/grpc +proto',
  ])
    assert.equal(isGrpc(type), false, type);
});

test('webForm() tells the binary form from base64', () => {
  const cases: [string, 'binary' | 'text' | null][] = [
    ['application/grpc-web', 'binary'],
    ['application/grpc-web+proto', 'binary'],
    ['application/grpc-web;x=y', 'binary'],
    ['application/grpc-web-text', 'text'],
    ['application/grpc-web-text+proto', 'text'],
    ['application/grpc-web-text-base64', 'text'],
    ['application/grpc-web-texts', null],
    ['application/grpc', null],
    ['application/grpc+proto', null],
    ['application/grpc-webby', null],
  ];
  for (const [type, form] of cases) assert.equal(webForm(type), form, type);
});

test('webToGrpc() and grpcToWeb() keep what stands behind the name', () => {
  const cases: [string, string, string][] = [
    ['application/grpc-web', 'application/grpc', 'application/grpc-web'],
    ['application/grpc-web+proto', 'application/grpc+proto', 'application/grpc-web+proto'],
    ['application/grpc-web-text', 'application/grpc', 'application/grpc-web-text'],
    ['application/grpc-web-text+json;a=b', 'application/grpc+json;a=b', 'application/grpc-web-text+json;a=b'],
    ['application/grpc-web-text-base64', 'application/grpc', 'application/grpc-web-text'],
  ];
  for (const [web, grpc, back] of cases) {
    assert.equal(webToGrpc(web), grpc);
    assert.equal(grpcToWeb(grpc, webForm(web) ?? 'binary'), back);
  }
  assert.equal(webToGrpc('text/html'), 'text/html');
  assert.equal(grpcToWeb('text/html', 'text'), 'text/html');
});

test('answerForm() is what accept names first, else the form of the request', () => {
  assert.equal(answerForm(undefined, 'binary'), 'binary');
  assert.equal(answerForm('*/*', 'text'), 'text');
  assert.equal(answerForm('application/grpc-web-text', 'binary'), 'text');
  assert.equal(answerForm('application/grpc-web+proto', 'text'), 'binary');
  assert.equal(
    answerForm('text/html, application/grpc-web-text+proto, application/grpc-web', 'binary'),
    'text',
  );
});

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { DEFAULT_COMPILE, DEFAULT_SETTINGS } from '../../src/config.ts';
import { documents, service, startTestGateway } from '../support/gateway.ts';
import { fixedUpstream } from '../support/raw.ts';
import { certificateFor, refusedWith, secureConnect, tlsProxy, tlsSecret } from '../support/tls.ts';

const ONLY_1_2 = { maxVersion: 'TLSv1.2' } as const;
const ONLY_1_3 = { minVersion: 'TLSv1.3' } as const;
const REFUSED = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';

/** Three hosts with one certificate: as the installation has it, 1.3 and newer, 1.2 and older. */
async function start(t: TestContext, settings = {}, compile = {}) {
  const upstream = await fixedUpstream(t, 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
  return startTestGateway(t, {
    settings,
    compile,
    manifests: {
      'services.yaml': service('web', [upstream.port]),
      'secret.yaml': tlsSecret('web', await certificateFor('any.test', 'new.test', 'old.test')),
      'proxies.yaml': documents(
        tlsProxy('any.test', 'web'),
        tlsProxy('new.test', 'web', 'minimumProtocolVersion: "1.3"'),
        tlsProxy('old.test', 'web', 'maximumProtocolVersion: "1.2"'),
      ),
    },
  });
}

test('the versions of a host hold for that host alone', async (t) => {
  const gateway = await start(t);
  const agreed = async (name: string, options = {}) => {
    const { socket, get } = await secureConnect(t, gateway.https, name, options);
    assert.match(await get(name), /^HTTP\/1\.1 200 /);
    return socket.getProtocol();
  };
  assert.equal(await agreed('any.test'), 'TLSv1.3');
  assert.equal(await agreed('any.test', ONLY_1_2), 'TLSv1.2');
  assert.equal(await agreed('new.test', ONLY_1_3), 'TLSv1.3');
  assert.equal(await refusedWith(secureConnect(t, gateway.https, 'new.test', ONLY_1_2)), REFUSED);
  assert.equal(await agreed('old.test'), 'TLSv1.2');
  assert.equal(await refusedWith(secureConnect(t, gateway.https, 'old.test', ONLY_1_3)), REFUSED);
});

test('no host is served below the versions of the installation, which may change', async (t) => {
  const only13 = { tlsMinVersion: 'TLSv1.3' } as const;
  const gateway = await start(t);
  const open = await secureConnect(t, gateway.https, 'any.test', ONLY_1_2);
  gateway.reconfigure({ ...DEFAULT_SETTINGS, ...only13 }, { ...DEFAULT_COMPILE, ...only13 });
  const refused = async (name: string) => {
    try {
      const { socket } = await secureConnect(t, gateway.https, name, ONLY_1_2);
      socket.destroy();
      return '';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? '';
    }
  };
  await gateway.until(async () => (await refused('any.test')) === REFUSED);
  assert.equal((await secureConnect(t, gateway.https, 'any.test')).socket.getProtocol(), 'TLSv1.3');
  // Its range is empty now: the host is off.
  assert.notEqual(await refused('old.test'), '');
  // What came up under another policy is not served under this one.
  assert.match(await open.get('any.test'), /^HTTP\/1\.1 421 /);
});

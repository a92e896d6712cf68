import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helpText } from '../../src/cli/args.ts';
import { COMMANDS, overview } from '../../src/cli/help.ts';

for (const { name, summary, load } of COMMANDS) {
  test(`COMMANDS loads ${name}, whose help teaches`, async () => {
    const { spec } = await load();
    assert.equal(spec.name, name);
    assert.equal(spec.summary, summary);
    const help = helpText(spec);
    assert.ok(help.startsWith(`Usage: sluice ${name}`));
    assert.ok(spec.about.length > 0);
    for (const line of help.split('\n')) assert.ok(line.length <= 130, line);
  });
}

test('overview() names every command', () => {
  for (const { name } of COMMANDS) assert.ok(overview().includes(`sluice ${name}`));
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { helpText } from '../../src/cli/helpText';
import { parseCommand } from '../../src/cli/parseCommand';
import { findDevice } from '../../src/devices/deviceTable';

/** The arguments of a command line, texts in double quotes taken as one. */
function argumentsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
}

describe('what the help and the README promise', () => {
  const readme = readFileSync('README.md', 'utf8');
  const lines = [
    ...helpText.matchAll(/^ {2}headroom ((?:profile|estimate|explain|fetch) [^[\n|]*?)(?: \|.*)?$/gm),
    ...readme.matchAll(/^node dist\/cli\.js (.*)$/gm),
  ].map(([, line]) => (line ?? '').replace(/ {2,}.*/, ''));

  it('has examples', () => {
    assert.ok(lines.length >= 12, lines.join('\n'));
  });

  for (const line of lines) {
    it(`is a command that is understood: ${line}`, () => {
      const command = parseCommand(argumentsOf(line));
      assert.notEqual(command.kind, 'help');
      if (command.kind === 'estimate' && command.on !== undefined && command.on !== 'DEVICE') {
        assert.equal(findDevice(command.on).kind, 'found', command.on);
      }
    });
  }
});

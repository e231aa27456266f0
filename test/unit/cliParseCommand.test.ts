import assert from 'node:assert/strict';
import { UsageError } from '../../src/cli/inputError';
import { parseCommand } from '../../src/cli/parseCommand';
import { defaultBudgetSeconds } from '../../src/report/profileJob';

describe('parseCommand', () => {
  it('completes a profile with the defaults', () => {
    assert.deepEqual(parseCommand(['profile']), {
      kind: 'profile',
      batch: 1,
      json: false,
      device: 'auto',
      budgetSeconds: defaultBudgetSeconds,
      reportPath: 'report.html',
    });
  });

  it('reads every flag, before and after the file', () => {
    const argv =
      '--seq 8192 profile c.json --batch=4 --dtype float16 --device cpu --budget-seconds 2.5 --report r.html';
    assert.deepEqual(parseCommand(argv.split(' ')), {
      kind: 'profile',
      file: 'c.json',
      sequenceLength: 8192,
      batch: 4,
      dtype: 'float16',
      json: false,
      device: 'cpu',
      budgetSeconds: 2.5,
      reportPath: 'r.html',
    });
  });

  it('writes no page with --json or --no-report, unless --report names one', () => {
    const pageOf = (...flags: string[]): unknown => {
      const command = parseCommand(['profile', 'c.json', ...flags]);
      return command.kind === 'profile' ? command.reportPath : assert.fail();
    };
    assert.equal(pageOf('--json'), undefined);
    assert.equal(pageOf('--no-report'), undefined);
    assert.equal(pageOf('--json', '--report', 'x.html'), 'x.html');
  });

  it('takes the flags of profile for an estimate, and - for standard input', () => {
    const command = parseCommand(['estimate', '-', '--device', 'cpu', '--budget-seconds', '3', '--json']);
    assert.deepEqual(command, { kind: 'estimate', file: '-', batch: 1, json: true });
  });

  it('gives help and version precedence over a missing command', () => {
    for (const argv of [['--help'], ['-h'], ['help'], ['profile', '--help']]) {
      assert.equal(parseCommand(argv).kind, 'help');
    }
    assert.equal(parseCommand(['--version']).kind, 'version');
  });

  const mistakes: readonly [string, RegExp][] = [
    ['', /No command/],
    ['analyse c.json', /no command "analyse"/],
    ['estimate', /Name the config/],
    ['estimate a.json b.json', /One file at a time.*"b\.json"/],
    ['profile --sequence 5', /--sequence/],
    ['profile --seq', /--seq/],
    ['profile --json=yes', /--json/],
    ['profile --seq 0', /--seq .*from 1 .*"0"/],
    ['profile --seq 4k', /--seq .*"4k"/],
    ['profile --seq 1e3', /--seq .*"1e3"/],
    ['profile --seq=-5', /--seq .*"-5"/],
    ['profile --seq 99999999999', /--seq/],
    ['profile --batch 1.5', /--batch .*"1\.5"/],
    ['profile --dtype fp16', /--dtype takes float32, .*"fp16"/],
    ['profile --device gpu', /--device takes auto, .*"gpu"/],
    ['profile --budget-seconds 0', /--budget-seconds .*"0"/],
    ['profile --budget-seconds soon', /--budget-seconds .*"soon"/],
    ['profile --budget-seconds Infinity', /--budget-seconds/],
    ['profile --report r.html --no-report', /contradict/],
    ['estimate c.json --device gpu', /--device/],
  ];
  for (const [line, message] of mistakes) {
    it(`refuses "headroom ${line}" in one sentence that names the fault`, () => {
      const argv = line.split(' ').filter((part) => part !== '');
      assert.throws(
        () => parseCommand(argv),
        (error: unknown) => error instanceof UsageError && message.test(error.message),
      );
    });
  }
});

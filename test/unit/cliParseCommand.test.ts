import assert from 'node:assert/strict';
import { UsageError } from '../../src/cli/inputError';
import { parseCommand } from '../../src/cli/parseCommand';
import { defaultBudgetSeconds } from '../../src/report/profileJob';

describe('parseCommand', () => {
  it('completes a profile with the defaults', () => {
    assert.deepEqual(parseCommand(['profile']), {
      kind: 'profile',
      conditions: {},
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
      conditions: { sequenceLength: 8192, batch: 4, dtype: 'float16' },
      json: false,
      device: 'cpu',
      budgetSeconds: 2.5,
      reportPath: 'r.html',
    });
  });

  it('reads the conditions of inference, training and parallelism', () => {
    const line =
      'estimate c.json --source 77 --weights nf4 --cache-dtype float8 --cache-layout pages --page-tokens 32 ' +
      '--optimizer muon --recompute full --attention naive --lora-rank 16 --lora-targets q_proj,v_proj ' +
      '--dp 8 --zero 3 --tp 2 --sequence-parallel --pp 4 --cp 2 --ep 8';
    const command = parseCommand(line.split(' '));
    assert.deepEqual(command, {
      kind: 'estimate',
      files: ['c.json'],
      json: false,
      conditions: {
        sourceLength: 77,
        weightFormat: 'nf4',
        cacheDType: 'float8',
        cacheLayout: 'pages',
        cachePageTokens: 32,
        training: {
          optimizer: 'muon',
          recomputation: 'full',
          attention: 'naive',
          lora: { rank: 16, targets: ['q_proj', 'v_proj'], baseFormat: 'none' },
        },
        parallelism: {
          data: 8,
          zeroStage: 3,
          tensor: 2,
          sequence: true,
          pipeline: 4,
          context: 2,
          expert: 8,
        },
      },
    });
  });

  it('takes one or many files, two to compare, and a figure to explain', () => {
    const common = { conditions: {}, json: false };
    const at = (line: string): unknown => parseCommand(line.split(' '));
    assert.deepEqual(at('estimate a b c'), { kind: 'estimate', files: ['a', 'b', 'c'], ...common });
    assert.deepEqual(at('estimate --compare a b'), { kind: 'compare', files: ['a', 'b'], ...common });
    assert.deepEqual(at('explain a memory.kvCache'), {
      kind: 'explain',
      file: 'a',
      figure: 'memory.kvCache',
      ...common,
    });
    assert.deepEqual(at('explain a'), { kind: 'explain', file: 'a', ...common });
    assert.deepEqual(parseCommand(['estimate', 'a', '--on', 'H100 80GB']), {
      kind: 'estimate',
      files: ['a'],
      on: 'H100 80GB',
      ...common,
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
    assert.deepEqual(command, { kind: 'estimate', files: ['-'], conditions: {}, json: true });
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
    ['profile a.json b.json', /One file at a time.*"b\.json"/],
    ['estimate --compare a.json', /Name two configs/],
    ['estimate --compare a b c', /Two at the most.*"c"/],
    ['explain', /Name the config and the figure/],
    ['explain a b c', /"c" is too much/],
    ['estimate c.json --weights int3', /--weights takes none, .*"int3"/],
    ['estimate c.json --zero 4', /--zero takes 0, 1, 2, 3, not "4"/],
    ['estimate c.json --tp 0', /--tp .*from 1 .*"0"/],
    ['estimate c.json --lora-targets q_proj', /--lora-targets needs --lora-rank/],
    ['estimate c.json --lora-rank 8 --lora-targets q_proj,', /between commas/],
    ['estimate c.json --optimizer adam2', /--optimizer takes adamw, .*"adam2"/],
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

  it('takes the replacements to run by their names, and no others', () => {
    const command = parseCommand(['profile', 'config.json', '--replacements', 'sliding-window']);
    assert.ok(command.kind === 'profile');
    assert.deepEqual(command.replacements, ['sliding-window']);
    assert.throws(
      () => parseCommand(['profile', 'config.json', '--replacements', 'sliding-window,magic']),
      /--replacements takes .*sliding-window.*, not "magic"\./,
    );
  });
});

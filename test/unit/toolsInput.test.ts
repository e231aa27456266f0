import assert from 'node:assert/strict';
import { parseEstimateInput, parseProfileInput } from '../../src/extension/tools/toolInput';
import { InputProblem } from '../../src/extension/inputProblem';

/** The message that a model is given for `input`. */
function refusal(parse: (input: unknown) => unknown, input: unknown): string {
  try {
    parse(input);
  } catch (error) {
    assert.ok(error instanceof InputProblem, String(error));
    return error.message;
  }
  assert.fail(`${JSON.stringify(input)} was accepted`);
}

describe('the input of headroom_estimate', () => {
  it('takes a file with its conditions', () => {
    const asked = {
      file: ' models/a/config.json ',
      sequenceLength: 32_768,
      batch: 4,
      dtype: 'float16',
      device: 'H100 80GB',
    };
    assert.deepEqual(parseEstimateInput(asked), {
      subject: { file: 'models/a/config.json' },
      sequenceLength: 32_768,
      batch: 4,
      dtype: 'float16',
      device: 'H100 80GB',
    });
  });

  it('takes the text of a config, which is a config.json unless it is named', () => {
    assert.deepEqual(parseEstimateInput({ config: '{}' }).subject, { config: '{}', name: 'config.json' });
    assert.deepEqual(parseEstimateInput({ config: 'a: 1', name: 'sft.yaml' }).subject, {
      config: 'a: 1',
      name: 'sft.yaml',
    });
  });

  it('wants a file or a text, and not both', () => {
    assert.match(refusal(parseEstimateInput, {}), /Neither "file" nor "config"/);
    assert.match(refusal(parseEstimateInput, { file: 'a', config: '{}' }), /Both "file" and "config"/);
  });

  const bad: readonly [string, unknown, RegExp][] = [
    ['no object', 'config.json', /object with the parameters file, config, name/],
    ['a list', [], /object with the parameters|Neither/],
    ['nothing', undefined, /object with the parameters/],
    ['an unknown parameter', { file: 'a', seq: 4 }, /no parameter "seq".*sequenceLength/],
    ['one of the prototype', { file: 'a', constructor: 4 }, /no parameter "constructor"/],
    ['an empty path', { file: '  ' }, /"file" has to be the path or URI/],
    [
      'a length as text',
      { file: 'a', sequenceLength: '32k' },
      /"sequenceLength".*tokens from 1 to 16,777,216/,
    ],
    ['a length of 0', { file: 'a', sequenceLength: 0 }, /"sequenceLength"/],
    ['half a token', { file: 'a', sequenceLength: 0.5 }, /"sequenceLength"/],
    ['no number', { file: 'a', sequenceLength: NaN }, /"sequenceLength"/],
    ['an endless batch', { file: 'a', batch: Infinity }, /"batch".*sequences from 1 to 1,024/],
    ['an unknown dtype', { file: 'a', dtype: 'bf16' }, /"dtype" has to be one of float32, bfloat16/],
    ['a device that is no text', { file: 'a', device: 80 }, /"device" has to be the name/],
  ];
  for (const [what, input, expected] of bad) {
    it(`refuses ${what}, and says what is allowed`, () => {
      assert.match(refusal(parseEstimateInput, input), expected);
    });
  }
});

describe('the input of headroom_profile', () => {
  it('takes a file, a length and a budget', () => {
    const asked = { file: 'config.json', sequenceLength: 2048, budgetSeconds: 2.5 };
    assert.deepEqual(parseProfileInput(asked), asked);
  });

  it('refuses a text, no file, and a budget out of range', () => {
    assert.match(refusal(parseProfileInput, { config: '{}' }), /"file"|no parameter "config"/);
    assert.match(refusal(parseProfileInput, {}), /"file" has to be/);
    assert.match(refusal(parseProfileInput, { file: 'a', budgetSeconds: 1 }), /seconds from 2 to 600/);
    assert.match(refusal(parseProfileInput, { file: 'a', budgetSeconds: 601 }), /seconds from 2 to 600/);
  });
});

import assert from 'node:assert/strict';
import { longestSequence, parseSequenceLength } from '../../src/model/sequenceLength';

describe('parseSequenceLength', () => {
  const lengths: Readonly<Record<string, number>> = {
    '4096': 4096,
    ' 131,072 ': 131072,
    '131_072': 131072,
    '32k': 32768,
    '128K': 131072,
    '1m': 1048576,
    '1': 1,
    '16': 16,
    '8 K': 8192,
    '16m': longestSequence,
  };
  for (const [text, tokens] of Object.entries(lengths)) {
    it(`reads ${JSON.stringify(text)} as ${String(tokens)}`, () => {
      assert.equal(parseSequenceLength(text), tokens);
    });
  }

  for (const text of ['', 'k', '-1', '0', '0k', '1.5k', '4096 tokens', '17m', '1e9', '4,09', 'NaN']) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.equal(parseSequenceLength(text), undefined);
    });
  }
});

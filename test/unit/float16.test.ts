import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeFloat16, encodeFloat16 } from '../../src/onnx/float16';

const isNaNWord = (word: number): boolean => (word & 0x7c00) === 0x7c00 && (word & 0x3ff) !== 0;

describe('float16', () => {
  it('gives back each of the 65,536 words', () => {
    for (let word = 0; word <= 0xffff; word++) {
      const value = decodeFloat16(word);
      if (isNaNWord(word)) {
        assert.ok(Number.isNaN(value), `word ${word.toString(16)} is a NaN`);
        assert.ok(isNaNWord(encodeFloat16(value)));
      } else {
        assert.equal(encodeFloat16(value), word, `word ${word.toString(16)}, value ${String(value)}`);
      }
    }
  });

  const decoded: readonly [word: number, value: number][] = [
    [0x0000, 0],
    [0x8000, -0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0400, 2 ** -14],
    [0x03ff, 2 ** -14 - 2 ** -24],
    [0x0001, 2 ** -24],
    [0xfc00, -Infinity],
  ];
  for (const [word, value] of decoded) {
    it(`reads 0x${word.toString(16).padStart(4, '0')} as ${Object.is(value, -0) ? '-0' : String(value)}`, () => {
      assert.ok(Object.is(decodeFloat16(word), value), String(decodeFloat16(word)));
    });
  }

  const encoded: readonly [what: string, value: number, word: number][] = [
    ['a tie to the even neighbour below', 1 + 2 ** -11, 0x3c00],
    ['a tie to the even neighbour above', 1 + 3 * 2 ** -11, 0x3c02],
    ['just above a tie upwards', 1 + 2 ** -11 + 2 ** -20, 0x3c01],
    ['just below a tie downwards', 1 + 2 ** -11 - 2 ** -20, 0x3c00],
    ['a carry into the exponent', 2 - 2 ** -12, 0x4000],
    ['the last value before infinity', 65519, 0x7bff],
    ['the tie at the end of the range to infinity', 65520, 0x7c00],
    ['an overflow to infinity', -1e30, 0xfc00],
    ['a tie among subnormals to even', 1.5 * 2 ** -24, 0x0002],
    ['half the least subnormal to zero', 2 ** -25, 0x0000],
    ['a little more than half of it to the least subnormal', 2 ** -25 + 2 ** -40, 0x0001],
    ['an underflow to a zero with the sign', -(2 ** -40), 0x8000],
    ['the largest subnormal up to the least normal', 2 ** -14 - 2 ** -26, 0x0400],
  ];
  for (const [what, value, word] of encoded) {
    it(`rounds ${what}`, () => {
      assert.equal(encodeFloat16(value).toString(16), word.toString(16));
    });
  }

  it('is never further from a float32 than its neighbours are', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: -65500, max: 65500 }), (value) => {
        const word = encodeFloat16(value);
        const distance = Math.abs(decodeFloat16(word) - value);
        for (const neighbour of [word - 1, word + 1]) {
          const other = Math.abs(decodeFloat16(neighbour & 0xffff) - value);
          assert.ok(Number.isNaN(other) || distance <= other, `${String(value)} → 0x${word.toString(16)}`);
        }
      }),
      { numRuns: 500 },
    );
  });
});

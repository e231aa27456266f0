import assert from 'node:assert/strict';
import { addScaled, dot } from '../../src/attention/referenceVectors';

describe('the loops of the float64 references', () => {
  const ramp = (length: number): Float64Array => Float64Array.from({ length }, (_, index) => index + 1);

  it('sum the products of every width, from where they are told', () => {
    for (let width = 0; width <= 9; width++) {
      let expected = 0;
      for (let i = 0; i < width; i++) expected += (2 + i + 1) * (1 + i + 1);
      assert.equal(dot(ramp(20), 2, ramp(20), 1, width), expected, String(width));
    }
  });

  it('add a multiple to the whole target', () => {
    const target = ramp(3);
    addScaled(target, 10, ramp(5), 2);
    assert.deepEqual([...target], [31, 42, 53]);
  });

  it('give NaN rather than a wrong number where an array ends too early', () => {
    assert.ok(Number.isNaN(dot(ramp(4), 0, ramp(3), 0, 4)));
    assert.ok(Number.isNaN(dot(ramp(5), 1, ramp(5), 0, 5)));
    const target = ramp(2);
    addScaled(target, 1, ramp(1), 0);
    assert.deepEqual([...target], [2, NaN]);
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatError,
  formatFlops,
  formatInteger,
  formatPercent,
  formatRate,
  formatRatio,
} from '../../src/model/units';

const cases: readonly [
  name: string,
  format: (value: number) => string,
  texts: readonly [number, string][],
][] = [
  [
    'formatBytes',
    formatBytes,
    [
      [0, '0 B'],
      [512, '512 B'],
      [1023, '1023 B'],
      [1024, '1.00 KiB'],
      [1536, '1.50 KiB'],
      [10 * 1024, '10.0 KiB'],
      [320 * 2 ** 20, '320 MiB'],
      [1023 * 2 ** 20, '1,023 MiB'],
      [1023.6 * 2 ** 20, '1.00 GiB'],
      [28.5 * 2 ** 30, '28.5 GiB'],
      [3 * 2 ** 50, '3.00 PiB'],
      [4096 * 2 ** 50, '4,096 PiB'],
    ],
  ],
  [
    'formatDuration',
    formatDuration,
    [
      [0, '0 ms'],
      [0.0000005, '0.50 ns'],
      [0.00099996, '1.00 µs'],
      [0.001, '1.00 µs'],
      [0.789, '789 µs'],
      [0.9996, '1.00 ms'],
      [45.6, '45.6 ms'],
      [999.4, '999 ms'],
      [999.6, '1.00 s'],
      [1230, '1.23 s'],
      [119_400, '119 s'],
      [120_000, '2.00 min'],
      [7_200_000, '2.00 h'],
      [-45.6, '-45.6 ms'],
    ],
  ],
  [
    'formatFlops',
    formatFlops,
    [
      [0, '0 FLOP'],
      [999, '999 FLOP'],
      [1000, '1.00 kFLOP'],
      [1.234e12, '1.23 TFLOP'],
      [9.996e12, '10.0 TFLOP'],
      [99.96e12, '100 TFLOP'],
      [999.6e12, '1.00 PFLOP'],
    ],
  ],
  ['formatRate', formatRate, [[84.8e9, '84.8 GFLOP/s']]],
  [
    'formatCount',
    formatCount,
    [
      [7, '7'],
      [1_235_814_400, '1.24 B'],
      [124_439_808, '124 M'],
      [671e9, '671 B'],
    ],
  ],
  [
    'formatInteger',
    formatInteger,
    [
      [0, '0'],
      [999, '999'],
      [1000, '1,000'],
      [131_072, '131,072'],
      [-1_234_567, '-1,234,567'],
      [2.6, '3'],
    ],
  ],
  [
    'formatRatio',
    formatRatio,
    [
      [11.6, '11.6×'],
      [1, '1.00×'],
      [0.5, '0.50×'],
      [1234, '1,234×'],
    ],
  ],
  [
    'formatPercent',
    formatPercent,
    [
      [0.125, '12.5 %'],
      [1, '100 %'],
      [0, '0 %'],
    ],
  ],
  [
    'formatError',
    formatError,
    [
      [0, '0'],
      [1.234e-6, '1.2e-6'],
    ],
  ],
];

describe('units', () => {
  for (const [name, format, texts] of cases) {
    describe(name, () => {
      for (const [value, text] of texts) {
        it(`${String(value)} → ${text}`, () => {
          assert.equal(format(value), text);
        });
      }

      it('shows no figure for what is none', () => {
        for (const value of [NaN, Infinity, -Infinity]) assert.equal(format(value), '–');
      });
    });
  }

  it('keep three significant figures within half a unit of the last of them', () => {
    const sizes: Readonly<Record<string, number>> = {
      B: 1,
      KiB: 2 ** 10,
      MiB: 2 ** 20,
      GiB: 2 ** 30,
      TiB: 2 ** 40,
    };
    fc.assert(
      fc.property(fc.double({ min: 0, max: 50, noNaN: true }), (exponent) => {
        const bytes = Math.round(2 ** Math.min(exponent, 49));
        const [number = '', unit = ''] = formatBytes(bytes).split(' ');
        const back = Number(number.replaceAll(',', '')) * (sizes[unit] ?? NaN);
        assert.ok(Math.abs(back / bytes - 1) <= 0.00501, `${String(bytes)} → ${number} ${unit}`);
      }),
    );
  });

  it('never print four digits before a larger unit exists', () => {
    fc.assert(
      fc.property(fc.double({ min: -7, max: 6, noNaN: true }), (exponent) => {
        const text = formatDuration(10 ** exponent);
        assert.doesNotMatch(text, /,/, `10^${String(exponent)} ms → ${text}`);
      }),
      { numRuns: 2000 },
    );
  });
});

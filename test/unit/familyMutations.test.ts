import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import { estimate } from '../../src/cost/estimateModel';
import { nests } from './familyNestModels';
import { readObject, type Config } from './familyObjectFixture';
import { stateSpaceModels } from './familyStateSpaceModels';

const configs: readonly Config[] = [...stateSpaceModels, ...nests].map(({ config }) => config);

/** Whatever people leave in a file: other types, other sizes, nothing. */
const slips = fc.oneof(
  fc.constantFrom<unknown>(null, true, '', 'auto', '12', 0, -1, 1, 3, 1.5, 1e9, 1e300, NaN, [], {}, [[]]),
  fc.array(fc.integer({ min: -2, max: 60 }), { maxLength: 4 }),
  fc.array(fc.constantFrom('full_attention', 'mamba', 'x'), { maxLength: 4 }),
);

/** A config, one of its keys or of a part's keys, and what is written there. */
const mutations = fc
  .record({ config: fc.constantFrom(...configs), pick: fc.nat(), inner: fc.nat(), slip: slips })
  .map(({ config, pick, inner, slip }): Config => {
    const key = Object.keys(config)[pick % Object.keys(config).length] ?? '';
    const part = config[key];
    if (key === 'model_type') return config;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return { ...config, [key]: slip };
    const innerKey = Object.keys(part)[inner % Object.keys(part).length] ?? '';
    return { ...config, [key]: { ...part, [innerKey]: slip } };
  });

describe('families: slips in configs of hybrids and of models of text and images', () => {
  it('end in an estimate of finite figures or in a ConfigError', () => {
    fc.assert(
      fc.property(mutations, (config) => {
        try {
          const model = readObject(config);
          const options = { sequenceLength: 64, batch: 1, dtype: 'bfloat16' } as const;
          const figures = JSON.stringify(estimate(model, options), (_, value: unknown) =>
            typeof value === 'number' && !Number.isFinite(value) ? 'not finite' : value,
          );
          assert.ok(!figures.includes('not finite'), figures);
        } catch (error) {
          assert.ok(error instanceof ConfigError, String(error));
        }
      }),
      { numRuns: 2000 },
    );
  });
});

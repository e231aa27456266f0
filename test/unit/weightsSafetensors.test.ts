import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import {
  MAX_SAFETENSORS_HEADER,
  readSafetensorsHeader,
  safetensorsDTypes,
} from '../../src/weights/safetensors';
import type { WeightHeader } from '../../src/weights/weightHeader';
import { dominantDType } from '../../src/weights/weightHeader';
import { CountingSource, safetensorsFile, safetensorsOf } from '../fixtures/weightFiles';
import { refusalOf } from '../fixtures/weightRefusal';

const FILE = 'model.safetensors';

function read(bytes: Uint8Array): Promise<WeightHeader> {
  return readSafetensorsHeader(new CountingSource(bytes), FILE);
}

async function refusal(bytes: Uint8Array): Promise<string> {
  return (await refusalOf(read(bytes), FILE)).message;
}

function oneTensor(changes: Readonly<Record<string, unknown>>, dataBytes = 24): Uint8Array {
  const entry = { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24], ...changes };
  return safetensorsFile(JSON.stringify({ a: entry }), dataBytes);
}

/** Widths of the dtypes as the format's documentation lists them. */
const bits: Readonly<Record<string, number>> = {
  ...{ F4: 4, F6_E2M3: 6, F6_E3M2: 6, BOOL: 8, U8: 8, I8: 8 },
  ...{ F8_E5M2: 8, F8_E4M3: 8, F8_E8M0: 8, F8_E4M3FNUZ: 8, F8_E5M2FNUZ: 8 },
  ...{ I16: 16, U16: 16, F16: 16, BF16: 16, I32: 32, U32: 32, F32: 32, C64: 64, F64: 64, I64: 64, U64: 64 },
};

describe('weights: safetensors headers', () => {
  it('reads names, dtypes, shapes, sums and metadata', async () => {
    const header = await read(
      safetensorsOf(
        [
          { name: 'embed.weight', dtype: 'BF16', bits: 16, shape: [10, 4] },
          { name: 'scale', dtype: 'F32', bits: 32, shape: [] },
          { name: 'empty', dtype: 'F32', bits: 32, shape: [0, 9007199254740991] },
        ],
        { format: 'pt' },
      ),
    );
    assert.deepEqual(header, {
      tensors: [
        { name: 'embed.weight', dtype: 'BF16', shape: [10, 4], elements: 40, bytes: 80 },
        { name: 'scale', dtype: 'F32', shape: [], elements: 1, bytes: 4 },
        { name: 'empty', dtype: 'F32', shape: [0, 9007199254740991], elements: 0, bytes: 0 },
      ],
      parameters: 41,
      bytes: 84,
      metadata: { format: 'pt' },
    });
  });

  it('reads the length and the header, nothing else, of a file of 5 TB', async () => {
    const data = 5e12;
    const header = JSON.stringify({ w: { dtype: 'U8', shape: [data], data_offsets: [0, data] } });
    const bytes = safetensorsFile(header, 0);
    const source = new CountingSource(bytes, bytes.length + data);
    assert.equal((await readSafetensorsHeader(source, FILE)).parameters, data);
    assert.equal(source.bytesRead, 8 + header.length);
    assert.equal(source.furthest, 8 + header.length);
  });

  it('knows every dtype and its width', async () => {
    assert.deepEqual([...safetensorsDTypes].sort(), Object.keys(bits).sort());
    for (const [dtype, width] of Object.entries(bits)) {
      const header = await read(safetensorsOf([{ name: 'w', dtype, bits: width, shape: [8, 3] }]));
      assert.equal(header.bytes, 3 * width, dtype);
      assert.equal(header.parameters, 24, dtype);
    }
  });

  it('accepts a header with no tensor, with spaces behind it, and names that are keys of every object', async () => {
    assert.equal((await read(safetensorsFile('{}   ', 0))).parameters, 0);
    const named = await read(
      safetensorsFile('{"__proto__":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}', 2),
    );
    assert.deepEqual(
      named.tensors.map(({ name }) => name),
      ['__proto__'],
    );
    assert.equal(Object.getPrototypeOf(named.metadata), Object.prototype);
  });

  it('accepts tensors in any order of the header', async () => {
    const header = await read(
      safetensorsFile(
        '{"b":{"dtype":"U8","shape":[2],"data_offsets":[3,5]},"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}',
        5,
      ),
    );
    assert.deepEqual(
      header.tensors.map(({ name }) => name),
      ['a', 'b'],
    );
  });

  it('names the dtype that most parameters have', async () => {
    const header = await read(
      safetensorsOf([
        { name: 'a', dtype: 'F32', bits: 32, shape: [10] },
        { name: 'b', dtype: 'F8_E4M3', bits: 8, shape: [20] },
        { name: 'c', dtype: 'F32', bits: 32, shape: [10] },
        { name: 'd', dtype: 'BF16', bits: 16, shape: [10] },
      ]),
    );
    assert.equal(dominantDType(header), 'F32');
    assert.equal(dominantDType(await read(safetensorsFile('{}', 0))), undefined);
  });

  it('refuses what is cut off, and says how much is missing', async () => {
    const whole = safetensorsOf([{ name: 'w', dtype: 'F16', bits: 16, shape: [100] }]);
    assert.match(await refusal(whole.subarray(0, whole.length - 7)), /cut off: its last 7 bytes/);
    assert.match(await refusal(whole.subarray(0, 20)), /cut off/);
    assert.match(await refusal(whole.subarray(0, 7)), /too short/);
    assert.match(await refusal(new Uint8Array(0)), /too short/);
  });

  it('refuses a header beyond the limit at once', async () => {
    const bytes = new Uint8Array(16);
    const view = new DataView(bytes.buffer);
    for (const length of [BigInt(MAX_SAFETENSORS_HEADER + 1), 2n ** 60n, 2n ** 64n - 1n]) {
      view.setBigUint64(0, length, true);
      const source = new CountingSource(bytes, 1e15);
      await refusalOf(readSafetensorsHeader(source, FILE), FILE);
      assert.equal(source.bytesRead, 8);
    }
  });

  it('refuses offsets that overlap, leave a gap or data over', async () => {
    const two = (second: string, data: number): Uint8Array =>
      safetensorsFile(
        `{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":${second}}}`,
        data,
      );
    assert.match(await refusal(two('[3,7]', 7)), /"b" overlaps/);
    assert.match(await refusal(two('[5,9]', 9)), /"b" leaves a gap/);
    assert.match(await refusal(two('[4,8]', 9)), /last 1 bytes belong to no tensor/);
  });

  it('refuses a tensor whose parts do not fit together', async () => {
    assert.match(await refusal(oneTensor({ shape: [2, 4] })), /takes 24 bytes, but F32 × \[2, 4\] are 32/);
    assert.match(await refusal(oneTensor({ dtype: 'F5' })), /"F5".*Use one of F4/s);
    assert.match(await refusal(oneTensor({ dtype: 'toString' })), /does not define/);
    assert.match(await refusal(oneTensor({ dtype: 4 })), /no dtype/);
    assert.match(await refusal(oneTensor({ shape: [-2, -3] })), /no shape/);
    assert.match(await refusal(oneTensor({ shape: [1.5, 4] })), /no shape/);
    assert.match(await refusal(oneTensor({ shape: '6' })), /no shape/);
    assert.match(await refusal(oneTensor({ shape: [2 ** 40, 2 ** 40] })), /larger than any file/);
    assert.match(await refusal(oneTensor({ data_offsets: [24, 0] })), /takes -24 bytes/);
    assert.match(await refusal(oneTensor({ data_offsets: [0, 12, 24] })), /no pair of data_offsets/);
    assert.match(await refusal(oneTensor({ dtype: 'F4', shape: [3] })), /whole byte/);
    assert.match(await refusal(safetensorsFile('{"a":[]}', 0)), /not described by an object/);
    assert.match(await refusal(safetensorsFile('{"__metadata__":{"a":1}}', 0)), /texts to texts/);
  });

  it('refuses a name or a key that is there twice', async () => {
    const entry = '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}';
    assert.match(await refusal(safetensorsFile(`{"a":${entry},"a":${entry}}`, 1)), /"a" twice/);
    assert.match(await refusal(safetensorsFile(`{"a":${entry},"\\u0061":${entry}}`, 1)), /"a" twice/);
    assert.match(
      await refusal(safetensorsFile('{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}', 1)),
      /"dtype" twice/,
    );
  });

  it('refuses a header that is no strict JSON object', async () => {
    for (const header of ['{', '[]', '{"a":}', '{"a":1,}', '{/**/}', '{"a":NaN}', ' {}', 'null']) {
      await refusal(safetensorsFile(header, 0));
    }
    assert.match(await refusal(safetensorsFile(`{"a":${'['.repeat(200_000)}`, 0)), /nested too deep/);
    const broken = safetensorsFile('{"a": 1}', 0);
    broken[10] = 0xff;
    assert.match(await refusal(broken), /UTF-8/);
  });

  it('tells a Git LFS pointer from weights', async () => {
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 5\n';
    assert.match(await refusal(new TextEncoder().encode(pointer)), /Git LFS pointer.*git lfs pull/s);
  });

  it('ends in a ConfigError where the source fails or falls short', async () => {
    const failing = { size: 100, read: () => Promise.reject(new Error('the drive is gone')) };
    assert.match((await refusalOf(readSafetensorsHeader(failing, FILE), FILE)).message, /the drive is gone/);
    const short = { size: 100, read: () => Promise.resolve(new Uint8Array(3)) };
    assert.match((await refusalOf(readSafetensorsHeader(short, FILE), FILE)).message, /ended while/);
  });
});

const tensorList = fc.uniqueArray(
  fc
    .record({
      name: fc.string({ minLength: 1, maxLength: 12 }),
      dtype: fc.constantFrom(...Object.keys(bits)),
      shape: fc.array(fc.nat(6), { maxLength: 4 }),
    })
    .map(({ name, dtype, shape }) => ({
      name: `t${name}`,
      dtype,
      bits: bits[dtype] ?? 0,
      // Eight of anything ends at a whole byte.
      shape: [8, ...shape],
    })),
  { maxLength: 8, selector: ({ name }) => name },
);

async function readOrRefuse(source: CountingSource): Promise<WeightHeader | undefined> {
  try {
    return await readSafetensorsHeader(source, FILE);
  } catch (error) {
    assert.ok(error instanceof ConfigError, error instanceof Error ? error.stack : String(error));
    return undefined;
  }
}

describe('weights: safetensors properties', () => {
  it('sums exactly what was written', async () => {
    await fc.assert(
      fc.asyncProperty(tensorList, async (tensors) => {
        const header = await read(safetensorsOf(tensors));
        const elements = tensors.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
        assert.equal(
          header.parameters,
          elements.reduce((sum, count) => sum + count, 0),
        );
        assert.equal(
          header.bytes,
          elements.reduce((sum, count, index) => sum + (count * (tensors[index]?.bits ?? 0)) / 8, 0),
        );
        assert.deepEqual(
          new Set(header.tensors.map(({ name }) => name)),
          new Set(tensors.map(({ name }) => name)),
        );
      }),
    );
  });

  it('ends in a header or a ConfigError for any bytes, within bounds', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.string({ maxLength: 60 }),
        async (bytes, tail) => {
          await readOrRefuse(new CountingSource(bytes));
          await readOrRefuse(new CountingSource(safetensorsFile(`{${tail}`, 3)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('survives any change to a valid file', async () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(
        tensorList,
        fc.array(change, { maxLength: 4 }),
        fc.nat(30),
        async (tensors, changes, cut) => {
          const bytes = safetensorsOf(tensors);
          for (const { at, to } of changes) bytes[at % bytes.length] = to;
          const header = await readOrRefuse(new CountingSource(bytes.subarray(0, bytes.length - (cut % 3))));
          if (header !== undefined) accepted++;
        },
      ),
      { numRuns: 1000 },
    );
    assert.ok(accepted > 0);
  });

  it('takes time in proportion to the header', async () => {
    const tensors = Array.from({ length: 20_000 }, (_, index) => ({
      name: `model.layers.${String(index)}.mlp.experts.0.down_proj.weight`,
      dtype: 'F8_E4M3',
      bits: 8,
      shape: [2, 3],
    }));
    const bytes = safetensorsOf(tensors);
    const start = performance.now();
    assert.equal((await read(bytes)).parameters, 120_000);
    assert.ok(performance.now() - start < 3000);
  });
});

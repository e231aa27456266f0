import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigError } from '../../src/config/configError';
import { readGgufHeader } from '../../src/weights/gguf';
import { GGUF_CHUNK_BYTES } from '../../src/weights/ggufCursor';
import type { WeightHeader } from '../../src/weights/weightHeader';
import type { GgufFile, GgufTensor, GgufValue } from '../fixtures/weightFiles';
import { bool, CountingSource, f32, ggufFile, list, text, u32 } from '../fixtures/weightFiles';
import { refusalOf } from '../fixtures/weightRefusal';

const FILE = 'model.gguf';

function read(file: GgufFile): Promise<WeightHeader> {
  return readGgufHeader(new CountingSource(ggufFile(file).bytes), FILE);
}

async function refusal(bytes: Uint8Array, size = bytes.length): Promise<string> {
  return (await refusalOf(readGgufHeader(new CountingSource(bytes, size), FILE), FILE)).message;
}

function refusalOfFile(file: GgufFile): Promise<string> {
  return refusal(ggufFile(file).bytes);
}

const vector: GgufTensor = { name: 'v', dimensions: [4], type: 0, bytes: 16 };

/**
 * Bytes of a block, taken apart into what ggml-common.h puts there: scales in half (2) or single precision
 * (4), then the packed quants. Written out again, so that a slip of the table shows.
 */
const blocks: readonly (readonly [id: number, name: string, elements: number, bytes: number])[] = [
  [0, 'F32', 1, 4],
  [1, 'F16', 1, 2],
  [2, 'Q4_0', 32, 2 + 32 / 2],
  [3, 'Q4_1', 32, 2 + 2 + 32 / 2],
  [6, 'Q5_0', 32, 2 + 4 + 32 / 2],
  [7, 'Q5_1', 32, 2 + 2 + 4 + 32 / 2],
  [8, 'Q8_0', 32, 2 + 32],
  [9, 'Q8_1', 32, 2 + 2 + 32],
  [10, 'Q2_K', 256, 2 + 2 + 256 / 16 + 256 / 4],
  [11, 'Q3_K', 256, 2 + 256 / 4 + 256 / 8 + 12],
  [12, 'Q4_K', 256, 2 + 2 + 12 + 256 / 2],
  [13, 'Q5_K', 256, 2 + 2 + 12 + 256 / 2 + 256 / 8],
  [14, 'Q6_K', 256, 2 + 256 / 16 + (3 * 256) / 4],
  [15, 'Q8_K', 256, 4 + 256 + (256 / 16) * 2],
  [16, 'IQ2_XXS', 256, 2 + (256 / 8) * 2],
  [17, 'IQ2_XS', 256, 2 + (256 / 8) * 2 + 256 / 32],
  [18, 'IQ3_XXS', 256, 2 + 3 * (256 / 8)],
  [19, 'IQ1_S', 256, 2 + 256 / 8 + 256 / 16],
  [20, 'IQ4_NL', 32, 2 + 32 / 2],
  [21, 'IQ3_S', 256, 2 + 13 * (256 / 32) + 256 / 64],
  [22, 'IQ2_S', 256, 2 + 256 / 4 + 256 / 16],
  [23, 'IQ4_XS', 256, 2 + 2 + 256 / 64 + 256 / 2],
  [24, 'I8', 1, 1],
  [25, 'I16', 1, 2],
  [26, 'I32', 1, 4],
  [27, 'I64', 1, 8],
  [28, 'F64', 1, 8],
  [29, 'IQ1_M', 256, 256 / 8 + 256 / 16 + 256 / 32],
  [30, 'BF16', 1, 2],
  [34, 'TQ1_0', 256, 2 + 256 / 64 + (256 - (4 * 256) / 64) / 5],
  [35, 'TQ2_0', 256, 2 + 256 / 4],
  [39, 'MXFP4', 32, 1 + 32 / 2],
  [40, 'NVFP4', 64, 64 / 16 + 64 / 2],
  [41, 'Q1_0', 128, 2 + 128 / 8],
  [42, 'Q2_0', 64, 2 + 64 / 4],
];

describe('weights: GGUF headers', () => {
  it('reads tensors, sums and metadata of every type', async () => {
    const header = await read({
      metadata: [
        ['u8', { type: 0, value: 200 }],
        ['i8', { type: 1, value: -5 }],
        ['u16', { type: 2, value: 65535 }],
        ['i16', { type: 3, value: -2 }],
        ['u32', u32(4294967295)],
        ['i32', { type: 5, value: -7 }],
        ['f32', f32(0.5)],
        ['yes', bool(true)],
        ['no', bool(false)],
        ['text', text('häuser')],
        ['u64', { type: 10, value: 2n ** 53n - 1n }],
        ['i64', { type: 11, value: -3n }],
        ['f64', { type: 12, value: 0.1 }],
        ['large', { type: 10, value: 2n ** 64n - 1n }],
        [
          'list',
          list(5, [
            { type: 5, value: 1 },
            { type: 5, value: 2 },
          ]),
        ],
        ['texts', list(8, [text('a'), text('')])],
        ['lists', list(9, [list(7, [bool(true)]), list(7, [])])],
        ['__proto__', u32(1)],
      ],
      tensors: [
        { name: 'token_embd.weight', dimensions: [256, 10], type: 12, bytes: 1440 },
        { name: 'one', dimensions: [], type: 0, bytes: 4 },
        { name: 'blk.0.attn_norm.weight', dimensions: [5], type: 0, bytes: 20 },
      ],
    });
    assert.deepEqual(Object.entries(header.metadata), [
      ...[
        ['u8', 200],
        ['i8', -5],
        ['u16', 65535],
        ['i16', -2],
        ['u32', 4294967295],
        ['i32', -7],
      ],
      ...[
        ['f32', 0.5],
        ['yes', true],
        ['no', false],
        ['text', 'häuser'],
      ],
      ...[
        ['u64', 2 ** 53 - 1],
        ['i64', -3],
        ['f64', 0.1],
        ['large', '18446744073709551615'],
      ],
      ...[
        ['list', [1, 2]],
        ['texts', ['a', '']],
        ['lists', [[true], []]],
        ['__proto__', 1],
      ],
    ]);
    assert.deepEqual(header.tensors, [
      { name: 'token_embd.weight', dtype: 'Q4_K', shape: [10, 256], elements: 2560, bytes: 1440 },
      { name: 'one', dtype: 'F32', shape: [], elements: 1, bytes: 4 },
      { name: 'blk.0.attn_norm.weight', dtype: 'F32', shape: [5], elements: 5, bytes: 20 },
    ]);
    assert.equal(header.parameters, 2566);
    assert.equal(header.bytes, 1464);
  });

  it('reads version 2, version 3 and both byte orders alike', async () => {
    const file: GgufFile = {
      metadata: [
        ['a', u32(7)],
        ['b', list(3, [{ type: 3, value: -300 }])],
        ['c', f32(1.5)],
      ],
      tensors: [{ name: 'w', dimensions: [3, 2], type: 1, bytes: 12 }],
    };
    const expected = await read(file);
    assert.deepEqual(expected.metadata, { a: 7, b: [-300], c: 1.5 });
    assert.deepEqual(await read({ ...file, version: 2 }), expected);
    assert.deepEqual(await read({ ...file, littleEndian: false }), expected);
  });

  it('refuses other versions, each by its number', async () => {
    assert.match(await refusalOfFile({ version: 1 }), /version 1 of GGUF/);
    assert.match(await refusalOfFile({ version: 1, littleEndian: false }), /version 1 of GGUF/);
    assert.match(await refusalOfFile({ version: 4 }), /version 4 of GGUF/);
    assert.match(await refusalOfFile({ version: 0 }), /version 0 of GGUF/);
  });

  it('knows the block of every type', async () => {
    for (const [id, name, elements, bytes] of blocks) {
      const header = await read({
        tensors: [{ name: 'w', dimensions: [2 * elements, 3], type: id, bytes: 6 * bytes }],
      });
      assert.equal(header.tensors[0]?.dtype, name);
      assert.equal(header.bytes, 6 * bytes, name);
      assert.equal(header.parameters, 6 * elements, name);
    }
  });

  it('refuses types that are unknown or were withdrawn', async () => {
    const known = new Set(blocks.map(([id]) => id));
    for (const id of [4, 5, 31, 33, 36, 38, 43, 99, 2 ** 32 - 1]) {
      assert.ok(!known.has(id));
      assert.match(
        await refusalOfFile({ tensors: [{ ...vector, type: id }] }),
        new RegExp(`"v" has the type ${String(id)},`),
      );
    }
  });

  it('passes over long lists and texts, and keeps how long they are', async () => {
    const tokens = Array.from({ length: 5000 }, (_, index) => text(`token ${String(index)}`));
    const header = await read({
      metadata: [
        ['tokenizer.ggml.tokens', list(8, tokens)],
        [
          'tokenizer.ggml.scores',
          list(
            6,
            tokens.map(() => f32(1)),
          ),
        ],
        ['tokenizer.chat_template', text('x'.repeat(20_000))],
        ['after', u32(1)],
      ],
      tensors: [vector],
    });
    assert.deepEqual(header.metadata, {
      'tokenizer.ggml.tokens': { skipped: 'list', length: 5000 },
      'tokenizer.ggml.scores': { skipped: 'list', length: 5000 },
      'tokenizer.chat_template': { skipped: 'text', length: 20_000 },
      after: 1,
    });
  });

  it('keeps at most so much in all', async () => {
    const value = text('x'.repeat(16_000));
    const metadata = Array.from({ length: 400 }, (_, index) => [`key ${String(index)}`, value] as const);
    const kept = Object.values((await read({ metadata })).metadata).filter(
      (each) => typeof each === 'string',
    );
    assert.equal(kept.length, Math.floor((4 * 1024 * 1024) / 16_000));
  });

  it('reads in chunks, and of the data less than one chunk', async () => {
    const tokens = Array.from({ length: 200_000 }, (_, index) => text(`token ${String(index)}`));
    const data = 4 * 1e12;
    const { bytes, headerBytes } = ggufFile({
      metadata: [
        ['tokens', list(8, tokens)],
        [
          'scores',
          list(
            12,
            tokens.map(() => ({ type: 12, value: 1 })),
          ),
        ],
      ],
      tensors: [{ name: 'w', dimensions: [1e6, 1e6], type: 0, bytes: 0 }],
    });
    const source = new CountingSource(bytes, headerBytes + 32 + data);
    const start = performance.now();
    const header = await readGgufHeader(source, FILE);
    assert.ok(performance.now() - start < 2000);
    assert.equal(header.parameters, 1e12);
    assert.equal(header.bytes, data);
    assert.ok(source.furthest < headerBytes + GGUF_CHUNK_BYTES, String(source.furthest));
    // The scores have a fixed width and are passed over without being read.
    assert.ok(source.bytesRead < headerBytes - 200_000 * 8 + 2 * GGUF_CHUNK_BYTES, String(source.bytesRead));
    assert.ok(source.reads <= headerBytes / GGUF_CHUNK_BYTES + 3);
  });

  it('refuses counts that the file cannot hold, at once', async () => {
    const hostile = (patch: (view: DataView) => void): { source: CountingSource } => {
      const { bytes } = ggufFile({ metadata: [['a', list(8, [text('b')])]], tensors: [vector] });
      patch(new DataView(bytes.buffer));
      return { source: new CountingSource(bytes, 1e12) };
    };
    // Tensors, pairs, the key's length, the list's length, its text's length: each by its place.
    for (const at of [8, 16, 24, 41, 49]) {
      for (const count of [2n ** 60n, 2n ** 63n, 2n ** 64n - 1n, 2n ** 53n]) {
        const { source } = hostile((view) => {
          view.setBigUint64(at, count, true);
        });
        await refusalOf(readGgufHeader(source, FILE), FILE);
        assert.ok(source.bytesRead <= 2 * GGUF_CHUNK_BYTES, `${String(at)}: ${String(source.bytesRead)}`);
      }
    }
  });

  it('counts what each thing takes at least', async () => {
    const { bytes } = ggufFile({ metadata: [['a', list(12, [])]], tensors: [vector] });
    const counts = [
      [8, /number of tensors is 7,/],
      [16, /number of metadata is 8,/],
      [41, /length of the list "a" is 14,/],
    ] as const;
    for (const [at, message] of counts) {
      const patched = bytes.slice();
      const count = Number(/ is (\d+)/.exec(message.source)?.[1]);
      new DataView(patched.buffer).setBigUint64(at, BigInt(count), true);
      assert.ok(count < patched.length - at);
      assert.match(await refusal(patched), message);
    }
  });

  it('refuses more tensors than any model has, and a header longer than any', async () => {
    const { bytes } = ggufFile({ metadata: [['a', list(0, [])]], tensors: [vector] });
    new DataView(bytes.buffer).setBigUint64(8, 10_000_000n, true);
    assert.match(await refusal(bytes, 1e12), /10000000, more than any model has/);
    const long = ggufFile({ metadata: [['a', list(12, [])]], tensors: [vector] }).bytes;
    new DataView(long.buffer).setBigUint64(41, 100_000_000n, true);
    assert.match(await refusal(long, 1e12), /longer than 128 MiB/);
  });

  it('refuses what is cut off, wherever the cut is', async () => {
    const { bytes, headerBytes } = ggufFile({
      metadata: [
        ['general.architecture', text('llama')],
        ['b', list(8, [text('c'), text('d')])],
      ],
      tensors: [vector, { ...vector, name: 'w' }],
    });
    for (let length = 0; length < bytes.length; length++) {
      const message = await refusal(bytes.subarray(0, length));
      if (length >= headerBytes) assert.match(message, /cut off: its last \d+ bytes are missing/);
    }
    assert.match(await refusal(bytes.subarray(0, bytes.length - 5)), /its last 5 bytes/);
  });

  it('follows the alignment that the file says', async () => {
    const aligned = (alignment: GgufValue): GgufFile => ({
      alignment: 64,
      metadata: [['general.alignment', alignment]],
      tensors: [vector, { ...vector, name: 'w' }],
    });
    assert.equal((await read(aligned(u32(64)))).parameters, 8);
    for (const value of [u32(0), u32(48), u32(2 ** 31), text('64'), f32(0.5)]) {
      assert.match(await refusalOfFile(aligned(value)), /power of two/);
    }
    assert.match(await refusalOfFile({ tensors: [{ ...vector, offset: 8 }] }), /"v" is not aligned/);
  });

  it('refuses tensors whose parts do not fit together', async () => {
    assert.match(await refusalOfFile({ tensors: [vector, vector] }), /"v" is there twice/);
    assert.match(
      await refusalOfFile({
        tensors: [
          { ...vector, bytes: 64, dimensions: [16] },
          { ...vector, name: 'w', offset: 32 },
        ],
      }),
      /"w" overlaps/,
    );
    assert.match(
      await refusalOfFile({ tensors: [{ ...vector, dimensions: [1, 1, 1, 1, 1] }] }),
      /5 dimensions/,
    );
    assert.match(
      await refusalOfFile({ tensors: [{ ...vector, dimensions: [100], type: 8 }] }),
      /rows of 100/,
    );
    assert.match(
      await refusalOfFile({ tensors: [{ ...vector, dimensions: [2 ** 40, 2 ** 40] }] }),
      /larger than any file/,
    );
    assert.match(
      await refusalOfFile({ tensors: [{ ...vector, name: 'n'.repeat(2000) }] }),
      /name of 2000 bytes/,
    );
  });

  it('refuses metadata that GGUF does not define', async () => {
    assert.match(
      await refusalOfFile({
        metadata: [
          ['a', u32(1)],
          ['a', u32(2)],
        ],
      }),
      /"a" twice/,
    );
    assert.match(await refusalOfFile({ metadata: [['', u32(1)]] }), /0 bytes long/);
    assert.match(await refusalOfFile({ metadata: [['k'.repeat(70_000), u32(1)]] }), /70000 bytes long/);
    assert.match(await refusalOfFile({ metadata: [['a', list(13, [])]] }), /type 13/);
    const deep = Array.from({ length: 6 }).reduce<GgufValue>((inner) => list(9, [inner]), list(9, []));
    const wide = list(
      9,
      Array.from({ length: 4097 }, () => list(0, [])),
    );
    assert.match(await refusalOfFile({ metadata: [['a', wide]] }), /more lists in a list/);
    assert.match(await refusalOfFile({ metadata: [['a', deep]] }), /too deep/);
    const { bytes } = ggufFile({ metadata: [['a', bool(true)]] });
    bytes[bytes.length - 1] = 2;
    assert.match(await refusal(bytes), /neither true nor false/);
  });

  it('tells other files by their beginning', async () => {
    const other = new TextEncoder().encode('ggml and further bytes');
    assert.match(await refusal(other), /does not begin with "GGUF"/);
    assert.match(
      await refusal(new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n')),
      /LFS/,
    );
    assert.match(await refusal(new TextEncoder().encode('GGUF')), /too short/);
  });

  it('accepts a file of a vocabulary alone', async () => {
    const header = await read({ metadata: [['general.architecture', text('llama')]] });
    assert.equal(header.parameters, 0);
  });
});

const tensorList = fc.uniqueArray(
  fc
    .record({
      name: fc.string({ maxLength: 12 }),
      block: fc.constantFrom(...blocks),
      row: fc.nat(3),
      rest: fc.array(fc.nat(4), { maxLength: 3 }),
    })
    .map(({ name, block: [type, , elements, bytes], row, rest }) => ({
      name,
      type,
      dimensions: [row * elements, ...rest],
      bytes: rest.reduce((product, size) => product * size, row * bytes),
      elements: rest.reduce((product, size) => product * size, row * elements),
    })),
  { maxLength: 8, selector: ({ name }) => name },
);

const value: fc.Arbitrary<GgufValue> = fc.letrec<{ value: GgufValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2 },
    fc.nat().map(u32),
    fc.boolean().map(bool),
    fc.string().map(text),
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((each): GgufValue => ({ type: 10, value: each })),
    fc.array(fc.string(), { maxLength: 4 }).map((each) => list(8, each.map(text))),
    fc.array(tie('value'), { maxLength: 2 }).map((each) =>
      list(
        9,
        each.filter(({ type }) => type === 9),
      ),
    ),
  ),
})).value;

const metadataList = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1, maxLength: 9 }), value), {
  maxLength: 6,
  selector: ([key]) => key,
});

async function readOrRefuse(bytes: Uint8Array): Promise<WeightHeader | undefined> {
  const source = new CountingSource(bytes);
  try {
    return await readGgufHeader(source, FILE);
  } catch (error) {
    assert.ok(error instanceof ConfigError, error instanceof Error ? error.stack : String(error));
    return undefined;
  }
}

describe('weights: GGUF properties', () => {
  it('sums exactly what was written, in both byte orders', async () => {
    await fc.assert(
      fc.asyncProperty(tensorList, metadataList, fc.boolean(), async (tensors, metadata, littleEndian) => {
        const header = await read({ tensors, metadata, littleEndian });
        assert.equal(
          header.parameters,
          tensors.reduce((sum, { elements }) => sum + elements, 0),
        );
        assert.equal(
          header.bytes,
          tensors.reduce((sum, { bytes }) => sum + bytes, 0),
        );
        assert.deepEqual(Object.keys(header.metadata).sort(), metadata.map(([key]) => key).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('ends in a header or a ConfigError for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 150 }), async (tail) => {
        await readOrRefuse(tail);
        const { bytes } = ggufFile({});
        await readOrRefuse(Uint8Array.of(...bytes.subarray(0, 8), ...tail));
      }),
      { numRuns: 500 },
    );
  });

  it('survives any change to a valid file', async () => {
    const change = fc.record({ at: fc.nat(), to: fc.nat(255) });
    let accepted = 0;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(
        tensorList,
        metadataList,
        fc.array(change, { maxLength: 3 }),
        async (tensors, metadata, changes) => {
          const { bytes } = ggufFile({ tensors, metadata });
          for (const { at, to } of changes) bytes[at % bytes.length] = to;
          if ((await readOrRefuse(bytes)) === undefined) refused++;
          else accepted++;
        },
      ),
      { numRuns: 1500 },
    );
    assert.ok(accepted > 0 && refused > 0);
  });
});

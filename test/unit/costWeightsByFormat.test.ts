import assert from 'node:assert/strict';
import { countParameters } from '../../src/cost/parameters';
import { weightsByFormat } from '../../src/cost/weightsByFormat';
import { weightFormats, type WeightFormat } from '../../src/model/recipe';
import { deepseekV3, gptOss20b, llama2Of7B, llama31Of8B } from '../fixtures/publishedModels';

const GB = 1e9;

function bytesIn(format: WeightFormat): number {
  const found = weightsByFormat(llama2Of7B(), 'float16').find((each) => each.format === format);
  assert.ok(found);
  return found.bytes;
}

describe('cost: weights by format', () => {
  it('is two bytes a parameter in 16 bits', () => {
    assert.equal(bytesIn('none'), 2 * 6_738_415_616);
  });

  // Files of Llama 2 7B as llama.cpp's quantize makes them, which keeps norms in float32 and, below 8 bits, stores the
  // head in Q6_K. Mixes of the M kind store more tensors so and are larger.
  const ggufFiles = [
    ['q8_0', 7.16],
    ['q6_k', 5.53],
    ['q5_k', 4.65],
    ['q4_k', 3.86],
    ['q4_0', 3.83],
  ] as const;
  for (const [format, gigabytes] of ggufFiles) {
    it(`comes within 2 % of the ${String(gigabytes)} GB of the GGUF file of Llama 2 7B in ${format}`, () => {
      assert.ok(Math.abs(bytesIn(format) / GB / gigabytes - 1) < 0.02, String(bytesIn(format) / GB));
    });
  }

  it('keeps embedding, head and norms in 16 bits where a format is one of layers only', () => {
    const { total, embedding, outputHead, norms } = countParameters(llama2Of7B());
    const kept = embedding + outputHead + norms;
    const layers = total - kept;
    assert.equal(bytesIn('int8'), layers + 2 * kept);
    assert.equal(bytesIn('nf4'), (layers * 4.5) / 8 + 2 * kept);
    // A 4-bit AWQ or GPTQ checkpoint of it with groups of 128 is 3.9 GB.
    for (const format of ['awq4', 'gptq4'] as const) {
      assert.ok(Math.abs(bytesIn(format) / GB / 3.9 - 1) < 0.02, String(bytesIn(format) / GB));
    }
  });

  it('stores the experts of gpt-oss-20b in MXFP4: a checkpoint of 12.8 GiB (OpenAI 2025, Table 1)', () => {
    const stored = weightsByFormat(gptOss20b(), 'bfloat16').find(({ format }) => format === 'mxfp4');
    assert.equal((Number(stored?.bytes) / 2 ** 30).toFixed(1), '12.8');
  });

  it('stores the matrices of DeepSeek-V3 in 8 bits with a float32 scale a block of 128 × 128, but not its router', () => {
    const { total, parts } = countParameters(deepseekV3());
    const matrices = parts.attention + parts.feedForward + parts.experts;
    const stored = weightsByFormat(deepseekV3(), 'bfloat16').find(({ format }) => format === 'fp8-block');
    assert.equal(stored?.bytes, matrices * (1 + 4 / 128 ** 2) + 2 * (total - matrices));
  });

  it('lists the formats that store something, each with a note, and none of experts where there are none', () => {
    const formats = weightsByFormat(llama31Of8B(), 'bfloat16').map(({ format }) => format);
    assert.deepEqual(
      formats,
      weightFormats.filter((format) => format !== 'mxfp4'),
    );
    const withExperts = weightsByFormat(gptOss20b(), 'bfloat16');
    assert.deepEqual(
      withExperts.map(({ format }) => format),
      [...weightFormats],
    );
    for (const { note, bytes } of withExperts) {
      assert.ok(note.length > 5);
      assert.ok(bytes > 0 && bytes <= Number(withExperts[0]?.bytes));
    }
    assert.equal(withExperts[0]?.note, '16 bits, bfloat16');
  });
});

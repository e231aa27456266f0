import assert from 'node:assert/strict';
import type { EstimateOptions } from '../../src/cost/estimate';
import { countFlops } from '../../src/cost/flops';
import { kvCacheBytes, kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { modelWeights } from '../../src/cost/modelWeights';
import { countParameters } from '../../src/cost/parameters';
import { trainingFlops } from '../../src/cost/trainingFlops';
import { elementsOf } from '../../src/model/weightSpec';
import type { ModelSpec } from '../../src/model/modelSpec';
import { changedAttention } from '../fixtures/changedAttention';
import { gptStyle } from '../fixtures/gptStyle';
import { oneStack } from '../fixtures/oneStack';
import { deepseekV3, gptOss20b, llama2Of7B, llama31Of8B, mixtral8x7b } from '../fixtures/publishedModels';
import { llama1b } from '../fixtures/readFixture';

const KiB = 2 ** 10;

function at(sequenceLength: number, more: Partial<EstimateOptions> = {}): EstimateOptions {
  return { sequenceLength, batch: 1, dtype: 'float16', ...more };
}

describe('cost oracles: KV cache', () => {
  it('is 512 KiB a token of Llama 2 7B in 16 bits, and half of that in 8', () => {
    assert.equal(kvCacheBytesPerToken(llama2Of7B(), 'float16'), 512 * KiB);
    assert.equal(kvCacheBytes(llama2Of7B(), at(4096)), 4096 * 512 * KiB);
    assert.equal(kvCacheBytes(llama2Of7B(), at(4096, { cacheDType: 'float8' })), 4096 * 256 * KiB);
  });

  it('is (512 + 64)·61·2 bytes a token of DeepSeek-V3, for all 128 heads together', () => {
    assert.equal(kvCacheBytesPerToken(deepseekV3(), 'bfloat16'), (512 + 64) * 61 * 2);
  });

  it('of gpt-oss-20b is 49 % less than the full pages that it takes, where windowed layers hold their window', () => {
    const n = 131072;
    const pages = kvCacheBytes(gptOss20b(), at(n, { cacheLayout: 'pages' }));
    const windowed = kvCacheBytes(gptOss20b(), at(n, { cacheLayout: 'window' }));
    assert.equal(pages, 24 * 2 * 8 * 64 * 2 * n);
    assert.equal(windowed, 12 * 2 * 8 * 64 * 2 * (n + 128));
    // 49.95 % of the full pages; seen from the window it is as much again.
    assert.equal(Math.floor((100 * (pages - windowed)) / pages), 49);
  });

  it('rounds up to whole pages, exactly', () => {
    const perToken = 512 * KiB;
    for (const page of [1, 16, 100, 256]) {
      for (const n of [1, 15, 16, 17, 99, 100, 101, 4096]) {
        const held = Math.ceil(n / page) * page;
        const options = at(n, { batch: 3, cacheLayout: 'pages', cachePageTokens: page });
        assert.equal(kvCacheBytes(llama2Of7B(), options), 3 * held * perToken);
      }
    }
    assert.equal(kvCacheBytes(llama2Of7B(), at(17, { cacheLayout: 'pages' })), 32 * perToken);
  });

  it('has keys and values of different widths, shared caches, the encoder, chunks and fixed states', () => {
    const attention = { heads: 8, kvHeads: 2, headDim: 64, valueHeadDim: 32, causal: true } as const;
    const recurrence = {
      kind: 'mamba',
      stateElements: 1000,
      convolutionElements: 24,
      scanFlopsPerToken: 0,
      keptElements: 0,
    };
    const cross = { heads: 8, kvHeads: 8, headDim: 64, causal: false };
    const model = madeOf([
      { name: 'wide', layers: 3, attention },
      { name: 'shared', layers: 5, attention: { ...attention, sharesCache: true } },
      {
        name: 'chunked',
        layers: 2,
        attention: { ...attention, pattern: { kind: 'chunk', chunk: 16, before: 1, after: 0 } },
      },
      { name: 'mamba', layers: 7, recurrence },
      { name: 'cross', layers: 1, crossAttention: cross },
    ]);
    const [n, source] = [100, 30];
    const elements = 2 * (64 + 32) * (3 * n + 2 * 32) + 7 * 1024 + 2 * 8 * 64 * source;
    assert.equal(kvCacheBytes(model, at(n, { sourceLength: source })), 2 * elements);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 2 * 2 * (64 + 32) * 5);
  });
});

describe('cost oracles: parameters', () => {
  it('has 671B of which 37B are active for DeepSeek-V3, 47B and 13B for Mixtral 8x7B', () => {
    const deepseek = countParameters(deepseekV3());
    assert.equal(deepseek.total, 671_026_419_200);
    assert.equal(Math.round((deepseek.active - deepseek.embedding) / 1e9), 37);
    const mixtral = countParameters(mixtral8x7b());
    assert.equal(mixtral.total, 46_702_792_704);
    assert.equal(mixtral.active, 12_879_925_248);
    const oss = countParameters(gptOss20b());
    // OpenAI 2025, Table 1: 20.91B in all, 3.61B active, embedding not counted.
    assert.equal(oss.total, 20_914_757_184);
    assert.equal(((oss.active - oss.embedding) / 1e9).toFixed(2), '3.61');
  });
});

describe('cost oracles: FLOPs', () => {
  const [h, a, L, n] = [4096, 32, 32, 2048];

  it('is 4·n²·d·a a layer of attention, and causal n·(n + 1)/2 of the n² pairs', () => {
    const causal = gptStyle(h, a, L);
    const full = changedAttention(causal, (attention) => ({ ...attention, causal: false }));
    const attention = (model: ModelSpec): number =>
      countFlops(model, { sequenceLength: n, batch: 1 }).attentionPrefill;
    assert.equal(attention(full), L * 4 * n * n * h);
    assert.equal(attention(causal) / attention(full), (n + 1) / (2 * n));
  });

  it('is 72·b·s·l·h²·(1 + s/(6h) + V/(12·l·h)) a training step of a GPT (Korthikanti et al. 2022, Appendix A)', () => {
    const model = changedAttention(gptStyle(h, a, L), (attention) => ({ ...attention, causal: false }));
    const step = trainingFlops(model, at(n, { batch: 3 }));
    const V = 50304;
    const published = 72 * 3 * n * L * h * h * (1 + n / (6 * h) + V / (12 * L * h));
    assert.ok(Math.abs(step / published - 1) < 1e-12, String(step / published));
    const recomputing = (recomputation: 'selective' | 'full'): number =>
      trainingFlops(model, at(n, { batch: 3, training: { recomputation } }));
    // Full recomputation: 96·b·s·l·h²·(1 + s/(6h) + V/(16·l·h)).
    const full = 96 * 3 * n * L * h * h * (1 + n / (6 * h) + V / (16 * L * h));
    assert.ok(Math.abs(recomputing('full') / full - 1) < 1e-12);
    // Selective: the attention's products once more.
    assert.equal(recomputing('selective') - step, 3 * L * 4 * n * n * h);
  });

  it('is 6·N·D a training step, apart from attention (Kaplan et al. 2020)', () => {
    for (const model of [llama2Of7B(), llama31Of8B(), llama1b(), mixtral8x7b()]) {
      const multiplied = modelWeights(model).filter(({ weight }) => weight.use === 'matmul');
      // A tied head is multiplied though it is counted with the embedding.
      const N = multiplied.reduce((sum, { weight, layers }) => {
        const elements = elementsOf(weight) * (weight.copies?.value ?? 1);
        return sum + (layers * elements * (weight.activeCopies?.value ?? 1)) / (weight.copies?.value ?? 1);
      }, 0);
      const D = 2 * 1000;
      const { attentionPrefill } = countFlops(model, { sequenceLength: 1000, batch: 2 });
      const step = trainingFlops(model, at(1000, { batch: 2 }));
      assert.equal(step, 6 * N * D + 3 * attentionPrefill);
      const { active, embedding, norms } = countParameters(model);
      const tied = model.head.tied ? embedding : 0;
      assert.equal(N, active - embedding - norms + tied);
      assert.ok(Math.abs(step / (6 * active * D) - 1) < 0.1);
    }
  });

  it('passes frozen weights twice and adapters three times, of experts only those that are routed to', () => {
    const lora = { rank: 8, targets: ['q_proj', 'v_proj'], baseFormat: 'none' } as const;
    const options = at(n, { training: { lora } });
    const { prefill, attentionPrefill } = countFlops(llama2Of7B(), options);
    const adapters = 4_194_304;
    assert.equal(trainingFlops(llama2Of7B(), options), 2 * prefill + attentionPrefill + 6 * n * adapters);
    const routed = at(n, { training: { lora: { ...lora, targets: ['w2'] } } });
    const mixtral = countFlops(mixtral8x7b(), routed);
    const perToken = 32 * 2 * 8 * (4096 + 14336);
    assert.equal(
      trainingFlops(mixtral8x7b(), routed),
      2 * mixtral.prefill + mixtral.attentionPrefill + 6 * n * perToken,
    );
  });
});

function madeOf(kinds: Parameters<typeof oneStack>[0]['kinds']): ModelSpec {
  return oneStack({
    hiddenSize: 512,
    vocabSize: 1000,
    maxSequenceLength: 1000,
    kinds,
    feedForward: { kind: 'gated', intermediateSize: 1024 },
    bias: false,
    norm: 'rms',
    head: { kind: 'language-model', tied: true },
    dropout: { attention: 0, hidden: 0 },
    dtype: 'float16',
  });
}

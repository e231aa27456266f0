import assert from 'node:assert/strict';
import { fieldInsight } from '../../src/insight/fieldInsight';
import { hoverMarkdown } from '../../src/insight/hoverMarkdown';
import { inlayText, lensTitle } from '../../src/insight/lensTitle';
import { readText } from '../fixtures/readFixture';
import { tinyLlama } from '../fixtures/tinyLlama';
import { GiB, inspect, insightOf, subjectOf, target } from './insightFixture';

const llama = readText('examples/llama-3.2-1b/config.json');
const mistral = readText('test/fixtures/configs/mistral-7b.json');

const vit = {
  model_type: 'vit',
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  image_size: 224,
  patch_size: 16,
};

const clip = {
  model_type: 'clip',
  projection_dim: 512,
  text_config: {
    hidden_size: 512,
    num_hidden_layers: 12,
    num_attention_heads: 8,
    intermediate_size: 2048,
    vocab_size: 49408,
    max_position_embeddings: 77,
  },
  vision_config: {
    hidden_size: 768,
    num_hidden_layers: 10,
    num_attention_heads: 12,
    intermediate_size: 3072,
    image_size: 224,
    patch_size: 32,
    max_position_embeddings: 4096,
  },
};

describe('insight: windows', () => {
  it('saves of Mistral 7B what lies behind its window', async () => {
    const { reading } = await subjectOf(mistral, 'sliding_window');
    assert.equal(reading.model.maxSequenceLength, 32_768);
    const insight = insightOf('window', await subjectOf(mistral, 'sliding_window'));
    // 32 layers · 2 · 8 heads · 128 · 2 bytes = 128 KiB a token.
    assert.equal(insight.layers, 32);
    assert.equal(insight.at.kvCacheBytes, GiB / 2);
    assert.equal(insight.full.kvCacheBytes, 4 * GiB);
    assert.equal(insight.doubled.kvCacheBytes, GiB);
    assert.equal(insight.halved?.kvCacheBytes, GiB / 4);
    // Σ min(i, w) pairs, 4 · 128 FLOP a pair, 32 heads, 32 layers.
    const pairs = (n: number, w: number): number => (w * (w + 1)) / 2 + (n - w) * w;
    assert.equal(insight.at.attentionFlops, 32 * 32 * 512 * pairs(32_768, 4096));
    assert.equal(insight.full.attentionFlops, 32 * 32 * 512 * pairs(32_768, 32_768));
    assert.match(
      hoverMarkdown(insight, {}),
      /keep its 4,096 tokens only, which saves 3\.50 GiB of the 4\.00 GiB/,
    );
    assert.equal(inlayText(insight), 'KV 512 MiB of 4.00 GiB');
  });

  it('has no effect where it is switched off', async () => {
    const text = JSON.stringify({
      ...JSON.parse(readText('test/fixtures/configs/qwen2-7b.json')),
      use_sliding_window: false,
    });
    const insight = insightOf('window', await subjectOf(text, 'sliding_window'));
    assert.equal(insight.layers, 0);
    assert.match(hoverMarkdown(insight, {}), /^- \*\*No effect\.\*\*/);
  });
});

describe('insight: heads and layers', () => {
  it('costs other numbers of key/value heads', async () => {
    const insight = insightOf('heads', await subjectOf(llama, 'num_key_value_heads'));
    assert.deepEqual(insight.shapes, [{ layers: 16, heads: 32, kvHeads: 8, headDim: 64, grouping: 'GQA' }]);
    assert.equal(insight.kvBytesPerToken, 32 * 1024);
    assert.deepEqual(
      insight.others.map(({ value, kvBytesPerToken, kvCacheBytes, attentionRatio }) => [
        value,
        kvBytesPerToken,
        kvCacheBytes,
        attentionRatio,
      ]),
      [
        [16, 64 * 1024, 8 * GiB, 1],
        [4, 16 * 1024, 2 * GiB, 1],
      ],
    );
    const hover = hoverMarkdown(insight, {});
    assert.match(hover, /\(MHA\) would take 128 KiB a token, one for all \(MQA\) 4\.00 KiB/);
    assert.match(hover, /must divide the 32 query heads: 1 · 2 · 4 · 8 · 16 · 32\./);
    assert.equal(lensTitle(insight), 'GQA · KV 32.0 KiB a token');
  });

  it('offers no number of key/value heads that the heads cannot be shared among', async () => {
    const text = JSON.stringify({
      ...tinyLlama,
      num_attention_heads: 6,
      num_key_value_heads: 6,
      hidden_size: 192,
    });
    const insight = insightOf('heads', await subjectOf(text, 'num_key_value_heads'));
    assert.deepEqual(
      insight.others.map(({ value }) => value),
      [3],
    );
  });

  it('scales cache and attention with the width of a head', async () => {
    const insight = insightOf('heads', await subjectOf(llama, 'head_dim'));
    assert.deepEqual(
      insight.others.map(({ value, kvCacheBytes, attentionRatio }) => [value, kvCacheBytes, attentionRatio]),
      [
        [128, 8 * GiB, 2],
        [32, 2 * GiB, 0.5],
      ],
    );
  });

  it('costs one layer', async () => {
    const insight = insightOf('layers', await subjectOf(llama, 'num_hidden_layers'));
    assert.equal(insight.layers, 16);
    const [layer] = insight.kinds;
    // Two of 2048², two of 2048 · 512, three of 2048 · 8192, two norms.
    const parameters = 2 * 2048 ** 2 + 2 * 2048 * 512 + 3 * 2048 * 8192 + 2 * 2048;
    assert.equal(layer?.parameters, parameters);
    assert.equal(layer.weightBytes, 2 * parameters);
    assert.equal(layer.kvBytesPerToken, 2048);
    assert.equal(layer.kvCacheBytes, GiB / 4);
  });
});

describe('insight: towers', () => {
  it('counts the tokens of an image, and of other sizes and patches', async () => {
    const text = JSON.stringify(vit);
    const insight = insightOf('tower', await subjectOf(text, 'image_size'));
    assert.equal(insight.tokens, 14 ** 2 + 1);
    // 12 layers · 12 heads · 4 · 64 · n².
    const attention = (n: number): number => 12 * 12 * 256 * n ** 2;
    assert.equal(insight.attentionFlops, attention(197));
    assert.deepEqual(insight.others, [
      { value: 448, tokens: 785, attentionFlops: attention(785) },
      { value: 112, tokens: 50, attentionFlops: attention(50) },
    ]);
    const patch = insightOf('tower', await subjectOf(text, 'patch_size'));
    assert.deepEqual(
      patch.others.map(({ value, tokens }) => [value, tokens]),
      [
        [32, 50],
        [8, 785],
      ],
    );
  });

  it('speaks of the tower that a field stands in, or says nothing', async () => {
    const { reading, fields } = await inspect(JSON.stringify(clip));
    assert.ok(reading);
    const at = (path: string): ReturnType<typeof fieldInsight> => {
      const field = fields.find((each) => each.path === path) ?? assert.fail(path);
      return fieldInsight({ reading, field, settings: {}, target });
    };
    const layersOf = (path: string): unknown => {
      const insight = at(path);
      return insight?.kind === 'layers' ? insight.layers : insight;
    };
    assert.equal(layersOf('vision_config.num_hidden_layers'), 10);
    assert.equal(layersOf('text_config.num_hidden_layers'), 12);
    assert.equal(at('vision_config.max_position_embeddings'), undefined);
    const text = at('text_config.max_position_embeddings');
    assert.equal(text?.kind === 'length' && text.n, 77);
    const image = at('vision_config.image_size');
    assert.equal(image?.kind === 'tower' && image.tokens, 50);
  });
});

describe('insight: rotary scaling', () => {
  const scaledBy = (type: string): string =>
    JSON.stringify({
      ...tinyLlama,
      rope_scaling: { type, factor: 4, original_max_position_embeddings: 256 },
    });

  it('extends the original length by the factor', async () => {
    for (const path of ['rope_scaling.factor', 'rope_scaling.original_max_position_embeddings']) {
      const insight = insightOf('rope', await subjectOf(scaledBy('yarn'), path));
      assert.equal(insight.original, 256);
      assert.equal(insight.factor, 4);
      assert.equal(insight.extended, 1024);
      assert.match(hoverMarkdown(insight, {}), /256 tokens × 4; the model declares 512 tokens/);
    }
  });

  it('takes the factor of Llama 3.1, which slows low frequencies, for no ratio of lengths', async () => {
    const insight = insightOf(
      'rope',
      await subjectOf(llama, 'rope_scaling.original_max_position_embeddings'),
    );
    assert.equal(insight.original, 8192);
    assert.equal(insight.factor, undefined);
    assert.equal(insight.extended, 131_072);
    assert.equal(insight.at.kvCacheBytes, 4 * GiB);
    assert.match(hoverMarkdown(insight, {}), /extended from 8,192 tokens to the declared length/);
  });

  it('extends the declared length where no other is given, and none beyond reason', async () => {
    const scaled = (factor: number): string =>
      JSON.stringify({ ...tinyLlama, rope_scaling: { type: 'linear', factor } });
    assert.equal(insightOf('rope', await subjectOf(scaled(4), 'rope_scaling.factor')).extended, 2048);
    assert.equal(fieldInsight(await subjectOf(scaled(1e300), 'rope_scaling.factor')), undefined);
  });
});

it('insights of every field are short, plain and finite', async () => {
  for (const text of [llama, mistral, JSON.stringify(vit), JSON.stringify(clip)]) {
    const { reading, fields } = await inspect(text);
    assert.ok(reading);
    for (const field of fields) {
      const insight = fieldInsight({ reading, field, settings: {}, target });
      if (insight === undefined) continue;
      const hover = hoverMarkdown(insight, { explain: 'command:headroom.explainEstimate' });
      const [first = ''] = hover.split('\n\n');
      assert.ok(first.split('\n').length <= 5, first);
      assert.doesNotMatch(`${hover}${lensTitle(insight)}${inlayText(insight)}`, /NaN|Infinity|undefined|–/);
      assert.match(hover, /\n\[Explain\]\(command:headroom\.explainEstimate\)\n\n---\n/);
    }
  }
});

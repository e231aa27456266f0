import assert from 'node:assert/strict';
import { kvCacheBytes } from '../../src/cost/kvCache';
import { countFlops } from '../../src/cost/flops';
import { countParameters } from '../../src/cost/parameters';
import { formatInteger } from '../../src/model/units';
import { published, readPublished, truths } from './familyDecoderFixture';
import {
  kindOf,
  parametersOf,
  readObject,
  refusal,
  stackOf,
  without,
  type Config,
} from './familyObjectFixture';

const thousand = Object.fromEntries(
  Array.from({ length: 1000 }, (_, index) => [String(index), `class ${String(index)}`]),
);

const base = {
  hidden_size: 768,
  num_hidden_layers: 12,
  num_attention_heads: 12,
  intermediate_size: 3072,
  image_size: 224,
  patch_size: 16,
};
const large = { hidden_size: 1024, intermediate_size: 4096, num_attention_heads: 16, num_hidden_layers: 24 };

const swin = {
  model_type: 'swin',
  architectures: ['SwinForImageClassification'],
  embed_dim: 96,
  depths: [2, 2, 6, 2],
  num_heads: [3, 6, 12, 24],
  window_size: 7,
  image_size: 224,
  patch_size: 4,
  id2label: thousand,
};

/** Counts that the publishers' pages on Hugging Face, or timm's tables, give. */
const known: readonly [name: string, parameters: number, config: Config][] = [
  ['ViT-B/16, bare', 86_389_248, { ...base, model_type: 'vit', architectures: ['ViTModel'] }],
  [
    'DeiT-B, distilled',
    87_338_192,
    {
      ...base,
      model_type: 'deit',
      architectures: ['DeiTForImageClassificationWithTeacher'],
      id2label: thousand,
    },
  ],
  [
    'BEiT-B',
    86_530_984,
    {
      ...base,
      model_type: 'beit',
      architectures: ['BeitForImageClassification'],
      id2label: thousand,
      use_relative_position_bias: true,
    },
  ],
  [
    'DINOv2-B',
    86_580_480,
    { ...base, model_type: 'dinov2', architectures: ['Dinov2Model'], image_size: 518, patch_size: 14 },
  ],
  [
    'DINOv2-g',
    1_136_480_768,
    {
      model_type: 'dinov2',
      architectures: ['Dinov2Model'],
      hidden_size: 1536,
      num_hidden_layers: 40,
      num_attention_heads: 24,
      image_size: 518,
      patch_size: 14,
      use_swiglu_ffn: true,
    },
  ],
  ['Swin-T', 28_288_354, swin],
  [
    'SigLIP-B/16',
    203_155_970,
    { model_type: 'siglip', text_config: { vocab_size: 32000 }, vision_config: { patch_size: 16 } },
  ],
  [
    'CLIP-L/14 at 336 pixels',
    427_944_193,
    {
      model_type: 'clip',
      projection_dim: 768,
      text_config: { hidden_size: 768, intermediate_size: 3072, num_attention_heads: 12 },
      vision_config: { ...large, image_size: 336, patch_size: 14 },
    },
  ],
];

/** A tower of one layer: 8 wide, 2 heads, MLP of 16, 4 × 4 patches of 2 × 2 pixels. */
const tiny = {
  model_type: 'vit',
  hidden_size: 8,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 16,
  image_size: 8,
  patch_size: 2,
};
const tinyLayer = 4 * (64 + 8) + 2 * 8 * 16 + 16 + 8 + 2 * 16;
const tinyPatches = 8 * 3 * 4;

describe('families: vision towers', () => {
  it('equals the true counts of the published configs', function () {
    const truth = truths();
    if (truth === undefined) {
      console.log(`      skipped: no published configs beside the repository (${published})`);
      this.skip();
    }
    for (const file of ['vit-base-patch16-224', 'clip-vit-base-patch32']) {
      const model = readPublished(`${file}/config.json`);
      assert.equal(countParameters(model).total, truth.get(file)?.params, file);
      assert.equal(kvCacheBytes(model, { sequenceLength: 64, batch: 1, dtype: 'float16' }), 0);
    }
  });

  for (const [name, parameters, config] of known) {
    it(`counts ${formatInteger(parameters)} for ${name}`, () => {
      assert.equal(parametersOf(config), parameters);
    });
  }

  it('takes the patches of one image as the sequence', () => {
    const model = readObject({ ...base, model_type: 'vit' });
    assert.equal(model.maxSequenceLength, 197);
    assert.equal(model.learnedPositions, 197);
    assert.equal(model.vocabSize, 0);
    assert.equal(stackOf(model, 'vision').tokens, 'sequence');
    assert.equal(stackOf(model, 'vision').generates, false);
    assert.equal(readObject({ ...base, model_type: 'deit' }).maxSequenceLength, 198);
    const registers = readObject({ ...base, model_type: 'dinov2_with_registers' });
    assert.equal(registers.maxSequenceLength, 196 + 1 + 4);
    assert.equal(model.fields['imageSize']?.kind, 'key');
    assert.equal(model.fields['patchSize']?.kind, 'key');
  });

  it('reads sides in lists and mappings', () => {
    const tokens = (image: unknown, patch: unknown): number =>
      readObject({ ...tiny, image_size: image, patch_size: patch }).maxSequenceLength;
    assert.equal(tokens([8, 16], 2), 4 * 8 + 1);
    assert.equal(tokens([8, 16], [4, 2]), 2 * 8 + 1);
    assert.equal(tokens({ height: 8, width: 4 }, 2), 4 * 2 + 1);
    assert.equal(tokens([8], [2]), 17);
  });

  it('counts a ViT layer weight by weight', () => {
    const bare = tinyPatches + 8 + 8 + 17 * 8 + tinyLayer + 16;
    const head = { architectures: ['ViTForImageClassification'] };
    assert.equal(parametersOf({ ...tiny, architectures: ['ViTForMaskedImageModeling'] }), bare);
    assert.equal(parametersOf(tiny), bare + 64 + 8);
    assert.equal(parametersOf({ ...tiny, ...head }), bare + 2 * 8 + 2);
    assert.equal(parametersOf({ ...tiny, ...head, num_labels: 5 }), bare + 5 * 8 + 5);
    assert.equal(parametersOf({ ...tiny, ...head, id2label: { 0: 'a', 1: 'b', 2: 'c' } }), bare + 3 * 8 + 3);
    assert.equal(parametersOf({ ...tiny, qkv_bias: false }), bare + 64 + 8 - 24);
  });

  it('multiplies each patch once, and scores every pair of tokens', () => {
    const config = { ...tiny, architectures: ['ViTForImageClassification'] };
    const flops = countFlops(readObject(config), { sequenceLength: 17, batch: 1 });
    assert.equal(flops.otherPrefill, 2 * 16 * tinyPatches);
    assert.equal(flops.logitsPrefill, 2 * 2 * 8);
    assert.equal(flops.attentionPrefill, 4 * 17 * 17 * 8);
    assert.equal(flops.projectionsPrefill, 2 * 17 * 4 * 64);
    assert.equal(flops.decodePerToken, 0);
  });

  it('gives Swin one stack a stage, half the sides and twice the width each time', () => {
    const model = readObject(swin);
    assert.deepEqual(
      model.stacks.map(({ name, hiddenSize, tokens }) => [name, hiddenSize, tokens]),
      [
        ['stage 1', 96, 'sequence'],
        ['stage 2', 192, 784],
        ['stage 3', 384, 196],
        ['stage 4', 768, 49],
      ],
    );
    assert.equal(model.maxSequenceLength, 3136);
    const pattern = { kind: 'chunk', chunk: 49, before: 0, after: 0 };
    for (const { layerKinds } of model.stacks) assert.deepEqual(layerKinds[0]?.attention?.pattern, pattern);
    const flops = countFlops(model, { sequenceLength: 3136, batch: 1 });
    // Each token sees the 49 of its window: 4·n·49·h a layer.
    const scores = 2 * 3136 * 96 + 2 * 784 * 192 + 6 * 196 * 384 + 2 * 49 * 768;
    assert.equal(flops.attentionPrefill, 4 * 49 * scores);
    // Liu et al. 2021 give 4.5 GFLOPs, a multiply-add as one.
    assert.equal((flops.prefill / 2e9).toFixed(1), '4.5');
  });

  it('reads text and image of CLIP as two towers that generate nothing', () => {
    const model = readObject({
      model_type: 'clip',
      text_config: { vocab_size: 100 },
      vision_config: { patch_size: 32 },
    });
    assert.equal(model.stacks[0]?.name, 'text');
    assert.equal(kindOf(model, 'full_attention').attention?.causal, true);
    assert.equal(stackOf(model, 'vision').tokens, 50);
    assert.ok(model.stacks.every(({ generates }) => !generates));
    assert.equal(model.learnedPositions, 77);
    assert.equal(model.fields['vision.heads']?.kind, 'rule');
    const siglip = readObject({
      model_type: 'siglip',
      text_config: { vocab_size: 9 },
      vision_config: { patch_size: 16 },
    });
    assert.equal(kindOf(siglip, 'full_attention').attention?.causal, false);
    assert.equal(stackOf(siglip, 'vision').tokens, 196);
  });

  it('reads each tower of CLIP alone', () => {
    const vision = { ...large, model_type: 'clip_vision_model', image_size: 336, patch_size: 14 };
    assert.equal(parametersOf(vision), 303_507_456);
    const text = {
      model_type: 'clip_text_model',
      hidden_size: 512,
      num_hidden_layers: 12,
      num_attention_heads: 8,
      intermediate_size: 2048,
      vocab_size: 49408,
      max_position_embeddings: 77,
    };
    assert.equal(parametersOf(text), 63_165_952);
  });

  it('cuts the border of an image only where the model does', () => {
    const config = { ...base, model_type: 'siglip_vision_model', image_size: 384, patch_size: 14 };
    const model = readObject(config);
    assert.equal(model.maxSequenceLength, 27 * 27);
    assert.ok(model.assumptions.some((each) => each.includes('border')));
    assert.equal(refusal({ ...config, model_type: 'vit' }).key, 'image_size');
  });

  const refusals: readonly [string, Config, string][] = [
    ['a missing width', without(tiny, 'hidden_size'), 'hidden_size'],
    ['no layers', { ...tiny, num_hidden_layers: 0 }, 'num_hidden_layers'],
    ['heads that do not divide', { ...tiny, num_attention_heads: 3 }, 'num_attention_heads'],
    ['a patch larger than the image', { ...tiny, patch_size: 16 }, 'image_size'],
    ['patches that do not fill the image', { ...tiny, image_size: 9 }, 'image_size'],
    ['an image of three sides', { ...tiny, image_size: [8, 8, 8] }, 'image_size'],
    ['an image without a side', { ...tiny, image_size: [] }, 'image_size'],
    ['a mapping without sides', { ...tiny, image_size: { depth: 8 } }, 'image_size'],
    ['an image in words', { ...tiny, image_size: 'large' }, 'image_size'],
    ['a side of zero', { ...tiny, patch_size: [0, 2] }, 'patch_size'],
    ['stages without heads', { ...swin, num_heads: [3, 6] }, 'num_heads'],
    ['heads that do not divide a stage', { ...swin, num_heads: [3, 6, 12, 25] }, 'num_heads'],
    ['an empty list of stages', { ...swin, depths: [] }, 'depths'],
    ['a hundred stages', { ...swin, depths: Array(100).fill(1), num_heads: Array(100).fill(1) }, 'num_heads'],
    ['CLIP without images', { model_type: 'clip', text_config: { vocab_size: 100 } }, 'vision_config'],
  ];
  for (const [what, config, key] of refusals) {
    it(`refuses ${what}`, () => {
      const error = refusal(config);
      assert.equal(error.key, key);
      assert.ok(error.problem.includes(`"${key}"`), error.message);
    });
  }
});

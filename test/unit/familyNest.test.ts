import assert from 'node:assert/strict';
import { kvCacheBytes, kvCacheBytesPerToken } from '../../src/cost/kvCache';
import { countFlops } from '../../src/cost/flops';
import { countParameters } from '../../src/cost/parameters';
import { formatInteger } from '../../src/model/units';
import { kindOf, parametersOf, readObject, refusal, stackOf, type Config } from './familyObjectFixture';
import { nests } from './familyNestModels';

function nest(name: string): Config {
  return nests.find((each) => each.name.startsWith(name))?.config ?? assert.fail(name);
}

describe('families: models of text and images', () => {
  for (const { name, parameters, config } of nests) {
    it(`counts ${formatInteger(parameters)} for ${name}`, () => {
      assert.equal(parametersOf(config), parameters);
    });
  }

  it('puts the language model first and gives the tower the tokens of one image', () => {
    const model = readObject(nest('LLaVA'));
    assert.deepEqual(
      model.stacks.map(({ name, tokens, generates }) => [name, tokens, generates]),
      [
        ['decoder', 'sequence', true],
        ['vision', 577, false],
      ],
    );
    assert.equal(model.family, 'multimodal');
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 524_288);
    assert.equal(model.maxSequenceLength, 4096);
  });

  it('leads sources and errors into the part', () => {
    const config = nest('LLaVA');
    const { fields } = readObject(config);
    const source = fields['vision.imageSize'];
    assert.ok(source?.kind === 'key');
    assert.equal(source.path, 'vision_config.image_size');
    const vision = config['vision_config'] as Config;
    assert.equal(refusal({ ...config, vision_config: { ...vision, image_size: 337 } }).key, 'image_size');
  });

  it("fills in what the text's class fills in, and says so", () => {
    const { assumptions, vocabSize } = readObject(nest('Gemma 3'));
    assert.equal(vocabSize, 262_208);
    assert.ok(assumptions.some((each) => each.startsWith('vocab_size is not set: 262208')));
  });

  it('keeps the windows of Gemma 3 inside the nest', () => {
    const model = readObject(nest('Gemma 3'));
    assert.equal(kindOf(model, 'sliding_attention').layers, 29);
    assert.equal(kindOf(model, 'sliding_attention').attention?.window, 1024);
    assert.equal(stackOf(model, 'vision').tokens, 4096);
  });

  it('multiplies the projector with the tokens that the text gets', () => {
    const config = nest('Gemma 3');
    const flops = (tokens: number): number =>
      countFlops(readObject({ ...config, mm_tokens_per_image: tokens }), { sequenceLength: 16, batch: 1 })
        .prefill;
    assert.equal(flops(256) - flops(255), 2 * 1152 * 2560);
  });

  it('gives Qwen2.5-VL windows in all layers but four', () => {
    const vision = stackOf(readObject(nest('Qwen2.5-VL')), 'vision');
    assert.deepEqual(
      vision.layerKinds.map(({ name, layers, attention }) => [name, layers, attention?.pattern]),
      [
        ['window_attention', 28, { kind: 'chunk', chunk: 64, before: 0, after: 0 }],
        ['full_attention', 4, undefined],
      ],
    );
    assert.equal(vision.tokens, 1024);
  });

  it('reads the same text from a nested mapping', () => {
    const { vision_config: vision, model_type: modelType, ...text } = nest('Qwen2-VL');
    const nested = {
      model_type: modelType,
      vision_config: vision,
      text_config: { ...text, model_type: 'qwen2_vl_text' },
    };
    assert.equal(parametersOf(nested), parametersOf(nest('Qwen2-VL')));
  });

  it('counts the language model alone where the tower is missing or unknown, and says so', () => {
    const { vision_config: vision, ...text } = nest('LLaVA');
    const alone = readObject(text);
    assert.equal(alone.stacks.length, 1);
    assert.ok(alone.assumptions.some((each) => each.includes('vision_config')));
    const unknown = readObject({
      ...text,
      vision_config: { ...(vision as Config), model_type: 'new_tower' },
    });
    assert.equal(unknown.stacks.length, 1);
    assert.ok(unknown.assumptions.some((each) => each.includes('"new_tower"')));
  });

  it('lets eight layers of Llama 3.2 Vision attend to four tiles in place of the text', () => {
    const model = readObject(nest('Llama 3.2'));
    assert.equal(stackOf(model, 'vision').tokens, 4 * 1601);
    assert.equal(kindOf(model, 'cross_attention').layers, 8);
    assert.equal(kindOf(model, 'cross_attention').attention, undefined);
    assert.equal(kvCacheBytesPerToken(model, 'float16'), 32 * 2 * 2 * 8 * 128);
    const held = (sequenceLength: number): number =>
      kvCacheBytes(model, { sequenceLength, batch: 1, dtype: 'float16' });
    assert.equal(held(1000), (32 * 1000 + 8 * 6404) * 2 * 2 * 8 * 128);
    const beyond = { ...(nest('Llama 3.2')['text_config'] as Config), cross_attention_layers: [40] };
    assert.equal(refusal({ ...nest('Llama 3.2'), text_config: beyond }).key, 'cross_attention_layers');
  });

  it('reads an unknown nest as far as it goes, and names what it leaves out', () => {
    const { text_config: text, vision_config: vision } = nest('LLaVA');
    const known = readObject({
      model_type: 'new_nest',
      text_config: { ...(text as Config), hidden_size: 4096, num_hidden_layers: 32 },
      vision_config: vision,
      audio_config: {},
    });
    assert.equal(known.reading, 'best effort');
    assert.equal(countParameters(known).total, 6_738_939_904 + 303_507_456);
    assert.ok(known.assumptions.some((each) => each.includes('What joins "vision_config"')));
    assert.ok(known.assumptions.some((each) => each.includes('"audio_config"')));
    const tower = { width: 64, layers: 2, heads: 4, mlp_dim: 128, image_size: 32, patch_size: 8 };
    const usual = readObject({
      model_type: 'new_nest',
      text_config: { ...(text as Config), hidden_size: 4096, num_hidden_layers: 32 },
      vision_config: tower,
    });
    assert.equal(stackOf(usual, 'vision').tokens, 16);
    assert.ok(usual.assumptions.some((each) => each.includes('plain vision transformer')));
    const little = readObject({
      model_type: 'new_nest',
      text_config: { ...(text as Config), hidden_size: 4096, num_hidden_layers: 32 },
      vision_config: { width: 64 },
    });
    assert.equal(little.stacks.length, 1);
    assert.ok(little.assumptions.includes('Not known and not counted: "vision_config".'));
  });

  it('refuses a nest without its language model, or with one that is not known', () => {
    assert.equal(refusal({ model_type: 'llava', vision_config: { patch_size: 14 } }).key, 'text_config');
    const error = refusal({ model_type: 'llava', text_config: { model_type: 'new_text' } });
    assert.equal(error.key, 'model_type');
    assert.ok(error.problem.includes('new_text'));
  });

  it('refuses a nest in a nest', () => {
    let config: Config = { model_type: 'llava' };
    for (let depth = 0; depth < 50; depth++) config = { model_type: 'llava', text_config: config };
    assert.equal(refusal(config).key, 'model_type');
  });

  it('refuses a tower of images as the language model', () => {
    const text = {
      ...(nest('LLaVA')['vision_config'] as Config),
      model_type: 'vit',
      intermediate_size: 4096,
    };
    assert.equal(refusal({ ...nest('LLaVA'), text_config: text }).key, 'model_type');
  });
});

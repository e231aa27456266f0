import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  canonicalName,
  isPlainName,
  matchName,
  parseModelName,
  withoutQuantisation,
} from '../../src/config/resolve/modelName';

describe('resolve: names of models', () => {
  it('takes repositories, names with tags, paths and addresses apart', () => {
    const cases: [string, string | undefined, string | undefined, string | undefined][] = [
      ['mistralai/Mistral-7B-v0.1', 'mistralai', 'Mistral-7B-v0.1', undefined],
      ['gpt2', undefined, 'gpt2', undefined],
      ['llama3.2:1b', undefined, 'llama3.2', '1b'],
      ['llama3.2:latest', undefined, 'llama3.2', undefined],
      ['./out/ckpt', undefined, 'ckpt', undefined],
      ['../../etc', undefined, 'etc', undefined],
      ['..', undefined, undefined, undefined],
      ['~/gpt2', undefined, 'gpt2', undefined],
      ['C:\\models\\Qwen3-8B', undefined, 'Qwen3-8B', undefined],
      ['https://huggingface.co/Qwen/Qwen3-8B', 'Qwen', 'Qwen3-8B', undefined],
      ['https://huggingface.co/Qwen/Qwen3-8B/tree/main?x=1', 'Qwen', 'Qwen3-8B', undefined],
      ['https://huggingface.co/gpt2/tree/main', undefined, 'gpt2', undefined],
      ['https://huggingface.co/Qwen/Qwen3-8B/discussions', 'Qwen', 'Qwen3-8B', undefined],
      ['hf://Qwen/Qwen3-8B', 'Qwen', 'Qwen3-8B', undefined],
      ['hf.co/unsloth/Qwen3-8B-GGUF:Q4_K_M', 'unsloth', 'Qwen3-8B-GGUF', 'Q4_K_M'],
      ['/x/hub/models--Qwen--Qwen3-8B/snapshots/abc', 'Qwen', 'Qwen3-8B', undefined],
      ['/x/hub/models--gpt2/snapshots/abc', undefined, 'gpt2', undefined],
      ['models/qwen3-8b.Q8_0.gguf', 'models', 'qwen3-8b.Q8_0', undefined],
    ];
    for (const [reference, organisation, last, tag] of cases) {
      const name = parseModelName(reference);
      assert.deepEqual([name.organisation, name.last, name.tag], [organisation, last, tag], reference);
    }
  });

  it('never gives a part that leads to another folder', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[./\\~a-c:-]{0,20}$/)), (reference) => {
        const { organisation, last, tag } = parseModelName(reference);
        for (const part of [organisation, last, tag]) {
          if (part !== undefined) assert.doesNotMatch(part, /[/\\:]|\.\.|^\.|^~|^$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('does not take separators, drives and dots for plain names', () => {
    for (const part of [
      '',
      '.',
      '..',
      'a/b',
      'a\\b',
      'a..b',
      '.hidden',
      'C:',
      'end.',
      'a\0b',
      'x'.repeat(201),
    ]) {
      assert.equal(isPlainName(part), false, part);
    }
    for (const part of ['gpt2', 'Llama-3.1-8B', 'llama3 8B', 'a_b+c'])
      assert.equal(isPlainName(part), true, part);
  });

  it('has one spelling for names that differ in case and separators only', () => {
    for (const name of ['Llama-3.1-8B', 'llama3.1:8b', 'llama3_1_8b', 'Meta-Llama-3.1-8B', 'LLAMA 3.1 8B']) {
      assert.equal(canonicalName(name), 'llama3-1-8b', name);
    }
    assert.notEqual(canonicalName('Qwen2.5-7B'), canonicalName('Qwen2-57B'));
    assert.notEqual(canonicalName('pythia-1.4b'), canonicalName('pythia-14b'));
  });

  it('strips marks of quantisation, and says which', () => {
    const cases: [string, string, string][] = [
      ['Qwen3-8B-AWQ', 'Qwen3-8B', '-AWQ'],
      ['Llama-2-7B-GPTQ', 'Llama-2-7B', '-GPTQ'],
      ['Llama-3.1-405B-FP8', 'Llama-3.1-405B', '-FP8'],
      ['llama-3-8b-bnb-4bit', 'llama-3-8b', '-bnb-4bit'],
      ['Qwen3-14B-unsloth-bnb-4bit', 'Qwen3-14B', '-unsloth-bnb-4bit'],
      ['Qwen3-8B-GGUF:Q4_K_M', 'Qwen3-8B', '-GGUF:Q4_K_M'],
      ['llama3.1:8b-instruct-q4_K_M', 'llama3.1:8b-instruct', '-q4_K_M'],
      ['Meta-Llama-3.1-8B-Instruct-quantized.w4a16', 'Meta-Llama-3.1-8B-Instruct', '-quantized.w4a16'],
      ['Mixtral-8x7B-v0.1', 'Mixtral-8x7B-v0.1', ''],
      ['gguf', 'gguf', ''],
    ];
    for (const [name, rest, stripped] of cases) {
      assert.deepEqual(withoutQuantisation(name), { name: rest, stripped }, name);
    }
  });

  it('matches the last part alone only where one name has it', () => {
    const names = ['Qwen/Qwen3-8B', 'acme/Base', 'other/base', 'gpt2'];
    const match = (reference: string): unknown => matchName(parseModelName(reference), names);
    assert.deepEqual(match('qwen/QWEN3-8b'), {
      kind: 'match',
      name: 'Qwen/Qwen3-8B',
      sameOrganisation: true,
    });
    assert.deepEqual(match('qwen3-8b'), { kind: 'match', name: 'Qwen/Qwen3-8B', sameOrganisation: true });
    assert.deepEqual(match('me/Qwen3-8B'), { kind: 'match', name: 'Qwen/Qwen3-8B', sameOrganisation: false });
    assert.deepEqual(match('other/BASE'), { kind: 'match', name: 'other/base', sameOrganisation: true });
    assert.deepEqual(match('base'), { kind: 'ambiguous', names: ['acme/Base', 'other/base'] });
    assert.deepEqual(match('me/base'), { kind: 'ambiguous', names: ['acme/Base', 'other/base'] });
    assert.deepEqual(match('gpt3'), { kind: 'none' });
    assert.deepEqual(match('..'), { kind: 'none' });
  });
});

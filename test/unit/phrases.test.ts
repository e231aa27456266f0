import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { configProblems } from '../../src/insight/configProblems';
import { hoverMarkdown } from '../../src/insight/hoverMarkdown';
import { joinPhrases, joinSentences } from '../../src/model/phrases';
import { useTranslations } from '../../src/model/translations';
import { fieldInsight } from '../../src/insight/fieldInsight';
import { readText } from '../fixtures/readFixture';
import { inspect, subjectOf, target } from './insightFixture';

const chinese = v.parse(
  v.record(v.string(), v.string()),
  JSON.parse(readFileSync('l10n/bundle.l10n.zh-cn.json', 'utf8')),
);

/** A blank of a word's width after a full-width mark, which has its own. */
const stray = /[，。；：！？、）》”] /u;

describe('sentences and phrases', () => {
  afterEach(() => {
    useTranslations({});
  });

  it('are set apart by blanks in English, without the empty ones', () => {
    assert.equal(joinSentences(['One.', '', 'Two {0}.', 'Three.']), 'One. Two {0}. Three.');
    assert.equal(joinSentences(['', 'One.']), 'One.');
    assert.equal(joinSentences([]), '');
    assert.equal(joinPhrases(['a', '', 'b']), 'a, b');
  });

  it('follow each other without a blank in Chinese', () => {
    useTranslations(chinese);
    assert.equal(joinSentences(['一。', '', '二。', '三。']), '一。二。三。');
  });

  it('leave no stray blank in a Chinese hover or problem', async () => {
    useTranslations(chinese);
    const mistral = readText('test/fixtures/configs/mistral-7b.json');
    const llama = readText('examples/llama-3.2-1b/config.json');
    const fields = [
      [llama, 'max_position_embeddings', 'config.json'],
      [llama, 'num_key_value_heads', 'config.json'],
      [llama, 'num_hidden_layers', 'config.json'],
      [mistral, 'sliding_window', 'config.json'],
      [readText('test/fixtures/recipes/vllm.yaml'), 'max-model-len', 'vllm.yaml'],
      [readText('test/fixtures/recipes/trl-grpo.yaml'), 'max_prompt_length', 'grpo.yaml'],
    ] as const;
    for (const [text, path, name] of fields) {
      const subject = await subjectOf(text, path, { name });
      const insight = fieldInsight(subject) ?? assert.fail(path);
      const hover = hoverMarkdown(insight, {});
      assert.match(hover, /\p{Script=Han}/u);
      assert.doesNotMatch(hover, stray, path);
      // Bold text ends at a blank only, of whatever width: after a full stop Markdown closes it at nothing else.
      for (const [, after] of hover.matchAll(/^- \*\*[^*]+\*\*(.)/gmu)) assert.match(after ?? '', /\s/u);
      const tight = { ...target, memoryBytes: 2 ** 30 };
      for (const { message } of configProblems(await inspect(text, name), {}, tight))
        assert.doesNotMatch(message, stray, path);
    }
  });
});

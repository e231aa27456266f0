import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Relative targets of the links and images in `markdown`, without fragments. */
function relativeTargets(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z][a-z0-9+.-]*:/i.test(target));
}

describe('links in the documentation', () => {
  for (const file of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/json.md',
    'src/cost/README.md',
    'examples/README.md',
  ]) {
    it(`of ${file} lead to files that exist`, () => {
      const targets = relativeTargets(readFileSync(file, 'utf8'));
      if (file === 'README.md') assert.ok(targets.length >= 4, targets.join(', '));
      assert.deepEqual(
        targets.filter((target) => !existsSync(path.join(path.dirname(file), target))),
        [],
      );
    });
  }
});

import assert from 'node:assert/strict';
import { ESLint } from 'eslint';

const walls = new Set(['@typescript-eslint/no-restricted-imports', 'no-restricted-syntax']);

// The walls need no types, so the type service is off and the files need not exist.
const eslint = new ESLint({
  ruleFilter: ({ ruleId }) => walls.has(ruleId),
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parserOptions: { projectService: false } } }],
});

/** What the walls say about `code` if it stood in the file at `filePath`. */
async function complaints(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  assert.ok(result);
  const fatal = result.messages.filter((message) => message.fatal);
  assert.deepEqual(fatal, []);
  return result.messages.filter((message) => walls.has(message.ruleId ?? '')).map(({ message }) => message);
}

const vscode = "import * as vscode from 'vscode';\nvoid vscode;\n";
const runtime = "import * as ort from 'onnxruntime-node';\nvoid ort;\n";

const cases: readonly [file: string, code: string, allowed: boolean][] = [
  ['src/model/example.ts', vscode, false],
  ['src/model/example.ts', "void import('vscode');\n", false],
  ['src/config/example.ts', "import type { Uri } from 'vscode';\nexport type A = Uri;\n", false],
  ['src/extension/example.ts', vscode, true],
  ['test/host/example.ts', vscode, true],
  ['test/unit/example.ts', vscode, false],
  ['src/extension/example.ts', runtime, false],
  ['src/extension/example.ts', "void import('onnxruntime-node');\n", false],
  ['src/cli/example.ts', runtime, false],
  ['src/engine/client.ts', runtime, false],
  ['src/engine/worker.ts', runtime, true],
  ['src/engine/runtime/example.ts', runtime, true],
  ['src/engine/worker.ts', vscode, false],
  ['src/report/example.ts', "import { draw } from '../../webview/draw';\nvoid draw;\n", false],
  ['webview/example.ts', vscode, false],
  ['webview/example.ts', "import { readFile } from 'node:fs';\nvoid readFile;\n", false],
  [
    'webview/charts/example.ts',
    "import { readModel } from '../../src/config/readModel';\nvoid readModel;\n",
    false,
  ],
  ['webview/example.ts', "import { html } from '../src/report/html';\nvoid html;\n", false],
  [
    'webview/example.ts',
    "import type { Report } from '../src/report/report';\nexport type A = Report;\n",
    true,
  ],
  ['webview/example.ts', "import { formatBytes } from '../src/model/units';\nvoid formatBytes;\n", true],
];

describe('import walls', () => {
  for (const [file, code, allowed] of cases) {
    it(`${file} ${allowed ? 'may' : 'may not'} ${code.split('\n')[0] ?? ''}`, async () => {
      const found = await complaints(file, code);
      assert.equal(found.length > 0, !allowed, found.join('; '));
    });
  }
});

import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const editor = {
  name: 'vscode',
  message: 'Only src/extension, test/host and bench/host may import the editor: all else runs in plain Node.',
  allowTypeImports: false,
};
const runtime = {
  name: 'onnxruntime-node',
  message:
    'Only src/engine/worker.ts and src/engine/runtime may import the runtime: it lives in a child process.',
  allowTypeImports: false,
};
const panel = {
  regex: '(^|/)webview(/|$)',
  message: 'src must not depend on the panel: it shares the message protocol in src/report with it.',
};
const hostOnly = [
  {
    regex: '(^|/)src/(?!cost/|explain/|model/|report/)',
    message:
      'The panel may import src/model, src/cost, src/explain and the types of src/report, nothing else of src.',
  },
  {
    regex: '(^|/)src/report/',
    allowTypeImports: true,
    message: 'The panel takes types from src/report, not code.',
  },
  { regex: '^node:', message: 'The panel runs in a browser.' },
];

/** The rules that forbid `paths` (packages) and `patterns` (files), in import statements and import(). */
function wall(paths, patterns = []) {
  return {
    '@typescript-eslint/no-restricted-imports': ['error', { paths, patterns }],
    'no-restricted-syntax': [
      'error',
      ...paths.map(({ name, message }) => ({
        selector: `ImportExpression > Literal[value='${name}']`,
        message,
      })),
    ],
  };
}

export default defineConfig(
  globalIgnores(['dist/', 'out/', 'node_modules/', '.vscode-test/']),
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: wall([editor, runtime]),
  },
  { files: ['src/**/*.ts'], rules: wall([editor, runtime], [panel]) },
  { files: ['src/extension/**/*.ts'], rules: wall([runtime], [panel]) },
  { files: ['src/engine/worker.ts', 'src/engine/runtime/**/*.ts'], rules: wall([editor], [panel]) },
  { files: ['test/host/**/*.ts', 'bench/host/**/*.ts'], rules: wall([runtime]) },
  { files: ['webview/**/*.ts'], rules: wall([editor, runtime], hostOnly) },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        console: 'readonly',
        process: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        AbortSignal: 'readonly',
        require: 'readonly',
        module: 'readonly',
        document: 'readonly',
      },
    },
  },
);

import tseslint from 'typescript-eslint';

const noShell = {
  selector: "Property[key.name='shell'][value.value=true]",
  message: 'No command runs through a shell: give an argv array to src/host/process.ts.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'src/server/console/**'] },
  {
    files: ['src/**/*.ts', 'plugins/**/*.ts', 'bench/**/*.ts', 'demo/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', noShell],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Return or throw; only src/commands sets process.exitCode.' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['src/commands/**/*.ts', 'test/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
);

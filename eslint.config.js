import js from "@eslint/js";
import globals from "globals";

const RULES = {
  eqeqeq: "error",
  "no-var": "error",
  "prefer-const": "error",
  // The page's writer strips comments line by line.
  "no-inline-comments": ["error", { ignorePattern: "@type|@satisfies" }],
  "no-shadow": "error",
  "max-lines": ["error", 300],
};

export default [
  { ignores: ["**/*.d.ts", ".venv/", "renders/"] },
  js.configs.recommended,
  { rules: RULES },
  { files: ["animator/**"], languageOptions: { globals: globals.browser } },
  { files: ["tests/**"], languageOptions: { globals: globals.node } },
];

/** Names that a manifest declares as dependencies; empty for any other file. */
export function declaredDependencies(file: string, text: string): readonly string[] {
  switch (file) {
    case 'package.json':
      return packageJson(text);
    case 'requirements.txt':
      return matches(text, /^[ \t]*([A-Za-z0-9][\w.-]*)/gm);
    case 'go.mod':
      return matches(text, /^(?:require[ \t]+|[ \t]+)([\w.-]+\.[\w./-]+)[ \t]+v/gm);
    case 'Cargo.toml':
      return cargoToml(text);
    default:
      return [];
  }
}

function packageJson(text: string): readonly string[] {
  try {
    const content: unknown = JSON.parse(text);
    return ['dependencies', 'devDependencies', 'optionalDependencies'].flatMap((key) =>
      keysOf(propertyOf(content, key)),
    );
  } catch {
    return [];
  }
}

function cargoToml(text: string): readonly string[] {
  const sections = text.matchAll(/^\[(?:[\w-]+-)?dependencies\]\n(?<rows>(?:(?!\[).*\n?)*)/gm);
  return [...sections].flatMap(({ groups }) => matches(groups?.['rows'] ?? '', /^([\w-]+)\s*=/gm));
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function keysOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

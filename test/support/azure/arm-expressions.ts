/** A template expression, parsed: `[concat('a', reference(x).y)]`. */
export type Expression =
  | { readonly kind: 'value'; readonly value: string | number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: 'property'; readonly of: Expression; readonly name: string };

/** @throws Error with what is wrong, as `InvalidTemplate` of Azure says it. */
export function parseExpression(text: string): Expression {
  const tokens = Array.from(
    text
      .slice(1, -1)
      .matchAll(
        /\s*(?:'(?<string>(?:[^']|'')*)'|(?<number>\d+)|(?<name>[A-Za-z]\w*)|(?<mark>[(),.]))/gy,
      ),
  );
  const used = tokens.reduce((sum, [all]) => sum + all.length, 0);
  if (used !== text.slice(1, -1).trimEnd().length) throw new Error(`cannot read ${text}`);
  let at = 0;
  const mark = (wanted: string): boolean => tokens[at]?.groups?.['mark'] === wanted;
  const parse = (): Expression => {
    const { string, number, name } = tokens[at]?.groups ?? {};
    at += 1;
    let found: Expression;
    if (string !== undefined) found = { kind: 'value', value: string.replaceAll("''", "'") };
    else if (number !== undefined) found = { kind: 'value', value: Number(number) };
    else if (name !== undefined && mark('(')) {
      at += 1;
      const args: Expression[] = [];
      while (!mark(')')) {
        args.push(parse());
        if (mark(',')) at += 1;
        else if (!mark(')')) throw new Error(`a bracket is not closed in ${text}`);
      }
      at += 1;
      found = { kind: 'call', name, args };
    } else throw new Error(`cannot read ${text}`);
    while (mark('.')) {
      const next = tokens[at + 1]?.groups?.['name'];
      if (next === undefined) throw new Error(`a property has no name in ${text}`);
      found = { kind: 'property', of: found, name: next };
      at += 2;
    }
    return found;
  };
  const found = parse();
  if (at !== tokens.length) throw new Error(`too much in ${text}`);
  return found;
}

export type Functions = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** @throws Error: a function or a property is not there. */
export function evaluate(expression: Expression, functions: Functions): unknown {
  switch (expression.kind) {
    case 'call': {
      const found = functions[expression.name];
      if (found === undefined) throw new Error(`${expression.name} is no template function here`);
      return found(...expression.args.map((one) => evaluate(one, functions)));
    }
    case 'property': {
      const of = evaluate(expression.of, functions);
      const value = (of as Readonly<Record<string, unknown>> | undefined)?.[expression.name];
      if (value === undefined) throw new Error(`there is no property ${expression.name}`);
      return value;
    }
    case 'value':
      return expression.value;
    default:
      return expression satisfies never;
  }
}

/** Every call in an expression, outer first. */
export function callsIn(
  expression: Expression,
): readonly { readonly name: string; readonly args: readonly Expression[] }[] {
  switch (expression.kind) {
    case 'value':
      return [];
    case 'call':
      return [expression, ...expression.args.flatMap(callsIn)];
    case 'property':
      return callsIn(expression.of);
    default:
      return expression satisfies never;
  }
}

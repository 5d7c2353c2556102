interface ReadBudget {
  readonly value: { readonly max_tokens: number | null; readonly max_cost_usd: number | null };
  readonly errors: { readonly tokens?: string | undefined; readonly dollars?: string | undefined };
}

/** Read a budget as a person types it: `250,000` tokens, `$2.50`; empty is no limit. */
export function readBudget(tokens: string, dollars: string): ReadBudget {
  const count = numberOf(tokens);
  const money = numberOf(dollars);
  return {
    value: { max_tokens: count, max_cost_usd: money },
    errors: {
      tokens:
        count === null || (Number.isSafeInteger(count) && count >= 1)
          ? undefined
          : 'A whole number from 1, or empty',
      dollars:
        money === null || (Number.isFinite(money) && money > 0)
          ? undefined
          : 'A number above 0, or empty',
    },
  };
}

function numberOf(text: string): number | null {
  const plain = text.replaceAll(/[\s,_$]/g, '');
  return plain === '' ? null : Number(plain);
}

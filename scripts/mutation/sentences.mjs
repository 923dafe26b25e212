import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

const SENTENCE = /\S\s|\s\S/;
const isPlain = (node) => ['Identifier', 'MemberExpression', 'StringLiteral', 'NumericLiteral'].includes(node.type);

/**
 * Leaves sentences as they are: their wording is for people, and a test for each letter would only copy it. What has no
 * space, a code, a state, a path, the name of a field or of a type, is changed like everything else, and so is what
 * decides between two wordings.
 */
const sentences = {
  shouldIgnore({ node }) {
    const isSentence =
      node.type === 'StringLiteral'
        ? SENTENCE.test(node.value)
        : node.type === 'TemplateLiteral' &&
          node.quasis.some(({ value }) => SENTENCE.test(value.raw)) &&
          node.expressions.every(isPlain);
    return isSentence ? 'the wording of a message' : undefined;
  },
};

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'sentences', sentences)];

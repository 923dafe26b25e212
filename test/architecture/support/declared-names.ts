import ts from 'typescript';

/** A name that a file gives to something, not one that it merely uses. */
export interface DeclaredName {
  name: string;
  node: ts.Node;
}

/**
 * Names declared in a file, in source order: types, functions, variables, parameters, members and import aliases.
 * Left out: keys of object literals and destructured properties, whose names belong to somebody else's type.
 */
export function declaredNames(file: ts.SourceFile): DeclaredName[] {
  const names: DeclaredName[] = [];
  const visit = (node: ts.Node): void => {
    const name = nameOf(node);
    if (name) names.push({ name: name.text, node: name });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** `parentResultsByName` → parent, results, by, name; also for snake and screaming case. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((word) => word.toLowerCase());
}

function nameOf(node: ts.Node): ts.Identifier | ts.PrivateIdentifier | ts.StringLiteral | undefined {
  if (ts.isBindingElement(node)) {
    const renamed = node.propertyName !== undefined || ts.isArrayBindingPattern(node.parent);
    return renamed && ts.isIdentifier(node.name) ? node.name : undefined;
  }
  if (ts.isImportSpecifier(node)) return node.propertyName && node.name;
  if (!isDeclaration(node) || !node.name) return undefined;
  const { name } = node;
  return ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteral(name) ? name : undefined;
}

function isDeclaration(node: ts.Node): node is ts.NamedDeclaration & { name?: ts.DeclarationName | ts.BindingName } {
  return (
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isParameter(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isPropertySignature(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isAccessor(node) ||
    ts.isTypeParameterDeclaration(node) ||
    ts.isEnumMember(node)
  );
}

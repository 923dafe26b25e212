import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { markdownFiles, ROOT } from './support/pages';

interface Link {
  page: string;
  target: string;
  anchor: string;
}

describe('links in the documentation', () => {
  const pages = markdownFiles(ROOT);
  const links = pages.flatMap(linksOf);

  it('are found at all', () => {
    expect(pages.map((page) => relative(ROOT, page))).toEqual(
      expect.arrayContaining(['README.md', join('docs', '01-concepts.md')]),
    );
    expect(links.length).toBeGreaterThan(50);
  });

  it('lead to files that exist', () => {
    const broken = links.filter(({ page, target }) => !existsSync(resolved(page, target)));
    expect(broken.map(described)).toEqual([]);
  });

  it('lead to headings that exist', () => {
    const broken = links.filter(
      ({ page, target, anchor }) => anchor !== '' && !anchorsOf(resolved(page, target)).includes(anchor),
    );
    expect(broken.map(described)).toEqual([]);
  });

  it('and paths that a README only names lead to files of the checkout', () => {
    const named = pages.filter((page) => basename(page) === 'README.md').flatMap(pathsIn);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter(({ page, target }) => !isThere(page, target)).map(described)).toEqual([]);
  });
});

/** READMEs are packed, where a link into the checkout would be dead: they name such files instead. */
function pathsIn(page: string): Link[] {
  const text = readFileSync(page, 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/`([\w.-]+(?:\/[\w.-]+)+\.[a-z]+)`/g)].map(([, target = '']) => ({
    page,
    target,
    anchor: '',
  }));
}

const isThere = (page: string, target: string): boolean =>
  [ROOT, dirname(page)].some((folder) => existsSync(join(folder, target)));

/** Relative ones; code is left out, because it may look like a link. */
function linksOf(page: string): Link[] {
  const text = withoutCode(readFileSync(page, 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, href = '']): Link[] => {
    if (/^[a-z]+:/i.test(href)) return [];
    const [target = '', anchor = ''] = href.split('#');
    return [{ page, target, anchor }];
  });
}

function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?```/g, '').replaceAll(/`[^`\n]*`/g, '');
}

function resolved(page: string, target: string): string {
  return target === '' ? page : join(dirname(page), target);
}

/** As GitHub makes them. */
const anchorsOf = (page: string): string[] =>
  [...readFileSync(page, 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

const described = ({ page, target, anchor }: Link): string =>
  `${relative(ROOT, page)} → ${target}${anchor === '' ? '' : `#${anchor}`}`;
